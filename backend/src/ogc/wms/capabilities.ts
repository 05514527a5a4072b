/** The capabilities, as 1.3.0 and as 1.1.1 write them. */
import type { HttpContext } from '../../contract/handler.ts'
import type { Box } from '../../domain/probe.ts'
import { pointFromCrs84 } from '../../geo/crs.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { hasMap, mostLayers, mostWidth } from '../../services/maps.ts'
import { chosenStyle } from '../../services/style-models.ts'
import { attributes, element, type Xml, xml, xmlDocument, xmlText } from '../../xml/write.ts'
import { recordAddress } from '../common/links.ts'
import { infoFormats, mapFormats, namespaces, type OperationName, type WmsVersion } from './names.ts'
import { layerCrs } from './parameters.ts'

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>

export type WmsService = { siteTitle: string; servedCrs: readonly number[] }

const online = (href: string): Xml =>
  xml`<OnlineResource${attributes({ 'xmlns:xlink': namespaces.xlink, 'xlink:type': 'simple', 'xlink:href': href })}/>`

const formats = (list: readonly string[]): Xml[] => list.map((one) => xml`<Format>${one}</Format>`)

const get = (href: string): Xml => xml`<DCPType><HTTP><Get>${online(href)}</Get></HTTP></DCPType>`

const answered = (version: WmsVersion): Record<OperationName, readonly string[]> => ({
  GetCapabilities: [version === '1.3.0' ? 'text/xml' : 'application/vnd.ogc.wms_xml'],
  GetMap: Object.keys(mapFormats),
  GetFeatureInfo: Object.keys(infoFormats),
  GetLegendGraphic: Object.keys(mapFormats),
})

/** An element of SLD's extension of WMS in 1.3.0, and a name of its own in 1.1.1. */
const operationElement = (name: OperationName, version: WmsVersion, content: Xml): Xml =>
  element(name === 'GetLegendGraphic' && version === '1.3.0' ? 'sld:GetLegendGraphic' : name, {}, content)

const requests = (version: WmsVersion, href: string): Xml[] =>
  (Object.entries(answered(version)) as [OperationName, readonly string[]][]).map(([name, list]) =>
    operationElement(name, version, xml`${formats(list)}${get(href)}`),
  )

const legendAddress = ({ faceUrl }: Face, layer: string, style: string): string =>
  `${faceUrl}?service=WMS&version=1.3.0&request=GetLegendGraphic&format=image/png&layer=${encodeURIComponent(layer)}&style=${encodeURIComponent(style)}`

const stylesOf = (collection: PublishedCollection, face: Face): Xml[] => {
  const plain = chosenStyle(collection, null)
  const list = collection.styles.length > 0 ? collection.styles : plain === null ? [] : [plain]
  return list.map(
    ({ id, title }) => xml`
      <Style>
        <Name>${id}</Name>
        <Title>${title}</Title>
        <LegendURL width="120" height="40"><Format>image/png</Format>${online(legendAddress(face, collection.id, id))}</LegendURL>
      </Style>`,
  )
}

const world: Box = [-180, -90, 180, 90]
const plainBox = ([west, south, east, north]: Box): Box =>
  west > east ? [-180, south, 180, north] : [west, south, east, north]

const mercatorBox = ([west, south, east, north]: Box): Box | null => {
  const low = pointFromCrs84(west, Math.max(-85.06, south), 3857)
  const high = pointFromCrs84(east, Math.min(85.06, north), 3857)
  return low && high && [low[0], low[1], high[0], high[1]]
}

const boxElement = (name: string, values: readonly [number, number, number, number], version: WmsVersion) => {
  const [minx, miny, maxx, maxy] = values
  const crs = version === '1.3.0' ? { CRS: name } : { SRS: name }
  return xml`<BoundingBox${attributes({ ...crs, minx, miny, maxx, maxy })}/>`
}

/** In 1.3.0 in the order of the axes of each system. */
const boxesOf = (collection: PublishedCollection, version: WmsVersion, served: readonly number[]): Xml[] => {
  const degrees = plainBox(collection.extentCrs84 ?? world)
  const boxes = new Map<number, Box | null>([
    [4326, degrees],
    [3857, mercatorBox(degrees)],
  ])
  if (collection.storageSrid !== null && collection.extentStorage !== null)
    boxes.set(collection.storageSrid, collection.extentStorage)
  return layerCrs(collection, served).flatMap(({ name, crs }) => {
    const box = boxes.get(crs.epsg)
    if (!box || (version === '1.1.1' && name === 'CRS:84')) return []
    const [west, south, east, north] = box
    const isNorthFirst = version === '1.3.0' && crs.axisOrder === 'yx'
    return [boxElement(name, isNorthFirst ? [south, west, north, east] : [west, south, east, north], version)]
  })
}

