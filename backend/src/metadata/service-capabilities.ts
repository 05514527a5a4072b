/** What the capabilities of a WMS, WFS or WMTS say of its layers (R9.5). Reads only; fetching is somebody else's. */
import { attributeOf, childElements, firstChild, type XmlElement } from '../xml/read.ts'
import type { WebServiceProtocol } from './code-lists.ts'

export type ServiceLayer = {
  name: string
  title: string
  abstract: string | null
  /** Degrees in WGS 84: west, south, east, north. */
  extentCrs84: [number, number, number, number] | null
  epsgs: number[]
}
export type ServiceCapabilities = { title: string; layers: ServiceLayer[] }

type Extent = ServiceLayer['extentCrs84']

const mostTextLength = 2000
const textOf = (parent: XmlElement | undefined, name: string): string | null => {
  const found = parent && firstChild(parent, name)?.text.replace(/\s+/g, ' ').trim()
  return found ? found.slice(0, mostTextLength) : null
}

/** 'EPSG:4326', 'urn:ogc:def:crs:EPSG::4326', 'http://www.opengis.net/def/crs/EPSG/0/4326' and their like. */
const epsgOf = (text: string): number | null => {
  const code = /(?:^|[^A-Z])EPSG\b.*?[:/#](\d{4,6})$/i.exec(text.trim())?.[1]
  return code === undefined ? null : Number(code)
}

const epsgsOf = (texts: readonly string[]): number[] => [
  ...new Set(
    texts
      .flatMap((text) => text.split(/\s+/))
      .map(epsgOf)
      .filter((code) => code !== null),
  ),
]

const toExtent = (sides: readonly (string | null | undefined)[]): Extent => {
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = sides.map((side) =>
    side === null || side === undefined || side.trim() === '' ? Number.NaN : Number(side),
  )
  const isUsable =
    [west, east].every((side) => Math.abs(side) <= 180.001) &&
    [south, north].every((side) => Math.abs(side) <= 90.001) &&
    south <= north
  const clamp = (side: number, most: number) => Math.max(-most, Math.min(most, side))
  return isUsable ? [clamp(west, 180), clamp(south, 90), clamp(east, 180), clamp(north, 90)] : null
}

/** The box of a `WGS84BoundingBox`: two corners, longitude first. */
const cornersOf = (layer: XmlElement): Extent => {
  const box = firstChild(layer, 'WGS84BoundingBox')
  if (box === undefined) return null
  const lower = textOf(box, 'LowerCorner')?.split(' ') ?? []
  const upper = textOf(box, 'UpperCorner')?.split(' ') ?? []
  return toExtent([lower[0], lower[1], upper[0], upper[1]])
}

// WMS ---------------------------------------------------------------------------------------------------

const wmsExtentOf = (layer: XmlElement): Extent => {
  const box = firstChild(layer, 'EX_GeographicBoundingBox')
  if (box !== undefined)
    return toExtent([
      textOf(box, 'westBoundLongitude'),
      textOf(box, 'southBoundLatitude'),
      textOf(box, 'eastBoundLongitude'),
      textOf(box, 'northBoundLatitude'),
    ])
  const old = firstChild(layer, 'LatLonBoundingBox')
  return old ? toExtent(['minx', 'miny', 'maxx', 'maxy'].map((side) => attributeOf(old, side))) : null
}

/** Layers without a name only group others; extent and coordinate systems are handed down (WMS 1.3.0, 7.2.4.8). */
const wmsLayers = (parent: XmlElement, from: { extent: Extent; epsgs: number[] }): ServiceLayer[] =>
  childElements(parent, 'Layer').flatMap((layer) => {
    const extent = wmsExtentOf(layer) ?? from.extent
    const own = [...childElements(layer, 'CRS'), ...childElements(layer, 'SRS')].map(({ text }) => text)
    const epsgs = [...new Set([...from.epsgs, ...epsgsOf(own)])]
    const name = textOf(layer, 'Name')
    const below = wmsLayers(layer, { extent, epsgs })
    if (name === null) return below
    return [
      {
        name,
        title: textOf(layer, 'Title') ?? name,
        abstract: textOf(layer, 'Abstract'),
        extentCrs84: extent,
        epsgs,
      },
      ...below,
    ]
  })

const readWms = (root: XmlElement): ServiceCapabilities | null => {
  if (!['WMS_Capabilities', 'WMT_MS_Capabilities'].includes(root.name.local)) return null
  const capability = firstChild(root, 'Capability')
  return {
    title: textOf(firstChild(root, 'Service'), 'Title') ?? '',
    layers: capability ? wmsLayers(capability, { extent: null, epsgs: [] }) : [],
  }
}

// WFS and WMTS ------------------------------------------------------------------------------------------

const serviceTitleOf = (root: XmlElement): string =>
  textOf(firstChild(root, 'ServiceIdentification') ?? firstChild(root, 'Service'), 'Title') ?? ''

const readWfs = (root: XmlElement): ServiceCapabilities | null => {
  if (root.name.local !== 'WFS_Capabilities') return null
  const types = firstChild(root, 'FeatureTypeList')
  return {
    title: serviceTitleOf(root),
    layers: (types ? childElements(types, 'FeatureType') : []).flatMap((type) => {
      const name = textOf(type, 'Name')
      if (name === null) return []
      const systems = ['DefaultCRS', 'DefaultSRS', 'SRS', 'OtherCRS', 'OtherSRS'].flatMap((kind) =>
        childElements(type, kind).map(({ text }) => text),
      )
      return [
        {
          name,
          title: textOf(type, 'Title') ?? name,
          abstract: textOf(type, 'Abstract'),
          extentCrs84: cornersOf(type),
          epsgs: epsgsOf(systems),
        },
      ]
    }),
  }
}

const readWmts = (root: XmlElement): ServiceCapabilities | null => {
  const contents = firstChild(root, 'Contents')
  if (root.name.local !== 'Capabilities' || contents === undefined) return null
  const systems = new Map(
    childElements(contents, 'TileMatrixSet').map((set) => [
      textOf(set, 'Identifier') ?? '',
      textOf(set, 'SupportedCRS') ?? '',
    ]),
  )
  return {
    title: serviceTitleOf(root),
    layers: childElements(contents, 'Layer').flatMap((layer) => {
      const name = textOf(layer, 'Identifier')
      if (name === null) return []
      const sets = childElements(layer, 'TileMatrixSetLink').map(
        (link) => textOf(link, 'TileMatrixSet') ?? '',
      )
      return [
        {
          name,
          title: textOf(layer, 'Title') ?? name,
          abstract: textOf(layer, 'Abstract'),
          extentCrs84: cornersOf(layer),
          epsgs: epsgsOf(sets.map((set) => systems.get(set) ?? '')),
        },
      ]
    }),
  }
}

/** Those that say in XML what they offer. */
export type XmlProtocol = Exclude<WebServiceProtocol, 'OGC:API'>

const readers: Record<XmlProtocol, (root: XmlElement) => ServiceCapabilities | null> = {
  'OGC:WMS': readWms,
  'OGC:WFS': readWfs,
  'OGC:WMTS': readWmts,
}

/** null when the document is not the capabilities of such a service. */
export const readCapabilities = (root: XmlElement, protocol: XmlProtocol): ServiceCapabilities | null =>
  readers[protocol](root)

/** Which protocol a document's root speaks for, when it is not the one that was asked for. */
export const protocolOf = (root: XmlElement): XmlProtocol | null =>
  (Object.keys(readers) as XmlProtocol[]).find((protocol) => readers[protocol](root) !== null) ?? null
