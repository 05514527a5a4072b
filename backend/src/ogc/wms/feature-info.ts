/** What is at a pixel of a map: the features around it or the values of a raster, in the forms clients of WMS ask for. */
import type { RawBody } from '../../contract/handler.ts'
import type { FeatureRequest, RequestCrs } from '../../domain/feature-query.ts'
import type { Box } from '../../domain/probe.ts'
import { wmsProblems } from '../../domain/problems/wms.ts'
import { CRS84_URI, pointToCrs84 } from '../../geo/crs.ts'
import { html, htmlType } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import type { Features } from '../../services/features.ts'
import { isRasterGone, type Rasters } from '../../services/rasters.ts'
import { attributes, type Xml, xml, xmlDocument } from '../../xml/write.ts'
import { type InfoFormat, infoFormats, mostFeatures, type WmsVersion } from './names.ts'
import type { Parameters, WmsView } from './parameters.ts'

/** Around the pixel, in pixels of 0.28 mm: nobody hits a line by chance. */
const reachPixels = 4

export type FoundFeature = {
  layer: PublishedCollection
  id: string | number | null
  geometry: unknown
  properties: Record<string, unknown>
}

export const readInfoFormat = ({ get }: Parameters): InfoFormat => {
  const text = get('INFO_FORMAT') ?? 'text/plain'
  const plain = text.toLowerCase().split(';')[0]?.trim() ?? ''
  const known: Record<string, InfoFormat> = {
    ...infoFormats,
    'application/geojson': 'json',
    'application/vnd.ogc.gml/3.1.1': 'gml',
  }
  const found = known[plain]
  if (found) return found
  throw wmsProblems.wmsFormatUnknown({
    parameter: 'INFO_FORMAT',
    given: text,
    known: Object.keys(infoFormats),
  })
}

export const readFeatureCount = ({ get }: Parameters): number => {
  const text = get('FEATURE_COUNT') ?? '1'
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Math.min(mostFeatures, Number(text))
  throw wmsProblems.wmsParameterWrong({
    parameter: 'FEATURE_COUNT',
    given: text,
    expected: `a number from 1 to ${mostFeatures}`,
  })
}

export type InfoPlace = {
  /** The middle of the pixel, in the system of the map. */
  point: readonly [number, number]
  /** The area around it. */
  box: Box
}

export const readPlace = (
  { get, need }: Parameters,
  version: WmsVersion,
  { box, width, height, pixelRatio }: WmsView,
): InfoPlace => {
  const [first, second] = version === '1.3.0' ? ['I', 'J'] : ['X', 'Y']
  const i = get(first) ?? get(version === '1.3.0' ? 'X' : 'I') ?? need(first, `${first}=100`)
  const j = get(second) ?? get(version === '1.3.0' ? 'Y' : 'J') ?? need(second, `${second}=100`)
  const isPixel = (text: string, most: number) => /^\d{1,6}$/.test(text) && Number(text) < most
  if (!isPixel(i, width) || !isPixel(j, height)) throw wmsProblems.wmsPointOutside({ i, j, width, height })
  const perX = (box[2] - box[0]) / width
  const perY = (box[3] - box[1]) / height
  const x = box[0] + (Number(i) + 0.5) * perX
  const y = box[3] - (Number(j) + 0.5) * perY
  const [reachX, reachY] = [reachPixels * pixelRatio * perX, reachPixels * pixelRatio * perY]
  return { point: [x, y], box: [x - reachX, y - reachY, x + reachX, y + reachY] }
}

export const findFeatures = async (
  collection: PublishedCollection,
  { box, crs, written, limit }: { box: Box; crs: RequestCrs; written: RequestCrs; limit: number },
  { features, signal }: { features: Pick<Features, 'openPage' | 'withCollection'>; signal: AbortSignal },
): Promise<FoundFeature[]> =>
  features.withCollection(collection.id, async (present) => {
    const request: FeatureRequest = {
      filter: {
        bbox: { epsg: crs.epsg, boxes: [box], heights: null },
        time: null,
        equals: [],
        text: null,
        expression: null,
      },
      start: { offset: 0 },
      limit,
      sort: [],
      crs: written,
      properties: null,
      isGeometrySkipped: false,
    }
    const page = await features.openPage(present, { ...request, form: 'geojson', isMeasured: false }, signal)
    const pieces: Buffer[] = []
    for await (const piece of page.pieces) pieces.push(Buffer.from(piece))
    const list = JSON.parse(`[${Buffer.concat(pieces).toString('utf8')}]`) as Omit<FoundFeature, 'layer'>[]
    return list.map((one) => ({ ...one, layer: present }))
  })