const placeOf = (collection: PublishedCollection, version: WmsVersion): Xml => {
  const [west, south, east, north] = plainBox(collection.extentCrs84 ?? world)
  return version === '1.3.0'
    ? xml`<EX_GeographicBoundingBox><westBoundLongitude>${west}</westBoundLongitude><eastBoundLongitude>${east}</eastBoundLongitude><southBoundLatitude>${south}</southBoundLatitude><northBoundLatitude>${north}</northBoundLatitude></EX_GeographicBoundingBox>`
    : xml`<LatLonBoundingBox${attributes({ minx: west, miny: south, maxx: east, maxy: north })}/>`
}

const crsElements = (names: readonly string[], version: WmsVersion): Xml[] =>
  names
    .filter((name) => version === '1.3.0' || name !== 'CRS:84')
    .map((name) => element(version === '1.3.0' ? 'CRS' : 'SRS', {}, name))

const keywords = (list: readonly string[]): Xml | null =>
  list.length === 0
    ? null
    : xml`<KeywordList>${list.map((one) => xml`<Keyword>${one}</Keyword>`)}</KeywordList>`

const layerElement = (
  collection: PublishedCollection,
  version: WmsVersion,
  face: Face,
  { servedCrs }: WmsService,
): Xml => {
  const record = recordAddress(face.siteUrl, collection.recordId)
  return xml`
    <Layer queryable="1">
      <Name>${collection.id}</Name>
      <Title>${collection.title}</Title>
      <Abstract>${collection.description}</Abstract>
      ${keywords(collection.keywords)}
      ${crsElements(
        layerCrs(collection, servedCrs).map(({ name }) => name),
        version,
      )}
      ${placeOf(collection, version)}
      ${boxesOf(collection, version, servedCrs)}
      <MetadataURL${attributes({ type: version === '1.3.0' ? 'ISO19115:2003' : 'TC211' })}><Format>text/xml</Format>${online(`${record}?f=xml`)}</MetadataURL>
      ${stylesOf(collection, face)}
    </Layer>`
}

const service = (version: WmsVersion, { siteUrl }: Face, { siteTitle }: WmsService): Xml => xml`
  <Service>
    <Name>${version === '1.3.0' ? 'WMS' : 'OGC:WMS'}</Name>
    <Title>${siteTitle}</Title>
    <Abstract>The published layers of this catalogue, drawn with their styles.</Abstract>
    ${online(`${siteUrl}/`)}
    <Fees>none</Fees>
    <AccessConstraints>none</AccessConstraints>
    ${version === '1.3.0' ? xml`<LayerLimit>${mostLayers}</LayerLimit><MaxWidth>${mostWidth}</MaxWidth><MaxHeight>${mostWidth}</MaxHeight>` : null}
  </Service>`

const exceptionFormats: Record<WmsVersion, readonly string[]> = {
  '1.3.0': ['XML', 'INIMAGE', 'BLANK'],
  '1.1.1': ['application/vnd.ogc.se_xml', 'application/vnd.ogc.se_inimage', 'application/vnd.ogc.se_blank'],
}

const rootElement = (
  list: readonly PublishedCollection[],
  version: WmsVersion,
  face: Face,
  given: WmsService,
): Xml => {
  const [west, south, east, north] = world
  return xml`
    <Layer>
      <Title>${given.siteTitle}</Title>
      ${crsElements(['CRS:84', 'EPSG:4326', 'EPSG:3857'], version)}
      ${
        version === '1.3.0'
          ? xml`<EX_GeographicBoundingBox><westBoundLongitude>${west}</westBoundLongitude><eastBoundLongitude>${east}</eastBoundLongitude><southBoundLatitude>${south}</southBoundLatitude><northBoundLatitude>${north}</northBoundLatitude></EX_GeographicBoundingBox>`
          : xml`<LatLonBoundingBox minx="-180" miny="-90" maxx="180" maxy="90"/>`
      }
      ${list.filter(hasMap).map((one) => layerElement(one, version, face, given))}
    </Layer>`
}

export const capabilities = (
  list: readonly PublishedCollection[],
  version: WmsVersion,
  face: Face,
  given: WmsService,
): string => {
  const capability = xml`
    <Capability>
      <Request>${requests(version, `${face.faceUrl}?`)}</Request>
      <Exception>${formats(exceptionFormats[version])}</Exception>
      ${rootElement(list, version, face, given)}
    </Capability>`
  const inside = xml`${service(version, face, given)}${capability}`
  if (version === '1.1.1')
    return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd">\n${xmlText(xml`<WMT_MS_Capabilities version="1.1.1">${inside}</WMT_MS_Capabilities>`)}\n`
  return xmlDocument(
    xml`<WMS_Capabilities${attributes({
      version,
      xmlns: namespaces.wms,
      'xmlns:sld': namespaces.sld,
      'xmlns:xsi': namespaces.xsi,
      'xsi:schemaLocation': `${namespaces.wms} http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd ${namespaces.sld} http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd`,
    })}>${inside}</WMS_Capabilities>`,
  )
}
