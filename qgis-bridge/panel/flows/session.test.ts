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
  record,
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
    if (typeof reply === 'function') return (reply as () => unknown)()
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
    readQml: () => ({
      name: 'qgis',
      attributes: { version: '3.22.16' },
      children: [{ name: 'renderer-v2', attributes: { type: 'singleSymbol' }, children: [], text: '' }],
      text: '',
    }),
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

  test('trying again waits for a connection that is still being asked what it allows', async () => {
    const sent = scenario().verbs['upload.send'] as { ok: unknown }
    let uploads = 0
    let tests = 0
    let answerTest = () => {}
    const { session, settled } = await start({
      verbs: {
        ...roadsOnly,
        'upload.send': (() => {
          uploads += 1
          if (uploads === 1) throw failWith({ code: 'token-refused', message: 'x' })
          return sent.ok
        }) as never,
        'connections.edit': answers({ connection }),
        'connections.test': (() => {
          tests += 1
          const answer = { connection }
          return tests === 1
            ? answer
            : new Promise((resolve) => {
                answerTest = () => resolve(answer)
              })
        }) as never,
      },
    })
    await session.tick(['roads_1'], true)
    await session.review()
    await session.publish()
    expect(session.get().runs[0]?.outcome).toMatchObject({ kind: 'failed' })
    const edited = session.connections.edit(session.get().connection)
    await settled()
    const tried = session.retry('roads_1')
    await settled()
    answerTest()
    await Promise.all([edited, tried])
    expect(session.get().failure).toBeNull()
    expect(session.get().runs[0]?.outcome).toMatchObject({ kind: 'published' })
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

  test('what was not entered follows QGIS; what was entered, also emptied, stays', async () => {
    const { session, listeners, settled, script } = await start({ verbs: roadsOnly })
    await session.tick(['roads_1'], true)
    const { metadata } = session.get().works['roads_1']?.form ?? { metadata: {} }
    const { keywords: _, ...typed } = { keywords: {}, ...metadata, title: 'Typed' }
    session.change('roads_1', { metadata: typed, scope: 'selected' })
    const said = { ...layer().metadata, title: 'Of QGIS', abstract: 'Of QGIS', keywords: { free: ['new'] } }
    const now = layer({ metadata: said, stamps: { data: 'd1', style: 's1', metadata: 'm2' } })
    script.verbs['layers.list'] = answers({ ...project, tree: [project.tree[0]], layers: [now] })
    listeners['layersChanged']?.({ layers: ['roads_1'] } as never)
    await settled()
    const form = session.get().works['roads_1']?.form
    expect(form).toMatchObject({ scope: 'selected', metadata: { title: 'Typed', abstract: 'Of QGIS' } })
    expect(form?.metadata).not.toHaveProperty('keywords')
  })

  test('a plan on the screen follows a change in QGIS instead of vanishing', async () => {
    const { session, listeners, settled } = await start({ verbs: roadsOnly })
    await session.tick(['roads_1'], true)
    await session.review()
    listeners['layersChanged']?.({ layers: ['roads_1'] } as never)
    await settled()
    expect(session.get().plans).toHaveLength(1)
  })

  test('a layer is weighed before it is exported, again when its data change, and not for its style (R5.2)', async () => {
    const weight = answers({ bytes: 60_000_000, isSampled: true })
    const { session, asked, listeners, settled, script } = await start({
      verbs: { ...roadsOnly, 'layer.weigh': weight },
    })
    const weighings = () => asked.filter(({ verb }) => verb === 'layer.weigh').length
    const change = async (stamps: object) => {
      script.verbs['layers.list'] = answers({ ...project, layers: [layer({ stamps })] })
      listeners['layersChanged']?.({ layers: ['roads_1'] } as never)
      await settled()
    }
    await session.tick(['roads_1'], true)
    expect(session.get().findings.map(({ code }) => code)).toContain('SIZ-001')
    await change({ data: 'd1', style: 's2', metadata: 'm1' })
    expect(weighings()).toBe(1)
    await change({ data: 'd2', style: 's2', metadata: 'm1' })
    expect(weighings()).toBe(2)
  })

  const leftover = (key: string) => ({
    key,
    connection: connection.id,
    kept: { key, recordId: 'r9', etag: '"1"', isNewDraft: true, styleId: 's9', isNewStyle: true },
  })
  const draft = ok({ id: 'r9', metadata: {}, publishedVersion: null, styles: [], collectionId: null })

  test('what a publication had prepared when the panel was closed is taken back when it opens again', async () => {
    const { session, operations, asked } = await start({
      verbs: { ...roadsOnly, 'unfinished.list': answers({ unfinished: [leftover('old')] }) },
      operations: {
        'catalogue.getRecord': draft,
        'catalogue.listPublications': ok({ publications: [{ state: 'failed' }] }),
      },
    })
    expect(operations()).toEqual(expect.arrayContaining(['catalogue.deleteRecord', 'catalogue.deleteStyle']))
    expect(asked).toContainEqual({ verb: 'unfinished.forget', params: { key: 'old' } })
    expect(session.get().notice).toEqual({ key: 'leftoversRemoved', count: 1 })
  })

  test('a publication that still runs on the server, and an upload that can go on, are left alone', async () => {
    const { operations } = await start({
      verbs: {
        ...roadsOnly,
        'unfinished.list': answers({ unfinished: [leftover('runs'), leftover('waits')] }),
        'uploads.pending': answers({ uploads: [pendingUpload({ key: 'waits' })] }),
      },
      operations: {
        'catalogue.getRecord': draft,
        'catalogue.listPublications': ok({ publications: [{ state: 'running' }] }),
      },
    })
    expect(operations()).not.toContain('catalogue.deleteRecord')
  })

  test('a record opened while a search runs stays open, and the later of two searches counts', async () => {
    const waiting: ((body: object) => void)[] = []
    const { session, script, settled } = await start({ verbs: roadsOnly })
    script.operations['records.getRecords'] = (() =>
      new Promise((resolve) => {
        waiting.push((body) => resolve({ status: 200, body, text: null, etag: null, location: null }))
      })) as never
    const page = (id: string) => ({ features: [{ id }], numberMatched: 1, links: [] })
    void session.catalogue.search()
    void session.catalogue.search()
    await settled()
    await session.catalogue.open('r1')
    waiting[1]?.(page('second'))
    waiting[0]?.(page('first'))
    await settled()
    expect(session.get()).toMatchObject({ screen: 'record', catalogue: { record: { title: 'Parcels' } } })
    expect(session.get().catalogue.results?.map(({ id }) => id)).toEqual(['second'])
  })

  test('results do not change under a pressed mouse button', async () => {
    const { session, script } = await start({ verbs: roadsOnly })
    await session.catalogue.search()
    const before = session.get().catalogue.results
    script.operations['records.getRecords'] = ok({ features: [], numberMatched: 0, links: [] })
    session.catalogue.hold()
    await session.catalogue.search()
    expect(session.get().catalogue.results).toBe(before)
    session.catalogue.release()
    expect(session.get().catalogue.results).toEqual([])
  })

  test('whoever may publish a record gets the layer with its link; others get it without', async () => {
    const added = async (ownerId: string) => {
      const { session, asked } = await start({
        verbs: roadsOnly,
        operations: { 'catalogue.getRecord': ok({ ...record, ownerId }) },
      })
      await session.catalogue.open(record.id)
      const opened = session.get().catalogue.record
      if (opened === null) throw new Error('No record was opened.')
      await session.catalogue.addCollection(opened)
      return asked.find(({ verb }) => verb === 'collection.add')?.params['link']
    }
    expect(await added('ana')).toMatchObject({
      server: connection.url,
      recordId: record.id,
      collectionId: 'parcels',
      styleId: 'parcels',
      version: 3,
    })
    expect(await added('ben')).toBe(undefined)
  })

  test('a record with a geometry is offered as vector tiles; a collection of one’s own for editing', async () => {
    const { session, asked } = await start({ verbs: roadsOnly })
    await session.catalogue.open(record.id)
    const { record: opened, hasTiles } = session.get().catalogue
    if (opened === null) throw new Error('No record was opened.')
    expect([hasTiles, session.catalogue.mayEdit(opened)]).toEqual([true, true])
    await session.catalogue.addTiles(opened)
    await session.catalogue.addCollection(opened, { isToEdit: true })
    expect(asked.find(({ verb }) => verb === 'tiles.add')?.params).toMatchObject({ collectionId: 'parcels' })
    expect(asked.find(({ verb }) => verb === 'collection.add')?.params).toMatchObject({ edit: true })
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

  test('an interrupted upload goes on also when its button is pressed before the server is known', async () => {
    const first = await start({ verbs: roadsOnly })
    await first.session.tick(['roads_1'], true)
    await first.session.review()
    await first.session.publish()
    const note = first.asked.find(({ verb }) => verb === 'upload.send')?.params['note'] as object
    let answer: (tested: object) => void = () => {}
    const { session, asked, settled } = await start({
      verbs: {
        ...roadsOnly,
        'uploads.pending': answers({ uploads: [pendingUpload(note)] }),
        'upload.resume': answers({ uploadId: 'x', sha256: exported.sha256, sizeBytes: exported.sizeBytes }),
        'connections.test': (() => new Promise((resolve) => (answer = resolve))) as never,
      },
    })
    expect(session.get().deployment).toBeNull()
    const resumed = session.resume(session.get().pending[0] as never)
    await settled()
    expect(session.get().failure).toBeNull()
    expect(asked.map(({ verb }) => verb)).not.toContain('upload.resume')
    answer({ connection })
    await resumed
    expect(session.get().runs[0]?.outcome?.kind).toBe('published')
  })

  test('style only is planned as style only', async () => {
    const { session } = await start({ verbs: parcelsOnly })
    await session.publishAgain(parcels.id, { data: false, style: true, metadata: false })
    expect(session.get().plans?.map(({ plan }) => [plan.data, plan.style])).toEqual([['keep', 'replace']])
  })
})
