/** The command line as a person and as a script use it: progress and links, or one JSON object; documented exit codes. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentialFile } from '../../backend/src/client/local-credential.ts'
import { keepLocalCredential } from '../../backend/src/first-start.ts'
import { createTokens } from '../../backend/src/services/tokens.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'

const root = join(import.meta.dirname, '../..')
const examples = join(root, 'examples')
let program: TestProgram
let folder: string
beforeAll(async () => {
  program = await testProgram()
  folder = mkdtempSync(join(tmpdir(), 'secims-cli-'))
})
afterAll(async () => {
  await program.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Outcome = { code: number | null; out: string; err: string }

const secims = (
  args: string[],
  { who, environment = {} }: { who?: Who; environment?: Record<string, string> } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['backend/bin/sec-ims.mjs', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: folder,
        SECIMS_URL: program.url,
        ...(who ? { SECIMS_TOKEN: program.tokenOf(who) } : {}),
        ...environment,
      },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (text) => {
      out += text
    })
    child.stderr.on('data', (text) => {
      err += text
    })
    child.on('close', (code) => resolve({ code, out, err }))
  })

const rivers = join(examples, 'rivers/rivers.gpkg')

test('publish shows the links; a second publish with --id --yes replaces and keeps them (R5.9)', async () => {
  const first = await secims(
    [
      'publish',
      rivers,
      '--title',
      'Rivers of the north',
      '--style',
      join(examples, 'rivers/rivers.sld'),
      '--qml',
      join(examples, 'rivers/rivers.qml'),
    ],
    { who: 'editor' },
  )
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain("Published 'Rivers of the north' with 81 features.")
  expect(first.out).toContain(`${program.url}/pygeoapi/collections/rivers-of-the-north/items`)
  expect(first.out).toMatch(/\/api\/v1\/styles\/[\w-]+\/sld/)
  const forQgis = join(examples, 'rivers/rivers.qml')
  const alone = await secims(['publish', rivers, '--title', 'Rivers in QGIS', '--style', forQgis], {
    who: 'editor',
  })
  expect(alone.out).toMatch(/Note: This style has no SLD[\s\S]*\/api\/v1\/styles\/[\w-]+\/qml/)
  const second = await secims(['publish', rivers, '--id', 'rivers-of-the-north', '--yes', '--json'], {
    who: 'editor',
  })
  expect(second.code).toBe(0)
  expect(JSON.parse(second.out)).toMatchObject({ collectionId: 'rivers-of-the-north', featureCount: 81 })
})

test('without --yes and nobody to ask, an existing collection is not replaced', async () => {
  await secims(['publish', rivers, '--id', 'asked', '--json'], { who: 'editor' })
  expect(await secims(['publish', rivers, '--id', 'asked'], { who: 'editor' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--yes'),
  })
})

test('token issue --json prints one object with the token, which works (R1.6, R12.1)', async () => {
  const issued = await secims(
    [
      'token',
      'issue',
      '--role',
      'editor',
      '--name',
      'Ana',
      '--organisation',
      'Survey',
      '--email',
      'ana@survey.lc',
      '--json',
    ],
    { who: 'administrator' },
  )
  const { token, id } = JSON.parse(issued.out) as { token: string; id: string }
  const published = await secims(['publish', rivers, '--id', 'anas-rivers', '--json'], {
    environment: { SECIMS_TOKEN: token },
  })
  expect(published.code).toBe(0)
  expect((await secims(['token', 'list'], { who: 'administrator' })).out).toMatch(
    new RegExp(`${id} +valid +editor`),
  )
  const rotated = JSON.parse(
    (await secims(['token', 'rotate', id, '--json'], { who: 'administrator' })).out,
  ) as { token: string }
  expect(rotated.token).not.toBe(token)
  expect((await secims(['token', 'revoke', id], { who: 'administrator' })).out).toContain('revoked')
  expect((await secims(['records'], { environment: { SECIMS_TOKEN: rotated.token } })).code).toBe(5)
})

test('beside a local server its own credential is found, readable by its owner only; it is not sent elsewhere', async () => {
  const tokens = createTokens({ db: program.database.knex })
  await keepLocalCredential({ tokens, dataDir: folder, url: program.url })
  expect(statSync(credentialFile(folder)).mode & 0o777).toBe(0o600)
  expect((await secims(['doctor'], { environment: { SECIMS_URL: '' } })).out).toMatch(/^0 finding\(s\)/m)
  const again = await keepLocalCredential({ tokens, dataDir: folder, url: program.url })
  expect((await tokens.recognise(again.token))?.role).toBe('administrator')
  rmSync(credentialFile(folder))
})

test.each([
  ['a command that is not there', ['frobnicate'], 2, /no command 'frobnicate'/],
  ['an option that is not there', ['publish', rivers, '--colour', 'red'], 2, /--colour/],
  ['a file that is not there', ['publish', 'nofile.gpkg'], 2, /no file/],
  ['a layer that is not there', ['publish', rivers, '--layer', 'nope'], 2, /no layer 'nope'.*rivers/],
  [
    'two QMLs',
    ['publish', rivers, '--style', join(examples, 'rivers/rivers.qml'), '--qml', 'other.qml'],
    2,
    /both QGIS styles/,
  ],
  ['a CRS that is none', ['publish', rivers, '--crs', 'BWI'], 2, /EPSG:2006/],
  ['a file type that is not accepted', ['publish', join(root, 'README.md')], 3, /README\.md/],
])(
  '%s: a sentence on the error stream, and the documented exit code',
  async (_what, args, code, sentence) => {
    const outcome = await secims(args, { who: 'editor' })
    expect(outcome).toMatchObject({ code, out: '' })
    expect(outcome.err).toMatch(sentence)
  },
)

test('with --json a refusal is one JSON object too', async () => {
  const path = join(folder, 'broken.geojson')
  writeFileSync(
    path,
    '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[NaN,1]},"properties":{}}]}',
  )
  const outcome = await secims(['publish', path, '--json'], { who: 'editor' })
  expect(outcome.code).toBe(3)
  expect(JSON.parse(outcome.out)).toMatchObject({
    problem: { status: expect.any(Number), detail: expect.stringMatching(/NaN/) },
  })
})

test('a refused publication leaves no draft, no style and no upload behind', async () => {
  const counts = async () => {
    const count = async (table: string) =>
      Number((await program.database.knex(table).count({ n: '*' }).first())?.['n'])
    const drafts = Number(
      (await program.database.knex('record').where({ state: 'draft' }).count({ n: '*' }).first())?.['n'],
    )
    return { drafts, styles: await count('style'), uploads: await count('upload') }
  }
  const before = await counts()
  const csv = join(folder, 'points.csv')
  writeFileSync(csv, 'name,x,y\nA,-61,14\n')
  const outcome = await secims(
    [
      'publish',
      csv,
      '--x',
      'lon',
      '--y',
      'lat',
      '--style',
      join(examples, 'health_centres/health_centres.sld'),
    ],
    { who: 'editor' },
  )
  expect(outcome).toMatchObject({ code: 3, err: expect.stringMatching(/no column 'lon'/) })
  expect(await counts()).toEqual(before)
})

test('signed in as nobody: 5; no server: 4, naming the address', async () => {
  expect((await secims(['publish', rivers])).code).toBe(5)
  expect(await secims(['records'], { environment: { SECIMS_URL: 'http://127.0.0.1:9' } })).toMatchObject({
    code: 4,
    err: expect.stringContaining('http://127.0.0.1:9'),
  })
})

test('delete --yes removes for good; doctor finds nothing and exits 0', async () => {
  await secims(['publish', rivers, '--id', 'short-lived', '--json'], { who: 'editor' })
  expect((await secims(['delete', 'short-lived'], { who: 'editor' })).code).toBe(2)
  expect(await secims(['delete', 'short-lived', '--yes'], { who: 'editor' })).toMatchObject({
    code: 0,
    err: '',
  })
  expect((await fetch(`${program.url}/pygeoapi/collections/short-lived`)).status).toBe(404)
  expect(await secims(['doctor', '--json'], { who: 'administrator' })).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\{"findings":\[\]/),
  })
})
