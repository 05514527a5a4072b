import { expect, test } from 'vitest'
import { type Draft, type RecordJson, toRefusal } from '../session/api.ts'
import { createMemoryStore } from '../session/memory-store.ts'
import { createEditor, type EditorParts, findingsOf, unfinishedMembers } from './store.ts'

const settings = {
  title: 'Test',
  crsList: [{ epsg: 4326, name: 'WGS 84' }],
  nationalExtent: [-62, 13, -60, 15],
  extensions: ['.geojson'],
  limits: { datasetBytes: 1, geopackageBytes: 1, sldBytes: 1 },
}

/** A server of one record, which others may change, and whose line may be down. */
const createServer = (metadata: Draft = {}) => {
  const server = {
    record: {
      id: 'r1',
      domainId: null,
      version: 1,
      publishedVersion: null,
      uploadId: null,
      distributions: [],
      styles: [],
      metadata,
    } as unknown as RecordJson,
    isDown: false,
    patches: [] as unknown[],
    made: 0,
  }
  const changed = (next: Draft) => {
    server.record = { ...server.record, version: server.record.version + 1, metadata: next } as RecordJson
    return server.record
  }
  const refuse = (status: number) => {
    throw toRefusal({ type: '', title: 'no', status, detail: 'no' } as never)
  }
  const answer = (data: unknown) => ({ data, response: new Response(null) })
  const client = {
    GET: async (path: string) =>
      answer(path === '/settings' ? settings : path === '/domains' ? { domains: [] } : server.record),
    POST: async (_path: string, { body }: { body: { metadata: Draft } }) => {
      if (server.isDown) refuse(0)
      server.made += 1
      server.record = {
        ...server.record,
        version: 1,
        metadata: { characterSet: 'utf8', ...body.metadata },
      } as RecordJson
      return answer(server.record)
    },
    PATCH: async (
      _path: string,
      {
        params,
        body,
      }: { params: { header: Record<string, string> }; body: { metadata: Record<string, unknown> } },
    ) => {
      if (server.isDown) refuse(0)
      if (params.header['If-Match'] !== `"${server.record.version}"`) refuse(412)
      server.patches.push(body.metadata)
      const next: Record<string, unknown> = { ...server.record.metadata }
      for (const [member, value] of Object.entries(body.metadata)) {
        if (value === null) delete next[member]
        else next[member] = value
      }
      return answer(changed(next as Draft))
    },
  }
  const api = { client, expectOk: async (call: Promise<{ data: unknown }>) => (await call).data }
  return { server, api, changed }
}

const start = async ({
  recordId = 'r1' as string | null,
  metadata = {} as Draft,
  store = createMemoryStore(),
} = {}) => {
  const { server, api, changed } = createServer(metadata)
  const made: string[] = []
  const editor = createEditor({
    api: api as unknown as EditorParts['api'],
    sender: {} as EditorParts['sender'],
    openGeopackage: async () => {
      throw new Error('no GeoPackage here')
    },
    store,
    recordId,
    ownDomainId: () => null,
    today: () => '2026-01-02',
    newKey: () => 'key',
    now: () => 0,
    later: () => () => undefined,
    onRecordMade: (id) => void made.push(id),
  })
  await editor.load()
  return { editor, server, changed, store, made }
}

test('R3.2 R4.61 the first entry of a new record makes a draft, and only then', async () => {
  const { editor, server, made } = await start({ recordId: null })
  expect([server.made, editor.state().record]).toEqual([0, null])
  editor.change({ title: 'Rivers' })
  await editor.save()
  expect([server.made, made]).toEqual([1, ['r1']])
  expect(editor.state().record?.metadata).toMatchObject({
    title: 'Rivers',
    language: 'eng',
    dateStamp: '2026-01-02',
  })
  expect(editor.state().saving.kind).toBe('saved')
})

test('what is typed is kept in the browser until the server has it, and found again', async () => {
  const store = createMemoryStore()
  const { editor, server } = await start({ store, metadata: { title: 'Old' } })
  server.isDown = true
  editor.change({ abstract: 'Typed on a bad line' })
  await editor.save()
  expect(editor.state().saving.kind).toBe('offline')
  expect(store.kept.size).toBe(1)

  const next = await start({ store, metadata: { title: 'Old' } })
  expect(next.editor.state().wasRestored).toBe(true)
  expect(next.editor.state().metadata.abstract).toBe('Typed on a bad line')
  await next.editor.save()
  expect(next.server.record.metadata.abstract).toBe('Typed on a bad line')
  expect(store.kept.size).toBe(0)
})

test('changes of somebody else to other fields are taken along', async () => {
  const { editor, server, changed } = await start({ metadata: { title: 'A', abstract: 'B' } })
  changed({ title: 'A', abstract: 'Theirs' })
  editor.change({ title: 'Mine' })
  await editor.save()
  expect(server.record.metadata).toEqual({ title: 'Mine', abstract: 'Theirs' })
  expect(editor.state().metadata.abstract).toBe('Theirs')
  expect(editor.state().saving.kind).toBe('saved')
})

test('a field that both changed is asked about; either answer keeps the other fields', async () => {
  for (const answer of ['mine', 'theirs'] as const) {
    const { editor, server, changed } = await start({ metadata: { title: 'A', abstract: 'B' } })
    changed({ title: 'Theirs', abstract: 'B' })
    editor.change({ title: 'Mine', abstract: 'Mine, too' })
    await editor.save()
    expect(editor.state().saving).toMatchObject({ kind: 'conflict', members: ['title'] })
    if (answer === 'mine') await editor.keepMine()
    else {
      editor.takeTheirs()
      await editor.save()
    }
    expect(server.record.metadata).toEqual({
      title: answer === 'mine' ? 'Mine' : 'Theirs',
      abstract: 'Mine, too',
    })
  }
})

test('R4.55 half an address waits in the form, and everything else is saved', async () => {
  const { editor, server } = await start()
  editor.change({ title: 'Rivers', informationUrl: 'https:/' })
  await editor.save()
  expect(server.record.metadata).toEqual({ title: 'Rivers' })
  expect(editor.state().metadata.informationUrl).toBe('https:/')
  editor.change({ informationUrl: 'https://example.org/' })
  await editor.save()
  expect(server.record.metadata.informationUrl).toBe('https://example.org/')
  expect(
    [...unfinishedMembers({ contacts: [{ role: 'owner', email: 'a@' }], dateStamp: '2026-02-30' })].sort(),
  ).toEqual(['contacts', 'dateStamp'])
})

test('R4.60 R4.62 the rules of the server speak while one types', async () => {
  const { editor } = await start()
  editor.change({ title: ' ', temporalExtent: { begin: '2026-02-01', end: '2026-01-01' } })
  const codes = findingsOf(editor.state()).errors.map(({ field, code }) => `${field} ${code}`)
  expect(codes).toContain('title missing')
  expect(codes).toContain('temporalExtent.end temporal-extent-reversed')
})
