/**
 * Makes a fresh clone ready: installs the packages of package-lock.json when they are not there yet, and puts the
 * pinned Node and our command into node_modules/.bin. Run by `npm start` and `npm test` with whatever Node the host
 * has, so it uses nothing but Node itself.
 */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.sec-ims-setup')
const bin = join(modules, '.bin')

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const present = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''

if (present !== wanted) {
  console.log('Installing packages (about half a minute, once) …')
  const npm = process.env.npm_execpath
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const done = npm
    ? spawnSync(process.execPath, [npm, ...flags], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', flags, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (done.status !== 0) {
    console.error(
      'The packages could not be installed; see the lines above. Is the package registry reachable?',
    )
    process.exit(done.status ?? 1)
  }
}

/** npm 10 installs the pinned Node but does not always link it. */
const link = (name, target) => {
  if (process.platform === 'win32') return
  mkdirSync(bin, { recursive: true })
  rmSync(join(bin, name), { force: true })
  symlinkSync(target, join(bin, name))
}
const nodePackage = readdirSync(modules).find((name) => /^node-(bin-)?(linux|darwin)-/.test(name))
if (nodePackage) {
  chmodSync(join(modules, nodePackage, 'bin/node'), 0o755)
  link('node', `../${nodePackage}/bin/node`)
}
link('sec-ims', '../../backend/bin/sec-ims.mjs')
if (present !== wanted && !process.env.DATABASE_URL) {
  console.log('Preparing the embedded database (some seconds, once) …')
  const create = ['--liftoff-only', join(root, 'backend/src/db/embedded/create.ts')]
  // Should it fail, the first start makes up for it, or says why it cannot.
  spawnSync(join(bin, 'node'), create, { cwd: root, stdio: 'inherit' })
}
if (present !== wanted) writeFileSync(stampFile, wanted)
