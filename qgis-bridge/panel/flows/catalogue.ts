/** Searching the catalogue and taking a record into the project, with the style it was published with. */

import { hasStatus } from '../protocol/failure.ts'
import type { OperationAnswer, OperationRequest } from '../protocol/server.ts'
import type { LayerLink, Result } from '../protocol/verbs.ts'
import { toFileStem } from './file-name.ts'
import { mayPublish, type RecordBody } from './published.ts'
import type { SessionContext } from './session.ts'

export type FoundRecord = OperationAnswer<'records.getRecords'>['body']['features'][number]
type Query = NonNullable<OperationRequest<'records.getRecords'>['query']>

export type CatalogueState = {
  q: string
  topic: string
  isInMap: boolean
  results: FoundRecord[] | null
  matched: number | null
  hasMore: boolean
  /** The map's extent cannot be said in degrees. */
  hasNoExtent: boolean
  record: RecordBody | null
  /** The record's collection can be had as vector tiles. */
  hasTiles: boolean
  added: Result<'collection.add'> | null
}

export const emptyCatalogue: CatalogueState = {
  q: '',
  topic: '',
  isInMap: false,
  results: null,
  matched: null,
  hasMore: false,
  hasNoExtent: false,
  record: null,
  hasTiles: false,
  added: null,
}

const pageSize = 20

/** Topics are among the words of a record. */
export const toSearchText = ({ q, topic }: { q: string; topic: string }): string =>
  [q.trim(), topic].filter((text) => text !== '').join(' ')

