/**
 * What happens to an analyst in a real QGIS when something breaks in the middle of publishing: QGIS is killed, the network
 * drops, the token is revoked, the server dies, its disk is full. Each ends in a sentence or goes on by itself; nothing is
 * ever half published.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { doctorFindings, getRecord } from '../helpers/publish.ts'
import { canRun, type Host, missingFor, newProfile, type QgisApp, qgisApp } from '../helpers/qgis-app.ts'
import { letLeasesRunOut, type ServerProcess, serverProcess, until } from '../helpers/server-process.ts'
import { startTcpLine, type TcpLine } from '../helpers/tcp-line.ts'
import {
  connect,
  describeLayer,
  enterMasterPassword,
  fillConnection,
  finish,
  issueToken,
  openProject,
  pluginZip,
  saveConnection,
  tick,
} from './app/steps.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** All of it in the host that QGIS 3.22 has, or where there is none of it in the next. */
const mainHost: Host = missingFor('webkit') === null ? 'webkit' : 'browser'

const MB = 1024 * 1024
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What the plugin wrote into QGIS's log, and what is behind "Details" in the panel. */
const toldBy = async (app: QgisApp) => {
  const log = await app.call<{ text: string; tag: string }[]>('messages')
  const said = log.filter(({ tag }) => tag === 'SEC-IMS').map(({ text }) => text)
  const details = await app.panel.texts('.technical')
  return ['The log says:', ...said.slice(-10), 'Details:', ...details].join('\n')
}

let hasFailed = false
/** A test that builds on the ones before it. */
const step = (name: string, work: () => Promise<void>) =>
  test(name, async () => {
    if (hasFailed) throw new Error('A step before this one has failed.')
    hasFailed = true
    try {
      await work()
    } catch (error) {
      const told = await toldBy(app).catch(() => 'QGIS tells nothing any more.')
      throw new Error(`${error instanceof Error ? error.message : error}\n${told}`, { cause: error })
    }
    hasFailed = false
  })

let folder = ''
let zip = ''
let profile = ''
let server: ServerProcess
let line: TcpLine
let app: QgisApp
let tokenId = ''

const writeSites = (name: string, count: number) => {
  const path = join(folder, `${name}.gpkg`)
  writeGeoPackage(path, {
    layers: [
      {
        name,
        geometry: { type: 'POINT' },
        fields: [
          { name: 'note', type: 'TEXT' },
          { name: 'size', type: 'INTEGER' },
        ],
        rows: Array.from({ length: count }, (_, n) => ({
          geometry: { type: 'Point' as const, coordinates: [-61 + (n % 300) / 1000, 13.8 + n / 300_000] },
          values: [`${name} ${n} ${'x'.repeat(200)}`, n],
        })),
      },
    ],
  })
  return path
}

let host: Host
const start = () => qgisApp({ host, zip, profile, title: `faults-${host}` })

const begin = async (inHost: Host) => {
  host = inHost
  hasFailed = false
  folder = await mkdtemp(join(tmpdir(), 'secims-app-'))
  zip = await pluginZip(folder)
  profile = await newProfile(host)
  server = await serverProcess()
  line = await startTcpLine(server.url)
  app = await start()
  await app.openPanel()
  const { token, details } = await issueToken(server, 'Ana Lyst')
  tokenId = details.id
  await connect(app, { name: 'Catalogue', url: line.url, token })
  for (const [name, count] of [
    ['large', 80_000],
    ['small', 10_000],
  ] as const) {
    await app.call('add_layer', { path: writeSites(name, count), name })
    await describeLayer(app, name, `The ${name} layer`)
  }
  await app.call('save_project', { path: join(folder, 'faults.qgz') })
}

const end = async () => {
  await app?.close()
  await line?.close()
  await server?.drop()
  if (profile !== '') await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  if (folder !== '') await rm(folder, { recursive: true, force: true })
}

