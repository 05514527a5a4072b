import { describe, expect, test } from 'vitest'
import { createCanceller } from '../protocol/cancelling.ts'
import { createServer } from '../protocol/server.ts'
import type { LayerFacts } from '../protocol/verbs.ts'
import { abandonRuns, publishAll, toRetry, toRun } from './publish-all.ts'
import {
  differingMembers,
  discardKept,
  type LayerOrder,
  nothingKept,
  publishLayer,
  toPatch,
} from './publish-layer.ts'
import { createScriptedPort, fails, refuses, type Script } from './scripted-port.ts'

const stamps = { data: 'd', style: 's', metadata: 'm' }

const facts = (overrides: Partial<LayerFacts> = {}): LayerFacts => ({
  id: 'roads',
  name: 'Roads',
  kind: 'vector',
  isValid: true,
  provider: 'ogr',
  source: 'file',
  geometryType: 'Point',
  hasZ: false,
  hasM: false,
  crs: { isValid: true, authid: 'EPSG:4326', epsg: 4326, isCustom: false, description: '' },
  featureCount: 2,
  selectedCount: 0,
  isFiltered: false,
  isEdited: false,
  isTemporary: false,
  isVisible: true,
  fields: [{ name: 'name', type: 'string' }],
  extent: [0, 0, 1, 1],
  sizeBytes: 10,
  metadata: {},
  renderer: 'singleSymbol',
  link: null,
  stamps,
  ...overrides,
})

const exported = {
  file: 'f0123456789abcdef',
  layerName: 'roads',
  sizeBytes: 10,
  layerBytes: 10,
  sha256: 'aa',
  featureCount: 2,
  epsg: 4326,
  extent: [0, 0, 1, 1],
  fields: [{ name: 'name', type: 'string' }],
}

const noSchema = { dropped: [], added: [], retyped: [], geometryChange: null }

const order = (overrides: Partial<LayerOrder> = {}, plan: Partial<LayerOrder['plan']> = {}): LayerOrder => ({
  layer: 'roads',
  title: 'Roads',
  plan: {
    kind: 'new',
    data: 'new',
    style: 'new',
    metadata: { changed: [] },
    schema: noSchema,
    recordId: null,
    collectionId: null,
    styleId: null,
    ifMatch: null,
    needsConsent: false,
    isChangedOnServer: false,
    refusal: null,
    ...plan,
  },
  metadata: { title: 'Roads' },
  domainId: null,
  collectionId: 'roads',
  scope: 'all',
  targetEpsg: null,
  acceptSchemaChange: false,
  hasSld: true,
  seen: null,
  writeBack: null,
  ...overrides,
})

const seen: NonNullable<LayerOrder['seen']> = {
  id: 'r1',
  state: 'published',
  title: 'Roads',
  version: 3,
  etag: '"3"',
  canPublish: true,
  metadata: { title: 'Old roads', keywords: ['roads'] },
  defaultStyle: { id: 'roads', hasQml: true },
  collection: {
    id: 'roads',
    featureCount: 2,
    geometryType: 'Point',
    columns: [],
    storageEpsg: 4326,
    raster: null,
    editedAt: null,
    extentCrs84: null,
  },
}

const again = (plan: Partial<LayerOrder['plan']>, overrides: Partial<LayerOrder> = {}) =>
  order(
    { seen, ...overrides },
    {
      kind: 'update',
      data: 'keep',
      style: 'keep',
      recordId: 'r1',
      collectionId: 'roads',
      styleId: 'roads',
      ifMatch: '"3"',
      ...plan,
    },
  )

const done = {
  id: 'p1',
  recordId: 'r1',
  state: 'done',
  step: 'done',
  progress: { share: 1, text: '' },
  result: { collectionId: 'roads', featureCount: 2, version: 4, links: [], warnings: [] },
  problem: null,
}
const record = {
  id: 'r1',
  version: 4,
  publishedVersion: null,
  metadata: { title: 'Roads' },
  collectionId: 'roads',
  styles: [],
}

