/** OGC API – Styles: the styles of the published layers in the formats that programs read, with legends, symbols and letters. */
import type { Config } from '../../config/config.ts'
import type { Handlers, HttpContext, RawBody } from '../../contract/handler.ts'
import type { operations } from '../../contract/styles.gen.ts'
import { raise } from '../../domain/problem.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import {
  type LegendOptions,
  type StyleDrawing,
  type StyledLayer,
  styledKey,
} from '../../services/style-drawing.ts'
import { styledGeometryOf } from '../../services/style-models.ts'
import { DEFAULT_STYLE_ID } from '../../styles/default-style.ts'
import { page, withEtag } from '../common/answers.ts'
import { cacheHeaders, hasItAlready, weakEtag } from '../common/caching.ts'
import { jsonAndHtml, mediaTypes, selfAndAlternates } from '../common/links.ts'
import { formatsOf, type StyleFormat, type StylesheetFormat, styleTypes } from './formats.ts'
import { toMapLibreStyle } from './mapbox.ts'
import { stylePage, stylesPage } from './pages.ts'
import { type StyleDescription, toMetadata, toStyleItem } from './style-json.ts'
import { type StyleTarget, styleOfAll, styleOfCollection } from './target.ts'

type Parts = {
  config: Pick<Config, 'siteTitle'>
  collections: Collections
  drawing: StyleDrawing
}

const jsonOffer: Offer<'json' | 'html'> = { key: 'json', types: [mediaTypes.json] }
const htmlOffer: Offer<'json' | 'html'> = { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] }

const legendOffers: [Offer<LegendOptions['format']>, ...Offer<LegendOptions['format']>[]] = [
  { key: 'png', types: ['image/png'] },
  { key: 'svg', types: ['image/svg+xml'] },
  { key: 'json', types: [mediaTypes.json] },
]
const legendTypes: Record<LegendOptions['format'], string> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  json: mediaTypes.json,
}

/** Programs that name SLD without a version get the one that was published. */
const styleOffers = (target: StyleTarget): [Offer<StyleFormat>, ...Offer<StyleFormat>[]] => {
  const sld: Offer<StyleFormat>[] = [
    { key: 'sld11', types: ['application/vnd.ogc.sld+xml'] },
    { key: 'sld10', types: ['application/vnd.ogc.sld+xml'] },
  ]
  return [
    { key: 'mapbox', types: [styleTypes.mapbox, 'application/vnd.maplibre.style+json'] },
    ...(target.stored?.sldVersion === '1.0.0' ? sld.reverse() : sld),
    ...(formatsOf(target).includes('qml')
      ? [{ key: 'qml' as const, types: [styleTypes.qml, 'text/xml'] }]
      : []),
    { key: 'json', types: [mediaTypes.json] },
    { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] },
  ]
}

/** The version of SLD is a parameter of its media type, which negotiation does not look at. */
const askedSld = (accept: string | undefined): StyleFormat | undefined => {
  const version = /application\/vnd\.ogc\.sld\+xml\s*;\s*version\s*=\s*"?(1\.[01])/i.exec(accept ?? '')?.[1]
  if (version === undefined) return undefined
  return version === '1.0' ? 'sld10' : 'sld11'
}

const chooseFormat = (
  asked: StyleFormat | 'sld' | undefined,
  target: StyleTarget,
  { headers }: HttpContext,
): StyleFormat => {
  const offers = styleOffers(target)
  if (asked === 'sld') return target.stored?.sldVersion === '1.0.0' ? 'sld10' : 'sld11'
  const chosen = negotiate(asked, headers.accept, offers)
  return asked === undefined && chosen.startsWith('sld') ? (askedSld(headers.accept) ?? chosen) : chosen
}

/** Opened by itself, what a publisher wrote must not run or fetch anything. */
const passive = {
  'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
}

const spriteFiles: Record<string, { kind: 'json' | 'png'; pixelRatio: 1 | 2 }> = {
  'symbols.json': { kind: 'json', pixelRatio: 1 },
  'symbols.png': { kind: 'png', pixelRatio: 1 },
  'symbols@2x.json': { kind: 'json', pixelRatio: 2 },
  'symbols@2x.png': { kind: 'png', pixelRatio: 2 },
}

/** All of Unicode, 256 characters at a time. */
const lastRange = 0x10ff00