/** The cell of a raster at a place, as a feature of one property a band: the measured value, null where there is none. */
export const findCell = async (
  collection: PublishedCollection,
  { point: [x, y], crs, written }: { point: InfoPlace['point']; crs: RequestCrs; written: RequestCrs },
  { collections, rasters }: { collections: Pick<Collections, 'reload'>; rasters: Pick<Rasters, 'readPixel'> },
): Promise<FoundFeature[]> => {
  const ask = async (layer: PublishedCollection): Promise<FoundFeature[]> => {
    if (layer.raster === null) return []
    const { bands } = layer.raster
    const cell = await rasters.readPixel(layer.raster, { x, y, epsg: crs.epsg })
    if (cell === null) return []
    const place = written.epsg === crs.epsg ? [x, y] : pointToCrs84(x, y, crs.epsg)
    return [
      {
        layer,
        id: `${cell.column}.${cell.row}`,
        geometry: place && { type: 'Point', coordinates: place },
        properties: Object.fromEntries(
          cell.values.map((value, at) => {
            const { name = null, scale = 1, offset = 0 } = bands[at] ?? {}
            return [name ?? `Band ${at + 1}`, value === null ? null : value * scale + offset]
          }),
        ),
      },
    ]
  }
  try {
    return await ask(collection)
  } catch (error) {
    if (!isRasterGone(error)) throw error
    const present = await collections.reload(collection.id)
    return present === undefined ? [] : ask(present)
  }
}

/** As maps write them: QGIS takes coordinates for those of `crs`; without it RFC 7946 means degrees. */
const toJson = (found: readonly FoundFeature[], crs: RequestCrs | null): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    ...(crs && {
      crs: {
        type: 'name',
        properties: { name: crs.epsg === 4326 ? CRS84_URI : `urn:ogc:def:crs:EPSG::${crs.epsg}` },
      },
    }),
    features: found.map(({ layer, id, geometry, properties }) => ({
      type: 'Feature',
      id: `${layer.id}.${id}`,
      geometry,
      properties,
    })),
  })

const wordOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)

const byLayer = (found: readonly FoundFeature[]): [PublishedCollection, FoundFeature[]][] => {
  const groups = new Map<PublishedCollection, FoundFeature[]>()
  for (const one of found) groups.set(one.layer, [...(groups.get(one.layer) ?? []), one])
  return [...groups]
}

const toText = (found: readonly FoundFeature[]): string =>
  byLayer(found)
    .map(
      ([layer, list]) =>
        `Layer '${layer.id}'\n${list
          .map(
            ({ id, properties }) =>
              `Feature ${id}\n${Object.entries(properties)
                .map(([name, value]) => `${name} = '${wordOf(value)}'\n`)
                .join('')}`,
          )
          .join('\n')}`,
    )
    .join('\n') || 'Nothing was found here.\n'

const toHtml = (found: readonly FoundFeature[]): string =>
  `<!DOCTYPE html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><title>Features</title></head><body>
${
  found.length === 0
    ? html`<p>Nothing was found here.</p>`
    : byLayer(found).map(
        ([layer, list]) =>
          html`<h1>${layer.title}</h1>${list.map(
            ({ id, properties }) =>
              html`<table><caption>${id}</caption><tbody>${Object.entries(properties).map(
                ([name, value]) => html`<tr><th scope="row">${name}</th><td>${wordOf(value)}</td></tr>`,
              )}</tbody></table>`,
          )}`,
      )
}
</body></html>`.html
  }`

/** Names of properties are anything; names of elements are not. */
const toGml = (found: readonly FoundFeature[]): string =>
  xmlDocument(
    xml`<FeatureCollection xmlns:gml="http://www.opengis.net/gml">${found.map(
      ({ layer, id, properties }): Xml =>
        xml`<gml:featureMember><feature${attributes({ fid: `${layer.id}.${id}`, layer: layer.id })}>${Object.entries(
          properties,
        ).map(
          ([name, value]) => xml`<attribute${attributes({ name })}>${wordOf(value)}</attribute>`,
        )}</feature></gml:featureMember>`,
    )}</FeatureCollection>`,
  )

export const writeInfo = (found: readonly FoundFeature[], format: InfoFormat, crs: RequestCrs): RawBody => {
  switch (format) {
    case 'json':
      return { contentType: 'application/json', text: toJson(found, crs) }
    case 'geojson':
      return { contentType: 'application/geo+json', text: toJson(found, null) }
    case 'text':
      return { contentType: 'text/plain; charset=utf-8', text: toText(found) }
    case 'html':
      return { contentType: htmlType, text: toHtml(found) }
    case 'gml':
      return { contentType: 'application/vnd.ogc.gml', text: toGml(found) }
  }
}
