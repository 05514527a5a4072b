/** One feature for people: drawing and attributes. */
import type { HttpContext } from '../../../contract/handler.ts'
import type { RequestCrs } from '../../../domain/feature-query.ts'
import { isGeographic } from '../../../geo/crs.ts'
import { html } from '../../../http/html.ts'
import type { PublishedCollection } from '../../../repositories/collections.ts'
import { addressWith, type Link, mediaTypes } from '../../common/links.ts'
import { facePage, facts, formatLinks, shownValue } from '../../common/page.ts'
import type { PlainFeature } from '../../common/plain-features.ts'
import { collectionAddress } from '../collection-json.ts'
import { dataFormats } from '../formats.ts'
import type { FaceParts } from '../parts.ts'
import { mapSvg } from './map-svg.ts'

export const itemPage = ({
  parts,
  http,
  collection,
  crs,
  feature,
}: {
  parts: FaceParts
  http: HttpContext
  collection: PublishedCollection
  crs: RequestCrs
  feature: PlainFeature
  links: Link[]
}): string => {
  const address = collectionAddress(http, collection.id)
  const title = `Feature ${feature.id}`
  return facePage(http, {
    title: `${title} of ${collection.title}`,
    siteTitle: parts.config.siteTitle,
    jsonType: mediaTypes.geojson,
    trail: [
      { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
      { title: collection.title, href: `${address}?f=html` },
      { title: 'Features', href: `${address}/items?f=html` },
      { title },
    ],
    body: html`<h1>${title} <small>of ${collection.title}</small></h1>
${mapSvg([{ title, href: `${address}/items/${feature.id}`, geometry: feature.geometry }], {
  isGeographic: isGeographic(crs.epsg),
  isFlipped: crs.axisOrder === 'yx',
})}
${facts([
  ['Geometry', feature.geometry?.type ?? 'none'],
  ...Object.entries(feature.properties).map(([name, value]): [string, ReturnType<typeof shownValue>] => [
    name,
    shownValue(value),
  ]),
])}
${formatLinks(
  http,
  dataFormats.map(({ f, title: format }) => ({ title: format, href: addressWith(http, { f }) })),
)}`,
  })
}
