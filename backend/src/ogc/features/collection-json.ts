/** A collection as OGC API – Features describes it: extent, coordinate systems, and links to everything around it. */
import type { components } from '../../contract/features.gen.ts'
import type { HttpContext } from '../../contract/handler.ts'
import { titleOfOriginal } from '../../domain/collection.ts'
import type { Box } from '../../domain/probe.ts'
import type { StoredRaster } from '../../domain/raster.ts'
import { CRS84_URI, isLatLonOrder } from '../../geo/crs.ts'
import type { Download, PublishedCollection } from '../../repositories/collections.ts'
import { hasMap } from '../../services/maps.ts'
import { styledGeometryOf } from '../../services/style-models.ts'
import { DEFAULT_STYLE_ID } from '../../styles/default-style.ts'
import { offeredCrs, storageCrsUri } from '../common/crs.ts'
import {
  coverageRelations,
  downloadAddress,
  type Link,
  mapRelations,
  mediaTypes,
  recordAddress,
  relations,
  tileRelations,
} from '../common/links.ts'
import { itemsLinks } from './formats.ts'

/** The raster in the words of the contract. */
const rasterOf = (raster: StoredRaster): NonNullable<CollectionJson['raster']> => ({
  width: raster.width,
  height: raster.height,
  dataType: raster.type,
  cellSize: raster.pixelSize,
  noData: raster.noData,
  bands: raster.bands.map(({ name, colour, unit, scale, offset, statistics }, band) => ({
    number: band + 1,
    name,
    color: colour,
    ...(unit !== null && { unit }),
    ...((scale !== 1 || offset !== 0) && { scale, offset }),
    ...(statistics && {
      minimum: statistics.minimum,
      maximum: statistics.maximum,
      mean: statistics.mean,
      standardDeviation: statistics.deviation,
    }),
  })),
})

export type CollectionJson = components['schemas']['collection']

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>

export const collectionAddress = ({ faceUrl }: Pick<Face, 'faceUrl'>, id: string): string =>
  `${faceUrl}/collections/${id}`

/** In the order of the axes of its system, as 20-058 wants it. */
const inAxisOrder = ([west, south, east, north]: Box, epsg: number): Box =>
  isLatLonOrder(epsg) ? [south, west, north, east] : [west, south, east, north]

const extentOf = ({
  extentCrs84,
  extentStorage,
  storageSrid,
  temporalExtent,
}: PublishedCollection): CollectionJson['extent'] => {
  if (extentCrs84 === null && temporalExtent === null) return undefined
  return {
    ...(extentCrs84 && {
      spatial: {
        bbox: [extentCrs84],
        crs: CRS84_URI,
        ...(extentStorage &&
          storageSrid !== null &&
          storageSrid !== 4326 && { storageCrsBbox: [inAxisOrder(extentStorage, storageSrid)] }),
      },
    }),
    ...(temporalExtent && {
      temporal: {
        interval: [temporalExtent.map((end) => end && toInstant(end))],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    }),
  }
}

const toInstant = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)

/** Of the files of a record only the stored original falls behind the features for good; an archive follows. */
const titleOfDownload = ({ editedAt }: PublishedCollection, title: string, { format }: Download): string =>
  titleOfOriginal(title, { isEdited: editedAt !== null && format !== 'PMTiles' })

export const downloadLinks = (collection: PublishedCollection, siteUrl: string): Link[] =>
  collection.downloads.map((download) => ({
    rel: 'enclosure',
    href: downloadAddress(siteUrl, download.id),
    type: download.mediaType ?? 'application/octet-stream',
    title: titleOfDownload(collection, `Download ${download.fileName}`, download),
    ...(download.sizeBytes === null ? {} : { length: Number(download.sizeBytes) }),
  }))

const featureLinks = (address: string): Link[] => [
  ...itemsLinks(`${address}/items`),
  {
    rel: relations.queryables,
    href: `${address}/queryables`,
    type: mediaTypes.schema,
    title: 'Properties to filter by',
  },
  {
    rel: relations.sortables,
    href: `${address}/sortables`,
    type: mediaTypes.schema,
    title: 'Properties to sort by',
  },
  {
    rel: relations.schema,
    href: `${address}/schema`,
    type: mediaTypes.schema,
    title: 'Properties of the features',
  },
  // With a capital B, and as text/xml: that is what GDAL looks for.
  {
    rel: 'describedBy',
    href: `${address}/schema.xsd`,
    type: 'text/xml',
    title: 'Properties of the features, for GDAL',
  },
]

/** All its styles, and the one in which it is drawn unless another is asked for. */
const styleLinks = (collection: PublishedCollection, address: string): Link[] => {
  const [first] = collection.styles
  if (styledGeometryOf(collection) === null) return []
  return [
    ...['styles', relations.styles].map((rel) => ({
      rel,
      href: `${address}/styles`,
      type: mediaTypes.json,
      title: 'Styles of this collection',
    })),
    {
      rel: 'stylesheet',
      href: `${address}/styles/${first?.id ?? DEFAULT_STYLE_ID}?f=mapbox`,
      type: mediaTypes.mapboxStyle,
      title: `Default style, for web maps${first ? `: ${first.title}` : ''}`,
    },
  ]
}

