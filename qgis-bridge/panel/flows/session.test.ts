import { describe, expect, test } from 'vitest'
import {
  answers,
  connection,
  exported,
  layer,
  ok,
  parcels,
  pendingUpload,
  problem,
  project,
  scenario,
} from '../../../test/qgis/panel-scenario.ts'
import { failWith } from '../protocol/failure.ts'
import type { Port } from '../protocol/port.ts'
import type { QgisHello } from '../protocol/verbs.ts'
import { createSession } from './session.ts'

type Overrides = Parameters<typeof scenario>[0]

const start = async (overrides: Overrides = {}) => {
  const script = scenario(overrides)
  const asked: { verb: string; params: Record<string, unknown> }[] = []
  let greet: (hello: QgisHello) => void = () => {}
  const listeners: Record<string, (payload: never) => void> = {}
  const call = async (verb: string, params: Record<string, unknown>) => {
    asked.push({ verb, params })
    const reply = verb === 'api.call' ? script.operations[String(params['operation'])] : script.verbs[verb]
    if (reply === undefined || 'hang' in reply) throw new Error(`The script has no answer for ${verb}.`)
    if ('err' in reply) throw failWith(reply.err as never)
    if (verb !== 'api.call') return reply.ok
    return { status: 200, body: null, text: null, etag: '"3"', location: null, ...(reply.ok as object) }
  }
  const port = {
    call,
    on: (name: string, listener: (payload: never) => void) => {
      listeners[name] = listener
    },
    onHello: (listener: typeof greet) => {
      greet = listener
    },
    onState: () => {},
    start: () => {},
    takeOver: () => {},
  } as unknown as Port
  let keys = 0
  const session = createSession({
    port,
    readQml: () => ({ name: 'qgis', attributes: { version: '3.22.16' }, children: [], text: '' }),
    now: () => new Date('2026-11-27T12:00:00Z'),
    newKey: () => {
      keys += 1
      return `key-${keys}`
    },
    sleep: async () => {},
  })
  session.start()
  greet(script.hello as unknown as QgisHello)
  const settled = async () => {
    for (let turns = 0; turns < 200; turns += 1) await Promise.resolve()
  }
  await settled()
  const operations = () =>
    asked.flatMap(({ params }) => (params['operation'] ? [String(params['operation'])] : []))
  return { session, asked, operations, listeners, settled, script }
}

const roadsOnly = { 'layers.list': answers({ ...project, tree: [project.tree[0]], layers: [layer()] }) }
const parcelsOnly = { 'layers.list': answers({ ...project, tree: [], layers: [parcels] }) }

