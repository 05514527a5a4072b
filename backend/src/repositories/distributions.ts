/** Ways to obtain the data (R11) as rows, and as the contract shows them. */
import type { Knex } from 'knex'
import type { RecordState } from '../domain/record.ts'

export type DistributionKind =
  | 'original'
  | 'features'
  | 'pmtiles'
  | 'cog'
  | 'style'
  | 'external'
  | 'information'
  | 'service'

export type Distribution = {
  id: string
  recordId: string
  kind: DistributionKind
  title: string
  fileId: string | null
  /** What the file is downloaded as; null where there is no file. */
  fileName: string | null
  collectionId: string | null
  styleId: string | null
  url: string | null
  protocol: string
  mediaType: string | null
  format: string | null
  sizeBytes: number | null
  epsg: number | null
}

/** A distribution with its file, and with what decides who may have it. */
export type DownloadableFile = {
  distributionId: string
  recordId: string
  recordState: RecordState
  ownerId: string | null
  domainId: string | null
  sha256: string
  fileName: string
  mediaType: string
  sizeBytes: number
  createdAt: string
}

export type DistributionRow = {
  id: string
  record_id: string
  kind: DistributionKind
  title: string
  file_id: string | null
  file_name: string | null
  collection_id: string | null
  style_id: string | null
  url: string | null
  protocol: string
  media_type: string | null
  format: string | null
  size_bytes: number | null
  epsg: number | null
}

export const fromRow = (row: DistributionRow): Distribution => ({
  id: row.id,
  recordId: row.record_id,
  kind: row.kind,
  title: row.title,
  fileId: row.file_id,
  fileName: row.file_name,
  collectionId: row.collection_id,
  styleId: row.style_id,
  url: row.url,
  protocol: row.protocol,
  mediaType: row.media_type,
  format: row.format,
  sizeBytes: row.size_bytes,
  epsg: row.epsg,
})

export const distributions = (db: Knex) => ({
  listOfRecord: async (recordId: string): Promise<Distribution[]> =>
    (
      await db<DistributionRow>('distribution as d')
        .leftJoin('file as f', 'f.id', 'd.file_id')
        .where('d.record_id', recordId)
        .orderBy('d.position')
        .orderBy('d.id')
        .select('d.*', 'f.file_name')
    ).map((row) => fromRow(row as DistributionRow)),

  findFile: async (id: string): Promise<DownloadableFile | undefined> =>
    db('distribution as d')
      .join('file as f', 'f.id', 'd.file_id')
      .join('record as r', 'r.id', 'd.record_id')
      .where('d.id', id)
      .first({
        distributionId: 'd.id',
        recordId: 'd.record_id',
        recordState: 'r.state',
        ownerId: 'r.owner_id',
        domainId: 'r.domain_id',
        sha256: 'f.sha256',
        fileName: 'f.file_name',
        mediaType: 'f.media_type',
        sizeBytes: 'f.size_bytes',
        createdAt: 'f.created_at',
      }),

  /** Whether there was a distribution under this id (R3.15). */
  isGone: async (id: string): Promise<boolean> =>
    (await db('gone_distribution').where({ id }).first('id')) !== undefined,
})

export type DistributionView = {
  id: string
  kind: DistributionKind
  title: string
  url: string
  protocol: string
  mediaType: string | null
  format: string | null
  sizeBytes: number | null
  epsg: number | null
}

/** People are offered the SLD; where there is none, the QGIS style. */
export const fileOfStyle = ({ hasSld }: { hasSld: boolean }) =>
  hasSld
    ? { media_type: 'application/vnd.ogc.sld+xml', format: 'SLD' }
    : { media_type: 'application/xml', format: QGIS_STYLE }
const QGIS_STYLE = 'QGIS style (QML)'

/** A style was replaced, perhaps by one without SLD. */
export const refreshDistributions = async (
  trx: Knex,
  { id, sldSha256 }: { id: string; sldSha256: string | null },
): Promise<void> => {
  await trx('distribution')
    .where({ style_id: id })
    .update(fileOfStyle({ hasSld: sldSha256 !== null }))
}

const urlOf = (
  { id, fileId, fileName, collectionId, styleId, url, format }: Distribution,
  siteUrl: string,
): string => {
  if (fileId !== null) return `${siteUrl}/files/${id}/${encodeURIComponent(fileName ?? 'file')}`
  if (collectionId !== null) return `${siteUrl}/pygeoapi/collections/${collectionId}/items`
  if (styleId !== null) return `${siteUrl}/api/v1/styles/${styleId}/${format === QGIS_STYLE ? 'qml' : 'sld'}`
  return url ?? siteUrl
}

/** As the contract shows them, with absolute addresses. */
export const toDistributions = (rows: Distribution[], siteUrl: string): DistributionView[] =>
  rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    title: row.title,
    url: urlOf(row, siteUrl),
    protocol: row.protocol,
    mediaType: row.mediaType,
    format: row.format,
    sizeBytes: row.sizeBytes,
    epsg: row.epsg,
  }))
