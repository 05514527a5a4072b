/** Styles as they are drawn: made from the stored files, kept, made anew when they change; plain where there is none (R7). */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { openSymbolLibrary } from '../../backend/src/files/symbol-library.ts'
import { createStyleReader, type StyleReader } from '../../backend/src/render/style-reader.ts'
import { createBlobs } from '../../backend/src/services/blobs.ts'
import { createCollections } from '../../backend/src/services/collections.ts'
import { chosenStyle, createStyleModels } from '../../backend/src/services/style-models.ts'
import { createStyles, type StyleFiles } from '../../backend/src/services/styles.ts'
import { DEFAULT_STYLE_ID, defaultStyle } from '../../backend/src/styles/default-style.ts'
import { addRecord } from '../helpers/catalogue.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'

const example = (path: string) => readFile(new URL(`../../examples/${path}`, import.meta.url))
const file = async (path: string) => ({ fileName: path, bytes: await example(path) })
const setup = { kind: 'system', name: 'test' } as const

const open = async (database: TestDatabase) => {
  const db = database.knex
  const store = await openDiskBlobStore(join(database.dataDir, 'blobs'))
  const reader = createStyleReader()
  const asked: string[] = []
  const watched: Pick<StyleReader, 'read'> = {
    read: (sources, context) => {
      asked.push(sources.sld === null ? 'qml' : 'sld')
      return reader.read(sources, context)
    },
  }
  const collections = createCollections({ db, now: Date.now })
  const styles = createStyles({
    db,
    store,
    blobs: createBlobs({ db, store }),
    limits: { sldBytes: 1_000_000 },
    reader,
    onChange: collections.invalidate,
  })
  const models = createStyleModels({
    db,
    store,
    reader: watched,
    symbols: openSymbolLibrary(null),
    collections,
  })
  const add = async (files: StyleFiles) =>
    (await styles.create(files, { actor: setup, requestId: randomUUID() })).id
  /** A published layer with these styles, the first of them its default. */
  const layer = async (
    id: string,
    geometryType: string | null,
    styleIds: string[] = [],
    fields: string[] = [],
  ) => {
    const recordId = await addRecord(database, { title: id }, { collectionId: id })
    const columns = fields.map((name, n) => ({ name, column: `c${n + 1}`, type: 'string' }))
    await db('collection')
      .where({ id })
      .update({
        geometry_type: geometryType,
        columns: JSON.stringify(columns),
      })
    for (const [at, styleId] of styleIds.entries())
      await db('record_style').insert({ record_id: recordId, style_id: styleId, is_default: at === 0 })
    collections.invalidate()
    return id
  }
  return { database, db, reader, collections, styles, models, asked, add, layer }
}

let world: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  world = await open(await testDatabase())
})
afterAll(async () => {
  await world?.reader.close()
  await world?.database.drop()
})

const roads = async (more: Partial<StyleFiles> = {}): Promise<StyleFiles> => ({
  sld: await file('roads/roads.sld'),
  title: `Roads ${randomUUID().slice(0, 8)}`,
  ...more,
})

test('a layer is drawn with its default style, or with the one that is asked for (R7.6)', async () => {
  const { add, layer, models } = world
  const [first, second] = [await add(await roads()), await add(await roads())]
  const id = await layer('roads', 'MultiLineString', [first, second])
  expect(await models.ofCollection(id, null)).toMatchObject({ id: first, version: 1 })
  const other = await models.ofCollection(id, second)
  expect(other).toMatchObject({ id: second, style: { modelVersion: 1 } })
  expect(other?.style.featureTypeStyles.flatMap(({ rules }) => rules).length).toBeGreaterThan(1)
  const stranger = await add(await roads())
  expect(await models.ofCollection(id, stranger)).toBeNull()
  await expect(models.ofCollection('nowhere', null)).rejects.toMatchObject({ code: 'not-found' })
})

test('files are read once, for all who ask, until the style is replaced', async () => {
  const { add, layer, models, styles, asked } = world
  const style = await add(await roads())
  const id = await layer('roads-kept', 'MultiLineString', [style], ['name', 'class'])
  asked.length = 0
  await Promise.all([models.ofCollection(id, null), models.ofCollection(id, style)])
  await models.ofCollection(id, null)
  expect(asked).toEqual(['sld'])
  await styles.replace(style, { sld: await file('rivers/rivers.sld') }, { actor: setup, ifMatch: '"1"' })
  expect(await models.ofCollection(id, null)).toMatchObject({ id: style, version: 2 })
  expect(asked).toEqual(['sld', 'sld'])
})

test('a QML alone is drawn from the QML, and says so (R7, decision 20)', async () => {
  const { add, layer, models } = world
  const style = await add({ qml: await file('roads/roads.qml'), title: 'QGIS alone' })
  const drawn = await models.ofCollection(await layer('roads-qml', 'MultiLineString', [style]), null)
  expect(drawn?.style.featureTypeStyles.flatMap(({ rules }) => rules).length).toBeGreaterThan(1)
})

test('a style of which nothing can be drawn leaves the layer plain, and that is said', async () => {
  const { add, layer, models } = world
  const heat = '<qgis version="3.22.16-x"><renderer-v2 type="heatmapRenderer" radius="10"/></qgis>'
  const style = await add({ qml: { fileName: 'heat.qml', bytes: Buffer.from(heat) }, title: 'Heat' })
  const drawn = await models.ofCollection(await layer('heat', 'Point', [style]), null)
  expect(drawn).toMatchObject({ id: style, style: defaultStyle('Point') })
  expect(drawn?.findings.map(({ code }) => code)).toContain('STYLE_NOT_DRAWN')
})

test('a layer without style is plain, by its geometry; a table without geometry is not drawn', async () => {
  const { layer, models } = world
  const kinds = { Point: 'point', MultiLineString: 'line', Polygon: 'polygon' } as const
  for (const [geometryType, kind] of Object.entries(kinds)) {
    const id = await layer(`plain-${kind}`, geometryType)
    for (const asked of [null, DEFAULT_STYLE_ID]) {
      const drawn = await models.ofCollection(id, asked)
      expect(drawn?.id).toBe(DEFAULT_STYLE_ID)
      const symbolizers = drawn?.style.featureTypeStyles.flatMap(({ rules }) => rules[0]?.symbolizers ?? [])
      expect(symbolizers?.map((one) => one.kind)).toEqual([kind])
    }
  }
  expect(await models.ofCollection(await layer('table', null), null)).toBeNull()
})

test('the doctor names a style whose file is gone', async () => {
  const { add, db, models } = world
  const style = await add(await roads())
  expect((await models.examine()).findings).toEqual([])
  const gone = 'e'.repeat(64)
  await db('blob').insert({ sha256: gone, size_bytes: 1 })
  await db('style').where({ id: style }).update({ sld_sha256: gone })
  expect((await models.examine()).findings).toMatchObject([{ code: 'style-unreadable', subject: style }])
  await db('style').where({ id: style }).delete()
})

test('what answers depend on is known without reading a file: style, version, and none that is not of the layer', async () => {
  const { add, layer, collections } = world
  const style = await add(await roads())
  const collection = await collections.get(await layer('roads-chosen', 'MultiLineString', [style]))
  expect(chosenStyle(collection, null)).toMatchObject({ id: style, version: 1 })
  expect(chosenStyle(collection, 'no-such-style')).toBeNull()
  expect(chosenStyle(collection, DEFAULT_STYLE_ID)).toMatchObject({ id: DEFAULT_STYLE_ID })
})
