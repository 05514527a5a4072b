/** A record, and pages of records, as OGC API – Records says them. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/records.gen.ts'
import { toRecordGeoJson } from '../../metadata/records-geojson.ts'
import type { CatalogueEntry, Titled } from '../../repositories/catalogue.ts'
import type { Distribution } from '../../repositories/distributions.ts'
import { type RecordFormat, recordLinks } from './links.ts'

export type RecordJson = components['schemas']['record']

export type RecordInFull = CatalogueEntry & { successor?: Titled | null; predecessors?: Titled[] }

export const toRecordJson = (
  entry: RecordInFull,
  given: {
    distributions: Distribution[]
    face: Pick<HttpContext, 'faceUrl' | 'siteUrl'>
    present?: RecordFormat | null
  },
): RecordJson => {
  const json = toRecordGeoJson({
    metadata: entry.metadata,
    identifier: entry.id,
    createdAt: entry.createdAt,
    updatedAt: entry.updatedAt,
    formats: given.distributions.flatMap(({ kind, format, mediaType }) =>
      format && (kind === 'original' || kind === 'external') ? [{ name: format, mediaType }] : [],
    ),
    links: recordLinks(entry, given),
  })
  return {
    ...json,
    properties: {
      ...json.properties,
      ...(entry.collectionId !== null && {
        externalIds: [{ scheme: 'collection', value: entry.collectionId }],
      }),
      ...(entry.isDeprecated && { deprecated: true }),
    },
  }
}