/** Steps of one analyst, each on the ones before it. */
const breaks = (inHost: Host, steps: readonly (() => void)[]) => {
  const missing = canRun(inHost) ? null : missingFor(inHost)
  const why = missing === null ? '' : ` (${missing})`
  describe.skipIf(missing !== null)(`Something breaks, panel in ${inHost}${why}`, () => {
    beforeAll(() => begin(inHost))
    afterAll(end)
    for (const add of steps) add()
  })
}

/** Begins to publish a layer over a slow line, and returns when so many bytes of it are on their way. */
const beginUpload = async (
  name: string,
  { bytes, bytesPerSecond }: { bytes: number; bytesPerSecond: number },
) => {
  await tick(app, [name])
  await app.panel.press('publish.review')
  await app.panel.screen('review')
  const before = line.sentBytes()
  line.bytesPerSecond = bytesPerSecond
  await app.panel.press('review.publish')
  await until('the upload', () => line.sentBytes() - before > bytes, 120_000)
}

const records = async () => {
  const { administrator } = server
  return (
    await administrator.expectOk(administrator.api.GET('/records', { params: { query: { scope: 'all' } } }))
  ).records
}

const countOf = async (collectionId: string) => {
  const response = await fetch(`${server.url}/pygeoapi/collections/${collectionId}/items?f=json&limit=1`)
  return ((await response.json()) as { numberMatched: number }).numberMatched
}

const expectResult = async (name: string, text: string) => {
  await app.panel.screen('result', 180_000)
  return app.panel.see({ selector: `[data-test="result.card.${name}"]`, text })
}

/** One feature fewer, so that there is something to publish. */
const changeSmall = async () => {
  const { count } = await app.call<{ count: number }>('delete_features', { name: 'small', count: 1 })
  await app.panel.see({ selector: '[data-test="layer.small"]', text: 'differs: data' })
  return count
}

const expectUnharmed = async (collectionId: string, count: number) => {
  expect(await countOf(collectionId)).toBe(count)
  expect(await doctorFindings(server.administrator)).toEqual([])
}

const qgisIsKilled = () =>
  step('QGIS is killed in the middle of an upload, and the upload goes on when it is back', async () => {
    await beginUpload('large', { bytes: 10 * MB, bytesPerSecond: 4 * MB })
    await app.shot('uploading')
    await app.kill9()
    await app.close()
    line.bytesPerSecond = null
    const outbox = join(profile, 'profiles/default/secims_bridge/outbox')
    const [name = '', ...others] = (await readdir(outbox)).filter((it) => it.endsWith('.gpkg'))
    expect(others).toEqual([])
    const exported = await readFile(join(outbox, name))
    expect(await records()).toEqual([])

    app = await start()
    await openProject(app, join(folder, 'faults.qgz'))
    await app.openPanel()
    await enterMasterPassword(app)
    await app.panel.press('shell.pending')
    await app.panel.see({ selector: '[data-screen="pending"]', text: 'The large layer' })
    await app.shot('interrupted-uploads')
    const before = line.sentBytes()
    await app.panel.press({ selector: '[data-test^="pending.resume."]' })
    await expectResult('large', 'Published and verified')
    await app.shot('resumed')
    await finish(app)
    // What had arrived whole is not sent again.
    expect(line.sentBytes() - before).toBeLessThan(exported.length - 7 * MB)
    const [listed] = await records()
    const { distributions } = await getRecord(server.administrator, listed?.id ?? '')
    const file = distributions.find(({ kind }) => kind === 'original')
    const sent = await fetch(new URL(file?.url ?? '', server.url))
    expect(sha256(new Uint8Array(await sent.arrayBuffer()))).toBe(sha256(exported))
    expect(await readdir(outbox)).toEqual([])
    expect(await doctorFindings(server.administrator)).toEqual([])
  })