const works: Script = {
  'layer.export': () => exported,
  'upload.send': () => ({ uploadId: 'u1', sha256: 'aa', sizeBytes: 10 }),
  'upload.resume': () => ({ uploadId: 'u1', sha256: 'aa', sizeBytes: 10 }),
  'uploads.pending': () => ({ uploads: [] }),
  'upload.discard': () => ({}),
  'layer.style': () => ({ qml: '<qgis/>', sld: '<sld/>', sldMessages: [], assets: [], fonts: [] }),
  'layer.setLink': () => facts(),
  'layer.setMetadata': () => facts({ stamps: { ...stamps, metadata: 'm2' } }),
  'file.discard': () => ({}),
  'unfinished.keep': () => ({}),
  'unfinished.forget': () => ({}),
  'collection.check': () => ({
    isValid: true,
    message: '',
    featureCount: 2,
    crs: 'OGC:CRS84',
    extent: [0, 0, 1, 1],
    geometryType: 'Point',
    fields: exported.fields,
    hasFirstFeature: true,
  }),
  'layer.keepStyle': () => ({ isKept: true }),
  'layer.compare': () => ({ qgis: 'AA==', server: 'AA==', crs: 'EPSG:4326', extent: [0, 0, 1, 1] }),
  'api catalogue.getUpload': () => ({ body: { state: 'ready', problem: null } }),
  'api catalogue.deleteUpload': () => ({ status: 204 }),
  'api catalogue.createRecord': () => ({ body: record, etag: '"1"' }),
  'api catalogue.changeRecord': () => ({ body: record, etag: '"4"' }),
  'api catalogue.getRecord': () => ({ body: record, etag: '"4"' }),
  'api catalogue.deleteRecord': () => ({ status: 204 }),
  'api catalogue.createStyle': () => ({ body: { id: 'roads-2' } }),
  'api catalogue.getStyle': () => ({ body: { id: 'roads', version: 1, usedBy: [] }, etag: '"1"' }),
  'api catalogue.replaceStyle': () => ({ body: { id: 'roads' } }),
  'api catalogue.deleteStyle': () => ({ status: 204 }),
  'api catalogue.publishRecord': () => ({ body: { ...done, state: 'queued', result: null } }),
  'api catalogue.getPublication': () => ({ body: done }),
  'api catalogue.cancelPublication': () => ({ body: { ...done, state: 'cancelled', result: null } }),
  'api features.getCollection': () => ({
    body: {
      id: 'roads',
      itemCount: 2,
      storageCrs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
      links: [],
    },
  }),
  'api features.getSchema': () => ({
    body: {
      properties: {
        geometry: { 'x-ogc-role': 'primary-geometry', format: 'geometry-point' },
        name: { type: 'string' },
      },
    },
  }),
}

const start = (changes: Script = {}) => {
  const scripted = createScriptedPort({ ...works, ...changes })
  const parts = {
    port: scripted.port,
    call: createServer(scripted.port, 'c1'),
    connection: 'c1',
    serverUrl: 'https://catalogue.example',
    limits: { datasetBytes: 1000, sldBytes: 1000 },
    now: () => '2026-11-27T20:00:00Z',
    sleep: async () => {},
  }
  const kept = nothingKept('key')
  const canceller = createCanceller()
  const publish = (given: LayerOrder, layer = facts()) =>
    publishLayer(parts, given, { kept, facts: layer, report: () => {}, cancelling: canceller })
  const bodyOf = (operation: string) =>
    scripted.asked.find(({ params }) => params['operation'] === operation)?.params as Record<
      string,
      Record<string, unknown>
    >
  return { ...scripted, parts, kept, canceller, publish, bodyOf }
}

describe('the pictures of QGIS and the server', () => {
  const picturesOf = async (run: ReturnType<typeof start>, given = order(), layer = facts()) => {
    const outcome = await run.publish(given, layer)
    return outcome.kind === 'published' ? outcome.pictures : 'not published'
  }

  test('are asked for once the layer is published', async () => {
    expect(await picturesOf(start())).toMatchObject({ qgis: 'AA==', server: 'AA==' })
  })

  test('are none where only a selection was published, or the server draws no maps', async () => {
    expect(await picturesOf(start(), order({ scope: 'selected' }))).toBeNull()
    expect(await picturesOf(start({ 'layer.compare': refuses(404, 'no maps') }))).toBeNull()
  })
})

