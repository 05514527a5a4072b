/** Searching the catalogue and taking a record into the project, with the style it was published with. */

import { hasStatus } from '../protocol/failure.ts'
import type { OperationAnswer, OperationRequest } from '../protocol/server.ts'
import type { Result } from '../protocol/verbs.ts'
import { toFileStem } from './file-name.ts'
import type { RecordBody } from './published.ts'
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
  added: null,
}

const pageSize = 20

/** Topics are among the words of a record. */
export const toSearchText = ({ q, topic }: { q: string; topic: string }): string =>
  [q.trim(), topic].filter((text) => text !== '').join(' ')

export const createCatalogue = ({ port, set, get, doing, demandCall, factsOf }: SessionContext) => {
  const update = (change: Partial<CatalogueState>) => set({ catalogue: { ...get().catalogue, ...change } })

  const search = (isNextPage = false) =>
    doing('search', async () => {
      const { isInMap, results } = get().catalogue
      const present = isNextPage ? (results ?? []) : []
      const text = toSearchText(get().catalogue)
      const { extentCrs84 } = isInMap ? await port.call('map.extent', {}) : { extentCrs84: null }
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
      update({
        results: present.concat(body.features),
        matched: body.numberMatched ?? null,
        hasMore: body.links.some(({ rel }) => rel === 'next'),
        hasNoExtent: false,
      })
    })

  const open = (recordId: string) =>
    doing('record', async () => {
      update({ record: null, added: null })
      set({ screen: 'record', subject: recordId })
      const { body } = await demandCall()('catalogue.getRecord', { path: { recordId } })
      update({ record: body })
    })

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

  const demandConnection = () => {
    const { connection } = get()
    if (connection === null) throw new Error('No connection is chosen.')
    return connection
  }

  const addCollection = (record: RecordBody) =>
    doing('add', async () => {
      const { collectionId } = record
      if (collectionId === null) return
      const { qml, sld } = await readStyle(record)
      const added = await port.call('collection.add', {
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
    open,
    addCollection,
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