const lineDrops = () =>
  step('the network drops for a moment, and the upload goes on by itself', async () => {
    await beginUpload('small', { bytes: MB / 2, bytesPerSecond: MB / 2 })
    const before = line.refusals()
    line.goDown()
    await until('a new try', () => line.refusals() > before, 60_000)
    line.bytesPerSecond = null
    line.comeBack()
    await expectResult('small', 'Published and verified')
    await finish(app)
    await expectUnharmed('the-small-layer', 10_000)
  })

const lineStaysAway = () =>
  step('the network stays away: a sentence, nothing changed, and trying again publishes', async () => {
    const count = await changeSmall()
    await beginUpload('small', { bytes: MB / 2, bytesPerSecond: MB / 2 })
    line.goDown()
    const said = await expectResult('small', 'The upload stopped because the server could not be reached')
    expect(said).toContain('What to do')
    await app.shot('network-gone')
    await expectUnharmed('the-small-layer', count + 1)
    line.bytesPerSecond = null
    line.comeBack()
    await app.panel.press('result.retry.small')
    await expectResult('small', 'Published and verified')
    await finish(app)
    await expectUnharmed('the-small-layer', count)
  })

const tokenIsRevoked = () =>
  step('the token is revoked: a sentence, nothing changed, and a new token goes on', async () => {
    const count = await changeSmall()
    await beginUpload('small', { bytes: MB / 2, bytesPerSecond: MB / 2 })
    const { administrator } = server
    const issued = await issueToken(server, 'Ana Lyst', 'administrator')
    await administrator.api.DELETE('/tokens/{tokenId}', { params: { path: { tokenId } } })
    line.bytesPerSecond = null
    await expectResult('small', 'token')
    await app.panel.see('result.failure.small.connection')
    await app.shot('token-revoked')
    await expectUnharmed('the-small-layer', count + 1)
    await app.panel.press('result.failure.small.connection')
    await app.panel.press({ selector: '[data-test^="connection."][data-test$=".edit"]' })
    await fillConnection(app, { name: 'Catalogue', url: line.url, token: issued.token })
    await saveConnection(app)
    await app.noWindow(/^SecimsConnectionDialog$/)
    await app.panel.press('shell.publish')
    await app.panel.press('result.retry.small')
    await expectResult('small', 'Published and verified')
    await finish(app)
    await expectUnharmed('the-small-layer', count)
  })

const serverIsKilled = () =>
  step('the server is killed and started again, and the upload goes on by itself', async () => {
    const count = await changeSmall()
    await beginUpload('small', { bytes: MB / 2, bytesPerSecond: MB / 2 })
    await server.kill9()
    line.bytesPerSecond = null
    await server.start()
    await letLeasesRunOut(server)
    await expectResult('small', 'Published and verified')
    await finish(app)
    await expectUnharmed('the-small-layer', count)
  })

const diskIsFull = () =>
  step("the server's disk is full: a sentence, nothing changed, and trying again publishes", async () => {
    const count = await changeSmall()
    await server.stop()
    await server.start({ DISK_RESERVE_MB: '9000000' })
    await tick(app, ['small'])
    await app.panel.press('publish.review')
    await app.panel.screen('review')
    await app.panel.press('review.publish')
    await expectResult('small', 'Not published')
    const said = await app.panel.see('result.failure.small')
    expect(said).toMatch(/room|space/)
    await app.shot('disk-full')
    await expectUnharmed('the-small-layer', count + 1)
    await server.stop()
    await server.start()
    await app.panel.press('result.retry.small')
    await expectResult('small', 'Published and verified')
    await finish(app)
    await expectUnharmed('the-small-layer', count)
  })

const qgisEnds = () =>
  step('QGIS ends well', async () => {
    expect(await app.quit()).toBe(0)
  })

breaks(mainHost, [
  qgisIsKilled,
  lineDrops,
  lineStaysAway,
  tokenIsRevoked,
  serverIsKilled,
  diskIsFull,
  qgisEnds,
])
// A browser lives on when QGIS dies, and asks for what is not there.
if (mainHost !== 'browser') breaks('browser', [qgisIsKilled, lineDrops, qgisEnds])