const rangeStart = (text: string): number => {
  const [, from = '', to = ''] = /^(\d{1,7})-(\d{1,7})(?:\.pbf)?$/.exec(text) ?? []
  const start = Number(from)
  if (from === '' || start % 256 !== 0 || Number(to) !== start + 255 || start > lastRange)
    throw generalProblems.notFound({ what: 'range of characters (0-255.pbf, 256-511.pbf …)', id: text })
  return start
}

export const stylesHandlers = ({ config, collections, drawing }: Parts): Handlers<operations> => {
  const ofCollection = async (
    { collectionId, styleId }: { collectionId: string; styleId: string },
    http: HttpContext,
  ) => styleOfCollection(await collections.get(collectionId), styleId, http)
  const ofAll = ({ styleId }: { styleId: string }, http: HttpContext) =>
    styleOfAll(collections, styleId, http)

  const lossesOf = async (layers: readonly StyledLayer[], format: StylesheetFormat) => {
    const [first] = layers
    if (format === 'mapbox')
      return (await Promise.all(layers.map(drawing.mapLibreOf))).flatMap(({ losses }) => losses)
    if (format === 'qml' || !first) return []
    return (await drawing.sldOf(first, format === 'sld10' ? '1.0.0' : '1.1.0')).losses
  }

  const describe = async ({ layers }: StyleTarget): Promise<StyleDescription> => {
    const [drawables, mapbox, sld10, sld11] = await Promise.all([
      Promise.all(layers.map(drawing.drawableOf)),
      lossesOf(layers, 'mapbox'),
      lossesOf(layers, 'sld10'),
      lossesOf(layers, 'sld11'),
    ])
    return { drawables, losses: { mapbox, sld10, sld11, qml: [] } }
  }

  const metadata = async (target: StyleTarget, http: HttpContext, format: 'json' | 'html') => {
    const described = toMetadata(target, await describe(target), http)
    if (format === 'html') return page(stylePage(config.siteTitle, http, target, described))
    return withEtag(described)
  }

  /** The file itself, with the way to what it cannot say. */
  const file = (bytes: Uint8Array, format: StylesheetFormat, { address }: StyleTarget) => {
    const raw: RawBody = { contentType: styleTypes[format], bytes }
    return {
      status: 200 as const,
      headers: {
        ...cacheHeaders(weakEtag(Buffer.from(bytes).toString('latin1'), format)),
        ...passive,
        Link: `<${address}/metadata>; rel="describedby"; type="${mediaTypes.json}"`,
      },
      raw,
    }
  }

  const answerStyle = async (
    target: StyleTarget,
    asked: StyleFormat | 'sld' | undefined,
    http: HttpContext,
  ) => {
    const format = chooseFormat(asked, target, http)
    if (format === 'json' || format === 'html') return metadata(target, http, format)
    const [first] = target.layers
    if (format === 'mapbox') {
      const written = await Promise.all(target.layers.map(drawing.mapLibreOf))
      const text = JSON.stringify(toMapLibreStyle(target, written, http))
      return file(Buffer.from(text), format, target)
    }
    if (format === 'qml') {
      const bytes = await drawing.qmlOf(first)
      return file(
        bytes ?? raise(generalProblems.notFound({ what: 'QGIS style of', id: target.id })),
        format,
        target,
      )
    }
    const { bytes } = await drawing.sldOf(first, format === 'sld10' ? '1.0.0' : '1.1.0')
    return file(bytes, format, target)
  }

  const answerLegend = async (
    { layers: [layer] }: StyleTarget,
    query: { f?: LegendOptions['format']; 'pixel-ratio'?: number; 'scale-denominator'?: number },
    http: HttpContext,
  ) => {
    const format = negotiate(query.f, http.headers.accept, legendOffers)
    const options = {
      format,
      pixelRatio: format === 'png' ? (query['pixel-ratio'] ?? 1) : 1,
      scaleDenominator: query['scale-denominator'] ?? null,
    }
    const headers = {
      ...cacheHeaders(weakEtag(styledKey(layer), JSON.stringify(options))),
      ...(format === 'svg' && passive),
    }
    const contentType = legendTypes[format]
    // Of what it is made of and not of the bytes: whoever has it is told so without its being drawn.
    if (hasItAlready(http.headers, headers.ETag))
      return { status: 200 as const, headers, raw: { contentType, text: '' } }
    const bytes = await drawing.legendOf(layer, options)
    return { status: 200 as const, headers, raw: { contentType, bytes } }
  }

  const answerSprite = async ({ layers }: StyleTarget, spriteFile: string, http: HttpContext) => {
    const wanted = Object.hasOwn(spriteFiles, spriteFile) ? spriteFiles[spriteFile] : undefined
    if (!wanted)
      throw generalProblems.notFound({
        what: `sprite (${Object.keys(spriteFiles).join(', ')})`,
        id: spriteFile,
      })
    const contentType = wanted.kind === 'png' ? 'image/png' : mediaTypes.json
    const headers = cacheHeaders(weakEtag(...layers.map(styledKey), spriteFile))
    if (hasItAlready(http.headers, headers.ETag))
      return { status: 200 as const, headers, raw: { contentType, text: '' } }
    const { png, index } = await drawing.spriteOf(layers, wanted.pixelRatio)
    const raw: RawBody =
      wanted.kind === 'png' ? { contentType, bytes: png } : { contentType, text: JSON.stringify(index) }
    return { status: 200 as const, headers, raw }
  }

  const listed = (collection: PublishedCollection, http: HttpContext): StyleTarget[] => {
    if (styledGeometryOf(collection) === null) return []
    const ids = collection.styles.length > 0 ? collection.styles.map(({ id }) => id) : [DEFAULT_STYLE_ID]
    return ids.map((id) => styleOfCollection(collection, id, http))
  }

  return {
    'styles.getStyles': async ({ query, http }) => {
      const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
      const { list } = await collections.current()
      const drawn = list.filter((collection) => styledGeometryOf(collection) !== null)
      const titles = new Map(drawn.flatMap(({ styles }) => styles.map(({ id, title }) => [id, title])))
      const ids = [...titles].sort(([, a], [, b]) => a.localeCompare(b, 'en')).map(([id]) => id)
      const targets = await Promise.all(ids.map((id) => styleOfAll(collections, id, http)))
      if (format === 'html') return page(stylesPage(config.siteTitle, http, null, targets))
      return withEtag({
        styles: targets.map(toStyleItem),
        links: selfAndAlternates(http, format, jsonAndHtml),
      })
    },
    'styles.getStyle': async ({ path, query, http }) => answerStyle(await ofAll(path, http), query.f, http),
    'styles.getStyleMetadata': async ({ path, query, http }) => {
      const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
      return metadata(await ofAll(path, http), http, format)
    },
    'styles.getLegend': async ({ path, query, http }) => answerLegend(await ofAll(path, http), query, http),
    'styles.getSprite': async ({ path, http }) =>
      answerSprite(await ofAll(path, http), path.spriteFile, http),

    'collection.getStyles': async ({ path, query, http }) => {
      const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
      const collection = await collections.get(path.collectionId)
      const targets = listed(collection, http)
      if (format === 'html') return page(stylesPage(config.siteTitle, http, collection, targets))
      const [first] = targets
      return withEtag({
        ...(first && { default: first.id }),
        styles: targets.map(toStyleItem),
        links: selfAndAlternates(http, format, jsonAndHtml),
      })
    },
    'collection.getStyle': async ({ path, query, http }) =>
      answerStyle(await ofCollection(path, http), query.f, http),
    'collection.getStyleMetadata': async ({ path, query, http }) => {
      const format = negotiate(query.f, http.headers.accept, [jsonOffer, htmlOffer])
      return metadata(await ofCollection(path, http), http, format)
    },
    'collection.getLegend': async ({ path, query, http }) =>
      answerLegend(await ofCollection(path, http), query, http),
    'collection.getSprite': async ({ path, http }) =>
      answerSprite(await ofCollection(path, http), path.spriteFile, http),

    'styles.getGlyphs': async ({ path, http }) => {
      const from = rangeStart(path.range)
      const contentType = 'application/x-protobuf'
      // The fonts are part of the program: they change with it, and a day is soon enough.
      const headers = {
        ...cacheHeaders(weakEtag('glyphs 1', path.fontstack, from)),
        'Cache-Control': 'public, max-age=86400',
      }
      if (hasItAlready(http.headers, headers.ETag))
        return { status: 200, headers, raw: { contentType, text: '' } }
      const bytes = await drawing.glyphsOf(path.fontstack, from)
      return { status: 200, headers, raw: { contentType, bytes, isLasting: true } }
    },
  }
}
