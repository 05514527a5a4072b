/** OGC API – Coverages: the values of rasters as GeoTIFF, netCDF and CoverageJSON (R6.3, R6.9, R6.18). */
import type { Writable } from 'node:stream'
import type { Config } from '../../config/config.ts'
import type { operations } from '../../contract/coverages.gen.ts'
import type { Handlers, HttpContext, RawBody } from '../../contract/handler.ts'
import type { Coverage } from '../../domain/coverage.ts'
import { coverageProblems } from '../../domain/problems/coverages.ts'
import { COG_TYPE, type StoredRaster } from '../../domain/raster.ts'
import { fileBody } from '../../http/file-body.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import { writeTo } from '../../http/respond.ts'
import { toCoverageJson } from '../../render/coverage-json.ts'
import { geotiffBytes } from '../../render/geotiff-writer.ts'
import { netcdfBytes } from '../../render/netcdf-writer.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import { type Coverages, mostValues } from '../../services/coverages.ts'
import { page, withEtag } from '../common/answers.ts'
import { cacheHeaders, hasItAlready, weakEtag } from '../common/caching.ts'
import { offeredCrs, readCrs, storageCrs } from '../common/crs.ts'
import { placeHeaders } from '../common/pictures.ts'
import { domainSetOf, rangeTypeOf } from './describe.ts'
import { type GridQuery, readBands, readGrid } from './grid.ts'
import { coveragePage } from './page.ts'

type Format = 'tiff' | 'netcdf' | 'covjson'

const types: Record<Format, string> = {
  tiff: 'image/tiff; application=geotiff',
  netcdf: 'application/x-netcdf',
  covjson: 'application/prs.coverage+json',
}
const offers: [Offer<Format | 'html'>, ...Offer<Format | 'html'>[]] = [
  { key: 'tiff', types: ['image/tiff', 'application/x-geotiff'] },
  { key: 'netcdf', types: ['application/x-netcdf', 'application/netcdf'] },
  { key: 'covjson', types: ['application/prs.coverage+json', 'application/json'] },
  { key: 'html', types: ['text/html', 'application/xhtml+xml'] },
]

/** Text is several times as long as the numbers. */
const mostValuesInJson = 1_000_000

const endings: Record<Format, string> = { tiff: 'tif', netcdf: 'nc', covjson: 'covjson' }

/** Parameters that make it another thing than the stored file. */
const changing = [
  'bbox',
  'subset',
  'crs',
  'properties',
  'scale-factor',
  'scale-size',
  'scaleSize',
  'width',
  'height',
]

const writeAll = async (pieces: AsyncIterable<Uint8Array>, sink: Writable, signal: AbortSignal) => {
  for await (const piece of pieces) await writeTo(sink, piece, signal)
}

export const coveragesHandlers = ({
  config,
  collections,
  coverages,
}: {
  config: Pick<Config, 'siteTitle' | 'crsList'>
  collections: Pick<Collections, 'get'>
  coverages: Coverages
}): Handlers<operations> => {
  const rasterOf = async (id: string): Promise<{ collection: PublishedCollection; raster: StoredRaster }> => {
    const collection = await collections.get(id)
    if (collection.raster === null) throw coverageProblems.noCoverage({ collection: id })
    return { collection, raster: collection.raster }
  }

  const write = async (
    coverage: Coverage,
    format: Format,
    sink: Writable,
    signal: AbortSignal,
  ): Promise<void> => {
    if (format === 'covjson')
      return writeTo(sink, Buffer.from(JSON.stringify(toCoverageJson(coverage))), signal)
    const pieces =
      format === 'tiff'
        ? geotiffBytes(coverage, signal)
        : netcdfBytes(coverage, await coverages.wktOf(coverage.grid.epsg), signal)
    return writeAll(pieces, sink, signal)
  }

  const answerWhole = (
    { collection, raster }: { collection: PublishedCollection; raster: StoredRaster },
    http: HttpContext,
  ) => {
    const etag = `"${raster.sha256}"`
    const headers = {
      ...cacheHeaders(etag, collection.updatedAt),
      'Content-Disposition': `inline; filename="${collection.id}.tif"`,
    }
    if (hasItAlready(http.headers, etag))
      return { status: 200 as const, headers, raw: { contentType: COG_TYPE, text: '' } }
    return {
      status: 200 as const,
      headers,
      raw: fileBody({ contentType: COG_TYPE, ...coverages.whole(raster) }),
    }
  }

  const answerPart = async (
    { collection, raster }: { collection: PublishedCollection; raster: StoredRaster },
    query: GridQuery & { crs?: string },
    format: Format,
    http: HttpContext,
  ) => {
    const offered = offeredCrs(collection, config.crsList)
    const crs = query.crs === undefined ? storageCrs(collection, offered) : readCrs('crs', query.crs, offered)
    const grid = readGrid(query, { collectionId: collection.id, raster, crs, offered })
    const bands = readBands(query.properties, raster)
    const most = format === 'covjson' ? mostValuesInJson : mostValues(raster)
    if (grid.width * grid.height * bands.length > most)
      throw coverageProblems.coverageTooLarge({
        width: grid.width,
        height: grid.height,
        bands: bands.length,
        mostValues: most,
      })
    const etag = weakEtag(raster.sha256, JSON.stringify([grid, bands, format]))
    const headers = {
      ...cacheHeaders(etag, collection.updatedAt),
      // The values lie east first in every format, whatever the order of the axes of their system.
      ...placeHeaders(grid.box, crs),
      'Content-Disposition': `inline; filename="${collection.id}.${endings[format]}"`,
    }
    const contentType = types[format]
    if (hasItAlready(http.headers, etag))
      return { status: 200 as const, headers, raw: { contentType, text: '' } }
    const request = { grid, bands }
    const raw: RawBody = {
      contentType,
      write: (sink, signal) =>
        coverages.withCoverage(raster, request, signal, (coverage) => write(coverage, format, sink, signal)),
    }
    return { status: 200 as const, headers, raw }
  }

  return {
    'collection.getCoverage': async ({ path, query, http }) => {
      const found = await rasterOf(path.collectionId)
      const format = negotiate(query.f, http.headers.accept, offers)
      if (format === 'html')
        return page(coveragePage(config.siteTitle, http, { ...found, mostValues: mostValues(found.raster) }))
      const isWhole = format === 'tiff' && !changing.some((name) => http.searchParams.has(name))
      return isWhole ? answerWhole(found, http) : answerPart(found, query, format, http)
    },

    'collection.coverage.getDomainSet': async ({ path }) =>
      withEtag(domainSetOf((await rasterOf(path.collectionId)).raster)),

    'collection.coverage.getRangeType': async ({ path }) =>
      withEtag(rangeTypeOf((await rasterOf(path.collectionId)).raster)),
  }
}
