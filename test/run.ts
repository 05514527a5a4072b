/**
 * `npm test`: runs every test that this machine can run and says plainly what it left out. Without TEST_DATABASE_URL
 * the tests run on the embedded database; with it, on that PostgreSQL server. `npm test -- <file>` runs some.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasQgis } from './helpers/qgis.ts'
import { hosts, missingFor } from './helpers/qgis-app.ts'

const root = join(import.meta.dirname, '..')
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const scope = process.env['TEST_SCOPE']
const absent = [
  ...(scope === 'database' ? ['tests that run alike on every database (TEST_SCOPE=database)'] : []),
  ...(scope === 'no-app' ? ['days in a full QGIS (TEST_SCOPE=no-app)'] : []),
  ...(has('ogr2ogr') ? [] : ['tests that read back with GDAL (ogr2ogr is not installed)']),
  ...(hasQgis() ? [] : ['tests with QGIS (PyQGIS is not installed)']),
  ...hosts.flatMap((host) => {
    const missing = missingFor(host)
    return missing === null ? [] : [`tests of the panel in QGIS, in the host ${host} (${missing})`]
  }),
  ...(has('xmllint') ? [] : ['validation against the ISO 19139 schemas (xmllint is not installed)']),
  ...(existsSync(join(root, '../shared/data'))
    ? []
    : ['tests on real-world files (../shared/data is not there)']),
]

console.log(`Database: ${process.env['TEST_DATABASE_URL'] ? 'PostgreSQL (TEST_DATABASE_URL)' : 'embedded'}`)
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '-c',
    'test/vitest.config.ts',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test' } },
)
for (const what of absent) console.log(`Left out: ${what}`)
process.exit(run.status ?? 1)