/**
 * GDAL 3.6 opens map tiles wherever it sees the first form, even when it was asked for features, and never comes to the
 * vector tiles then. So layers that have those show it the second form only.
 */
const mapTilesRelations = ({ kind }: PublishedCollection): readonly string[] =>
  kind === 'raster' ? mapRelations.tilesetsMap : mapRelations.tilesetsMap.slice(1)

/** GDAL takes the map for one in degrees, whatever the data are stored in; it gets an address of which that is true. */
const mapLinks = (collection: PublishedCollection, address: string): Link[] =>
  hasMap(collection)
    ? [
        {
          rel: mapRelations.map[0],
          href: `${address}/map?crs=${encodeURIComponent(CRS84_URI)}&f=png`,
          type: 'image/png',
          title: 'Map, in degrees',
        },
        { rel: mapRelations.map[1], href: `${address}/map`, type: 'image/png', title: 'Map' },
        ...mapTilesRelations(collection).map((rel) => ({
          rel,
          href: `${address}/map/tiles`,
          type: mediaTypes.json,
          title: 'Map tiles',
        })),
      ]
    : []

/** As with maps, GDAL gets an address in degrees; it reads both descriptions, and the type letter by letter. */
const coverageLinks = ({ kind }: PublishedCollection, address: string): Link[] =>
  kind === 'raster'
    ? [
        {
          rel: coverageRelations.coverage,
          href: `${address}/coverage?crs=${encodeURIComponent(CRS84_URI)}&f=tiff`,
          type: 'image/tiff; application=geotiff',
          title: 'Values, in degrees',
        },
        {
          rel: coverageRelations.coverage,
          href: `${address}/coverage?f=netcdf`,
          type: 'application/x-netcdf',
          title: 'Values as netCDF',
        },
        {
          rel: coverageRelations.domainSet,
          href: `${address}/coverage/domainset`,
          type: mediaTypes.json,
          title: 'Where the cells lie',
        },
        {
          rel: coverageRelations.rangeType,
          href: `${address}/coverage/rangetype`,
          type: mediaTypes.json,
          title: 'What the bands mean',
        },
        {
          rel: coverageRelations.coverage,
          href: `${address}/coverage?f=html`,
          type: mediaTypes.html,
          title: 'How to get values',
        },
      ]
    : []

const linksOf = (
  collection: PublishedCollection,
  face: Face,
  presentFormat: 'json' | 'html' | null,
): Link[] => {
  const address = collectionAddress(face, collection.id)
  const ownRel = (format: 'json' | 'html') => (presentFormat === format ? 'self' : 'alternate')
  return [
    {
      rel: presentFormat === null ? 'self' : ownRel('json'),
      href: address,
      type: mediaTypes.json,
      title: 'This collection',
    },
    {
      rel: ownRel('html'),
      href: `${address}?f=html`,
      type: mediaTypes.html,
      title: 'This collection as a page',
    },
    ...(collection.kind === 'raster' ? [] : featureLinks(address)),
    {
      rel: 'describedby',
      href: recordAddress(face.siteUrl, collection.recordId),
      type: mediaTypes.json,
      title: 'Record in the catalogue',
    },
    {
      rel: 'describedby',
      href: `${recordAddress(face.siteUrl, collection.recordId)}?f=html`,
      type: mediaTypes.html,
      title: 'Record as a page',
    },
    ...(collection.storageSrid === null || collection.kind === 'raster'
      ? []
      : [
          {
            rel: tileRelations.tilesetsVector,
            href: `${address}/tiles`,
            type: mediaTypes.json,
            title: 'Vector tiles',
          },
        ]),
    ...styleLinks(collection, address),
    ...mapLinks(collection, address),
    ...coverageLinks(collection, address),
    ...downloadLinks(collection, face.siteUrl),
    ...(collection.successorId === null
      ? []
      : [
          {
            rel: 'successor-version',
            href: recordAddress(face.siteUrl, collection.successorId),
            type: mediaTypes.json,
            title: 'Record that replaces this one',
          },
        ]),
  ]
}

export const toCollectionJson = (
  collection: PublishedCollection,
  {
    face,
    servedCrs,
    presentFormat = null,
  }: { face: Face; servedCrs: readonly number[]; presentFormat?: 'json' | 'html' | null },
): CollectionJson => {
  const storageCrs = storageCrsUri(collection)
  const extent = extentOf(collection)
  return {
    id: collection.id,
    title: collection.title,
    description: collection.description,
    ...(collection.keywords.length > 0 && { keywords: collection.keywords }),
    ...(collection.license !== null && { license: collection.license }),
    created: collection.createdAt,
    updated: collection.updatedAt,
    ...(collection.isDeprecated && { deprecated: true }),
    ...(extent && { extent }),
    ...(collection.raster
      ? { raster: rasterOf(collection.raster) }
      : { itemType: 'feature' as const, itemCount: collection.featureCount }),
    ...(collection.editedAt !== null && { edited: collection.editedAt }),
    // Of tables without places too: the OGC's suite gives up on the other collections when one names no system.
    crs: offeredCrs(collection, servedCrs).map(({ uri }) => uri),
    ...(storageCrs !== undefined && { storageCrs }),
    links: linksOf(collection, face, presentFormat),
  }
}