describe('a layer on its way', () => {
  test('a new one goes through all steps, is verified, and remembers what it was published as', async () => {
    const run = start()
    const outcome = await run.publish(order())
    expect(outcome).toMatchObject({
      kind: 'published',
      recordId: 'r1',
      collectionId: 'roads',
      featureCount: 2,
    })
    if (outcome.kind === 'published') expect(outcome.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(run.names().filter((name) => !/^(api features|unfinished)/.test(name))).toEqual([
      'layer.export',
      'upload.send',
      'api catalogue.getUpload',
      'api catalogue.createRecord',
      'layer.style',
      'api catalogue.createStyle',
      'api catalogue.publishRecord',
      'api catalogue.getPublication',
      'collection.check',
      'api catalogue.getRecord',
      'layer.setLink',
      'layer.keepStyle',
      'file.discard',
      'layer.compare',
    ])
    expect(run.bodyOf('catalogue.publishRecord')).toMatchObject({
      body: {
        uploadId: 'u1',
        layer: 'roads',
        sourceEpsg: 4326,
        collectionId: 'roads',
        styleId: 'roads-2',
        acceptSchemaChange: false,
      },
      ifMatch: '"1"',
      idempotencyKey: 'key-publish-1',
    })
    const link = run.asked.find(({ verb }) => verb === 'layer.setLink')?.params['link']
    expect(link).toMatchObject({
      server: 'https://catalogue.example',
      recordId: 'r1',
      styleId: 'roads-2',
      version: 4,
      stamps,
    })
  })

  test('new data and a new style change together: the old style stays until the commit', async () => {
    const run = start()
    await run.publish(again({ data: 'replace', style: 'replace' }))
    expect(run.names()).not.toContain('api catalogue.replaceStyle')
    expect(run.bodyOf('catalogue.publishRecord')['body']).toMatchObject({
      styleId: 'roads-2',
      detachStyles: ['roads'],
    })
    expect(run.bodyOf('catalogue.publishRecord')['body']).not.toHaveProperty('collectionId')
    expect(run.names().indexOf('api catalogue.deleteStyle')).toBeGreaterThan(
      run.names().indexOf('api catalogue.getPublication'),
    )
  })

  test('a style whose SLD the catalogue refuses is published for QGIS alone, and that is said', async () => {
    const run = start({
      'api catalogue.createStyle': (params, times) =>
        times === 1
          ? fails({
              code: 'problem',
              message: 'x',
              data: {
                status: 422,
                problem: { code: 'sld-refused', status: 422, detail: 'It draws nothing.' },
              },
            })(params, times)
          : { body: { id: 'roads-2' } },
    })
    const outcome = await run.publish(order())
    expect(outcome).toMatchObject({
      kind: 'published',
      styleId: 'roads-2',
      warnings: [{ code: 'sld-refused', message: 'It draws nothing.' }],
    })
    const sent = run.asked
      .filter(({ params }) => params['operation'] === 'catalogue.createStyle')
      .map(({ params }) => (params['form'] as { name: string }[]).map(({ name }) => name))
    expect(sent).toEqual([
      ['sld', 'qml', 'title'],
      ['qml', 'title'],
    ])
  })

  test.each([
    ['that draws nothing', { hasSld: false }, '<sld/>'],
    ['that QGIS did not write', {}, null],
    ['that is too large', {}, 'x'.repeat(1001)],
  ])(
    'an SLD %s is not sent: the QML goes alone, also in place of a style with SLD',
    async (_, changes, sld) => {
      const run = start({
        'layer.style': () => ({ qml: '<qgis/>', sld, sldMessages: [], assets: [], fonts: [] }),
      })
      expect((await run.publish(again({ style: 'replace' }, changes))).kind).toBe('published')
      const form = run.bodyOf('catalogue.replaceStyle')['form'] as unknown as { name: string }[]
      expect(form.map(({ name }) => name)).toEqual(['qml', 'title'])
    },
  )

  test('an export larger than the catalogue takes is said before anything is sent', async () => {
    const run = start({ 'layer.export': () => ({ ...exported, sizeBytes: 3000, layerBytes: 2000 }) })
    const outcome = await run.publish(order())
    expect(outcome).toMatchObject({ kind: 'failed', step: 'export', failure: { code: 'too-large' } })
    expect(run.names()).toEqual(['layer.export'])
    const small = start({ 'layer.export': () => ({ ...exported, sizeBytes: 3000, layerBytes: 999 }) })
    expect((await small.publish(order())).kind).toBe('published')
  })

  test('style only: nothing is exported or uploaded, and data that differ go on differing', async () => {
    const run = start()
    const old = {
      server: 'x',
      recordId: 'r1',
      collectionId: 'roads',
      styleId: 'roads',
      version: 3,
      publishedAt: '',
      stamps: { data: 'old', style: 'old', metadata: 'm' },
    }
    const outcome = await run.publish(
      again({ style: 'replace' }, { metadata: seen.metadata }),
      facts({ link: old }),
    )
    expect(outcome.kind).toBe('published')
    expect(run.names()).not.toContain('layer.export')
    expect(run.names()).toContain('api catalogue.replaceStyle')
    const link = run.asked.find(({ verb }) => verb === 'layer.setLink')?.params['link']
    expect(link).toMatchObject({ stamps: { data: 'old', style: 's', metadata: 'm' } })
  })

  test('metadata only: a merge patch with If-Match, cleared members as null', async () => {
    const run = start()
    await run.publish(again({ metadata: { changed: ['title', 'keywords'] } }))
    expect(run.bodyOf('catalogue.changeRecord')).toMatchObject({
      body: { metadata: { title: 'Roads', keywords: null } },
      ifMatch: '"3"',
    })
    expect(run.names()).not.toContain('layer.style')
  })

  test('data only: metadata that differ in the form stay as they are published', async () => {
    const run = start()
    await run.publish(again({ data: 'replace' }))
    expect(run.bodyOf('catalogue.changeRecord')).toMatchObject({ body: { metadata: {}, uploadId: 'u1' } })
  })

  test('metadata are written back to QGIS when asked, and count as published', async () => {
    const run = start()
    await run.publish(order({ writeBack: { title: 'Roads' } }))
    const link = run.asked.find(({ verb }) => verb === 'layer.setLink')?.params['link']
    expect(link).toMatchObject({ stamps: { metadata: 'm2' } })
  })

  test('who changed the record meanwhile is not overwritten: what changed is said', async () => {
    const run = start({
      'api catalogue.changeRecord': refuses(412, 'The record has version 4.'),
      'api catalogue.getRecord': () => ({
        body: { ...record, metadata: { title: 'Roads of Ben', keywords: ['roads'] } },
        etag: '"4"',
      }),
    })
    expect(await run.publish(again({ data: 'replace' }))).toEqual({ kind: 'changed', members: ['title'] })
    expect(run.names()).not.toContain('api catalogue.publishRecord')
  })

  test('other bytes on the server than exported are not published', async () => {
    const run = start({ 'upload.send': () => ({ uploadId: 'u1', sha256: 'bb', sizeBytes: 10 }) })
    expect(await run.publish(order())).toMatchObject({ kind: 'failed', step: 'upload' })
    expect(run.names()).not.toContain('api catalogue.createRecord')
  })

  test('a file the server refuses fails in the server’s words', async () => {
    const run = start({
      'api catalogue.getUpload': () => ({
        body: { state: 'refused', problem: { detail: 'Not a GeoPackage.', status: 422 } },
      }),
    })
    const outcome = await run.publish(order())
    expect(outcome).toMatchObject({
      kind: 'failed',
      step: 'upload',
      failure: { message: 'Not a GeoPackage.' },
    })
  })

  test('a server that restarts is waited for', async () => {
    const run = start({
      'api catalogue.getPublication': (params, times) => {
        if (times < 4) return fails({ code: 'offline', message: 'Connection refused' })(params, times)
        return { body: done }
      },
    })
    expect((await run.publish(order())).kind).toBe('published')
  })

  test('what is served otherwise than exported is not called verified', async () => {
    const check = works['collection.check']?.({}, 1) as object
    const run = start({ 'collection.check': () => ({ ...check, featureCount: 1 }) })
    const outcome = await run.publish(order())
    expect(outcome).toMatchObject({ kind: 'published' })
    if (outcome.kind === 'published')
      expect(outcome.checks.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(['count'])
  })

  test('after the commit, a check that cannot be made does not make it a failure', async () => {
    const run = start({ 'collection.check': fails({ code: 'offline', message: 'x' }) })
    expect(await run.publish(order())).toMatchObject({ kind: 'published', unchecked: { code: 'offline' } })
  })

  test('cancelling a running publication cancels it on the server', async () => {
    const run = start({
      'api catalogue.publishRecord': () => {
        run.canceller.cancel()
        return { body: { ...done, state: 'running', result: null } }
      },
    })
    expect(await run.publish(order())).toEqual({ kind: 'cancelled' })
    expect(run.names()).toContain('api catalogue.cancelPublication')
    expect(run.names()).not.toContain('layer.setLink')
  })
})

describe('what a run that did not end well leaves', () => {
  const failsOnce: Script = {
    'api catalogue.getPublication': (_params, times) =>
      times === 1
        ? { body: { ...done, state: 'failed', result: null, problem: { detail: 'No room.', status: 507 } } }
        : { body: done },
  }
  const onlyRun = (runs: ReturnType<typeof toRun>[]) => {
    const [run] = runs
    if (run === undefined) throw new Error('There is no run.')
    return run
  }

  test('a second try uses the upload, the draft and the style again', async () => {
    const { parts, names } = start(failsOnce)
    const first = toRun(order(), facts(), 'key')
    await publishAll(parts, [first], () => {})
    expect(first.outcome).toMatchObject({ kind: 'failed', step: 'publish', isResumable: true })
    const runs = [toRetry(first)]
    await publishAll(parts, runs, () => {})
    expect(onlyRun(runs).outcome?.kind).toBe('published')
    for (const once of [
      'layer.export',
      'upload.send',
      'api catalogue.createRecord',
      'api catalogue.createStyle',
    ])
      expect(names().filter((name) => name === once)).toHaveLength(1)
  })

  test('given up, its draft, style, upload and file are removed', async () => {
    const { parts, names } = start(failsOnce)
    const first = toRun(order(), facts(), 'key')
    await publishAll(parts, [first], () => {})
    await abandonRuns(parts, [first])
    expect(first.kept.recordId).toBe(null)
    for (const removal of [
      'unfinished.forget',
      'api catalogue.deleteRecord',
      'api catalogue.deleteStyle',
      'api catalogue.deleteUpload',
      'file.discard',
    ])
      expect(names()).toContain(removal)
  })

  test('the working copy of a published record is put back as it was', async () => {
    const { parts, kept, asked } = start()
    Object.assign(kept, { recordId: 'r1', etag: '"4"', previous: seen.metadata, isNewDraft: false })
    expect(await discardKept(parts, kept)).toEqual([])
    const put = asked.find(({ params }) => params['operation'] === 'catalogue.changeRecord')?.params
    expect(put).toMatchObject({
      body: { metadata: { title: 'Old roads', keywords: ['roads'] }, uploadId: null },
      ifMatch: '"4"',
    })
    expect(asked.some(({ params }) => params['operation'] === 'catalogue.deleteRecord')).toBe(false)
  })

  test('what is gone already is no failure; what cannot be removed is said', async () => {
    const { parts, kept } = start({
      'api catalogue.deleteUpload': refuses(404, 'No such upload.'),
      'file.discard': fails({ code: 'internal', message: 'The file is in use.' }),
    })
    Object.assign(kept, { uploadId: 'u1', exported })
    expect((await discardKept(parts, kept)).map(({ message }) => message)).toEqual(['The file is in use.'])
  })

  test('an upload that broke off is gone on with in the next try', async () => {
    const { parts, names } = start({
      'upload.send': fails({ code: 'offline', message: 'x' }),
      'uploads.pending': () => ({ uploads: [{ pending: 'p1', note: { key: 'key' } }] }),
    })
    const first = toRun(order(), facts(), 'key')
    await publishAll(parts, [first], () => {})
    const second = toRetry(first)
    await publishAll(parts, [second], () => {})
    expect(second.outcome?.kind).toBe('published')
    expect(names()).toContain('upload.resume')
  })

  test('one layer’s failure does not stop the others; a cancelled one is taken back', async () => {
    const { parts, names } = start({
      'layer.export': (params, times) =>
        times === 1 ? fails({ code: 'export-failed', message: 'x' })(params, times) : exported,
    })
    const runs = [
      toRun(order(), facts(), 'k1'),
      toRun(order(), facts({ id: 'b' }), 'k2'),
      toRun(order(), facts({ id: 'c' }), 'k3'),
    ]
    runs[2]?.canceller.cancel()
    await publishAll(parts, runs, () => {})
    expect(runs.map(({ outcome }) => outcome?.kind)).toEqual(['failed', 'published', 'cancelled'])
    expect(names().filter((name) => name === 'layer.export')).toHaveLength(2)
  })
})

describe('what differs', () => {
  test('members are compared by value, and a patch makes one into the other', () => {
    const before = { title: 'a', keywords: ['x'], abstract: 'same' }
    const after = { title: 'b', abstract: 'same', language: 'eng' }
    expect(differingMembers(before, after)).toEqual(['keywords', 'language', 'title'])
    expect(toPatch(before, after)).toEqual({ keywords: null, language: 'eng', title: 'b' })
  })
})