export const createCatalogue = ({ port, set, get, doing, demandCall, factsOf }: SessionContext) => {
  const update = (change: Partial<CatalogueState>) => set({ catalogue: { ...get().catalogue, ...change } })
  // Of several questions on their way only the last one's answer is wanted, in whatever order they come.
  let searches = 0
  let openings = 0
  // A list that changes under a pressed button takes the click with it, so it waits until the button is up.
  let isHeld = false
  let late: Partial<CatalogueState> | null = null

  const show = (found: Partial<CatalogueState>) => {
    if (isHeld) late = found
    else update(found)
  }
  const hold = () => {
    isHeld = true
  }
  const release = () => {
    isHeld = false
    const found = late
    late = null
    if (found !== null) update(found)
  }

  const search = (isNextPage = false) =>
    doing('search', async () => {
      searches += 1
      const mine = searches
      const { isInMap, results } = get().catalogue
      const present = isNextPage ? (results ?? []) : []
      const text = toSearchText(get().catalogue)
      const { extentCrs84 } = isInMap ? await port.call('map.extent', {}) : { extentCrs84: null }
      if (mine !== searches) return
      if (isInMap && extentCrs84 === null) {
        update({ hasNoExtent: true, results: null })
        return
      }
      const query: Query = {
        limit: pageSize,
        offset: present.length,
        ...(text !== '' && { q: text as never }),
        ...(extentCrs84 !== null && { bbox: extentCrs84.join(',') as never }),
        f: 'json',
      }
      const { body } = await demandCall()('records.getRecords', {
        path: { catalogId: 'metadata:main' },
        query,
      })
      if (mine !== searches) return
      show({
        results: present.concat(body.features),
        matched: body.numberMatched ?? null,
        hasMore: body.links.some(({ rel }) => rel === 'next'),
        hasNoExtent: false,
      })
    })

  const open = (recordId: string) =>
    doing('record', async () => {
      openings += 1
      const mine = openings
      update({ record: null, hasTiles: false, added: null })
      set({ screen: 'record', subject: recordId })
      const { body } = await demandCall()('catalogue.getRecord', { path: { recordId } })
      if (mine !== openings) return
      update({ record: body })
      const hasTiles = body.collectionId !== null && (await isTiled(body.collectionId))
      if (mine === openings) update({ hasTiles })
    })

  const isTiled = async (collectionId: string): Promise<boolean> => {
    const { body } = await demandCall()('features.getCollection', { path: { collectionId } })
    return body.links.some(({ rel }) => /tilesets-vector$/.test(rel))
  }

  /** The QGIS style where there is one, else the SLD. */
  const readStyle = async (
    record: RecordBody,
  ): Promise<{ qml?: string; sld?: string; styleId: string | null }> => {
    const style = record.styles.find(({ isDefault }) => isDefault) ?? record.styles[0]
    if (style === undefined) return { styleId: null }
    const path = { styleId: style.id }
    try {
      const { text } = await demandCall()('catalogue.getStyleQml', { path })
      if (text !== null) return { qml: text, styleId: style.id }
    } catch (thrown) {
      if (!hasStatus(thrown, 404)) throw thrown
    }
    const { text } = await demandCall()('catalogue.getStyleSld', { path })
    return text === null ? { styleId: style.id } : { sld: text, styleId: style.id }
  }

  /**
   * Whoever may publish the record gets the layer with its link, so that style and metadata go back from there. For
   * others it would offer what the server refuses.
   */
  const linkFor = (record: RecordBody, styleId: string | null): LayerLink | null => {
    const { me } = get()
    if (me === null || !mayPublish(me, record)) return null
    return {
      server: demandConnection().url,
      recordId: record.id,
      collectionId: record.collectionId,
      styleId,
      version: record.version,
      publishedAt: record.publishedAt ?? '',
      // QGIS takes those of the layer it has just made.
      stamps: { data: '', style: '', metadata: '' },
    }
  }

  const mayEdit = (record: RecordBody): boolean => {
    const { me } = get()
    return me !== null && record.collectionId !== null && mayPublish(me, record)
  }

  const demandConnection = () => {
    const { connection } = get()
    if (connection === null) throw new Error('No connection is chosen.')
    return connection
  }

  const addCollection = (record: RecordBody, { isToEdit = false } = {}) =>
    doing(isToEdit ? 'edit' : 'add', async () => {
      const { collectionId } = record
      if (collectionId === null) return
      const { qml, sld, styleId } = await readStyle(record)
      const link = linkFor(record, styleId)
      const added = await port.call('collection.add', {
        connection: demandConnection().id,
        collectionId,
        title: record.title,
        ...(qml !== undefined && { qml }),
        ...(sld !== undefined && { sld }),
        ...(link !== null && { link }),
        ...(isToEdit && { edit: true }),
      })
      update({ added })
    })

  const addTiles = (record: RecordBody) =>
    doing('tiles', async () => {
      const { collectionId } = record
      if (collectionId === null) return
      const { qml, sld } = await readStyle(record)
      const added = await port.call('tiles.add', {
        connection: demandConnection().id,
        collectionId,
        title: record.title,
        ...(qml !== undefined && { qml }),
        ...(sld !== undefined && { sld }),
      })
      update({ added })
    })

  const addDownload = (record: RecordBody, distribution: RecordBody['distributions'][number]) =>
    doing('download', async () => {
      const { qml } = await readStyle(record)
      const extension =
        /\.[A-Za-z0-9]{1,8}$/.exec(distribution.title)?.[0] ?? extensionOf(distribution.format)
      const stem = toFileStem(record.title) || 'download'
      const added = await port.call('download.add', {
        connection: demandConnection().id,
        distributionId: distribution.id,
        fileName: stem + extension,
        title: record.title,
        ...(qml !== undefined && { qml }),
      })
      update({ added })
    })

  return {
    update,
    search,
    hold,
    release,
    open,
    mayEdit,
    addCollection,
    addTiles,
    addDownload,
    isInProject: (layer: string) => factsOf(layer) !== undefined,
  }
}

const extensions: Record<string, string> = {
  GeoPackage: '.gpkg',
  Shapefile: '.zip',
  GeoJSON: '.geojson',
  GeoTIFF: '.tif',
  CSV: '.csv',
}

const extensionOf = (format: string | null) => extensions[format ?? ''] ?? ''