describe('the panel’s session', () => {
  test('begins with the connection used last, and with layers', async () => {
    const { session } = await start()
    expect(session.get()).toMatchObject({
      screen: 'publish',
      connection: { id: connection.id },
      me: { name: 'Ana Joseph' },
    })
    expect(session.get().project?.layers).toHaveLength(4)
  })

  test('without a connection it begins by asking for one', async () => {
    const { session } = await start({ verbs: { 'connections.list': answers({ connections: [] }) } })
    expect(session.get().screen).toBe('connection')
  })

  test('a catalogue that cannot be reached is a failure, and the layers are there all the same', async () => {
    const { session } = await start({
      verbs: { 'connections.test': { err: { code: 'offline', message: 'x' } } },
    })
    expect(session.get().failure?.code).toBe('offline')
    expect(session.get().project).not.toBeNull()
  })

  test('nothing is changed on the server before Publish is pressed', async () => {
    const { session, operations } = await start({ verbs: roadsOnly })
    await session.tick(['roads_1'], true)
    await session.review()
    expect(session.get().plans?.map(({ plan }) => plan.kind)).toEqual(['new'])
    const changing = operations().filter((name) =>
      /create|change|publish|delete|replace|upload/i.test(name.split('.')[1] ?? ''),
    )
    expect(changing).toEqual([])
  })

  test('publishes what is ticked, and says so', async () => {
    const { session } = await start({ verbs: roadsOnly })
    await session.tick(['roads_1'], true)
    await session.review()
    await session.publish()
    expect(session.get().screen).toBe('result')
    expect(session.get().runs.map(({ outcome }) => outcome?.kind)).toEqual(['published'])
  })

  test('columns that vanish are published only after consent', async () => {
    const { session, operations } = await start({ verbs: parcelsOnly })
    await session.tick([parcels.id], true)
    await session.review()
    await session.publish()
    expect(session.get()).toMatchObject({ screen: 'review', notice: { key: 'planConsentMissing' } })
    expect(operations()).not.toContain('catalogue.publishRecord')
    session.consent(parcels.id, true)
    await session.publish()
    expect(operations()).toContain('catalogue.publishRecord')
  })

  test('defaults go to the other ticked layers, and overwrite nothing', async () => {
    const other = layer({ id: 'b', name: 'B', metadata: { title: 'B' } })
    const { session } = await start({
      verbs: { 'layers.list': answers({ ...project, layers: [layer(), other] }) },
    })
    await session.tick(['roads_1', 'b'], true)
    session.change('roads_1', {
      metadata: { ...session.get().works['roads_1']?.form.metadata, useConditions: 'CC BY 4.0' },
    })
    session.change('b', { metadata: { title: 'B', lineageStatement: 'Own.' } })
    session.useDefaults('roads_1')
    expect(session.get().works['b']?.form.metadata).toMatchObject({
      title: 'B',
      lineageStatement: 'Own.',
      useConditions: 'CC BY 4.0',
    })
  })

  test('a title of the catalogue is not replaced by the name of a layer that says none', async () => {
    const changed = {
      ...parcels,
      name: 'prcl_v3_final',
      metadata: { abstract: 'Said in QGIS since.' },
      stamps: { ...parcels.stamps, metadata: 'm9' },
    }
    const { session } = await start({ verbs: { 'layers.list': answers({ ...project, layers: [changed] }) } })
    await session.tick([parcels.id], true)
    const { form, published } = session.get().works[parcels.id] ?? {}
    const record = published?.kind === 'record' ? published.record : null
    expect(record?.metadata.title).toBe('Parcels')
    expect(form?.metadata).toMatchObject({ title: 'Parcels', abstract: 'Said in QGIS since.' })
  })

  test('what was typed survives a change of the layer in QGIS', async () => {
    const { session, listeners, settled } = await start({ verbs: roadsOnly })
    await session.tick(['roads_1'], true)
    session.change('roads_1', { metadata: { title: 'Typed' } })
    listeners['layersChanged']?.({ layers: ['roads_1'] } as never)
    await settled()
    expect(session.get().works['roads_1']?.form.metadata.title).toBe('Typed')
  })

  test('a failed run nobody goes on with is taken back when the result is left', async () => {
    const { session, operations } = await start({
      verbs: roadsOnly,
      operations: {
        'catalogue.publishRecord': problem(507, 'disk-full', 'No room.'),
        'catalogue.getRecord': ok({
          id: 'x',
          metadata: {},
          publishedVersion: null,
          styles: [],
          collectionId: null,
        }),
      },
    })
    await session.tick(['roads_1'], true)
    await session.review()
    await session.publish()
    expect(session.get().runs[0]?.outcome).toMatchObject({ kind: 'failed', step: 'publish' })
    await session.leaveResult()
    expect(operations()).toEqual(
      expect.arrayContaining(['catalogue.deleteRecord', 'catalogue.deleteStyle', 'catalogue.deleteUpload']),
    )
    expect(session.get()).toMatchObject({ screen: 'publish', runs: [] })
  })

  test('an interrupted upload goes on where it was, without another export (E17)', async () => {
    const first = await start({ verbs: roadsOnly })
    await first.session.tick(['roads_1'], true)
    await first.session.review()
    await first.session.publish()
    const note = first.asked.find(({ verb }) => verb === 'upload.send')?.params['note'] as object
    const pending = pendingUpload(note)
    const sent = answers({
      uploadId: '0b8b9c6e-2f0e-4c51-8d1c-4f9f4c7d3a10',
      sha256: exported.sha256,
      sizeBytes: exported.sizeBytes,
    })
    const second = await start({
      verbs: { ...roadsOnly, 'uploads.pending': answers({ uploads: [pending] }), 'upload.resume': sent },
    })
    await second.session.resume(second.session.get().pending[0] as never)
    expect(second.asked.map(({ verb }) => verb)).not.toContain('layer.export')
    expect(second.asked.map(({ verb }) => verb)).toContain('upload.resume')
    expect(second.session.get().runs[0]?.outcome?.kind).toBe('published')
  })

  test('style only is planned as style only', async () => {
    const { session } = await start({ verbs: parcelsOnly })
    await session.publishAgain(parcels.id, { data: false, style: true, metadata: false })
    expect(session.get().plans?.map(({ plan }) => [plan.data, plan.style])).toEqual([['keep', 'replace']])
  })
})
