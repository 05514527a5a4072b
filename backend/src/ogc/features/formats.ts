/** In which forms features are served, and which of them a request means: `f`, the Accept header, and `profile` (JSON-FG). */
import type { HttpContext } from '../../contract/handler.ts'
import type { FeatureForm } from '../../domain/feature-query.ts'
import { htmlType } from '../../http/html.ts'
import { negotiate, type Offer } from '../../http/negotiate.ts'
import { addressWith, type Link, mediaTypes } from '../common/links.ts'

export type Format = 'geojson' | 'html' | 'jsonfg' | 'flatgeobuf' | 'csv'

/** How an answer is written: which format, in which of its kinds. */
export type Representation = { format: Format; form: FeatureForm; contentType: string }

/** JSON-FG had these names before it became a profile of GeoJSON; clients of those days get them back. */
const formerJsonfgTypes = ['application/vnd.ogc.fg+json', 'application/fg+json'] as const

/** Ties go to the earlier one: programs that take anything get GeoJSON, browsers pages. */
const offers: [Offer<Format>, ...Offer<Format>[]] = [
  { key: 'geojson', types: [mediaTypes.geojson, mediaTypes.json] },
  { key: 'html', types: [mediaTypes.html, 'application/xhtml+xml'] },
  { key: 'jsonfg', types: formerJsonfgTypes },
  {
    key: 'flatgeobuf',
    types: [mediaTypes.flatgeobuf, 'application/vnd.flatgeobuf', 'application/x-flatgeobuf'],
  },
  { key: 'csv', types: [mediaTypes.csv] },
]

const byName = {
  json: 'geojson',
  geojson: 'geojson',
  jsonfg: 'jsonfg',
  csv: 'csv',
  flatgeobuf: 'flatgeobuf',
  fgb: 'flatgeobuf',
  html: 'html',
} as const satisfies Record<string, Format>

type FormatName = keyof typeof byName

const contentTypes: Record<Format, string> = {
  geojson: mediaTypes.geojson,
  jsonfg: mediaTypes.geojson,
  csv: 'text/csv; charset=utf-8; header=present',
  flatgeobuf: mediaTypes.flatgeobuf,
  html: htmlType,
}

const profiles = ['rfc7946', 'jsonfg', 'jsonfg-plus'] as const
type Profile = (typeof profiles)[number]

/** By its name in the OGC's register, or by its address there, of which clients write the case differently. */
const profileOf = (text: string): Profile | undefined => {
  const name = text.replace(/^https?:\/\/www\.opengis\.net\/def\/profile\/ogc\/0\//i, '')
  return profiles.find((profile) => profile === name)
}

/** Common Part 3, /rec/profile-parameter/profile-negotiation: the first one that is known; the others are no error. */
const readProfile = (asked: readonly string[] | undefined): Profile | undefined =>
  asked?.map(profileOf).find((profile) => profile !== undefined)

export const readRepresentation = (
  { f, profile: asked }: { f?: FormatName; profile?: string[] },
  http: Pick<HttpContext, 'headers'>,
): Representation => {
  const accept = http.headers.accept
  const format = negotiate(f && byName[f], accept, offers)
  const profile = readProfile(asked)
  if (format === 'html') return { format, form: 'geojson', contentType: contentTypes.html }
  if (format === 'geojson' && profile !== undefined && profile !== 'rfc7946')
    return { format: 'jsonfg', form: profile, contentType: contentTypes.jsonfg }
  if (format !== 'jsonfg') return { format, form: format, contentType: contentTypes[format] }
  const former = f === undefined && formerJsonfgTypes.find((type) => accept?.includes(type))
  return {
    format,
    form: profile === 'jsonfg-plus' ? profile : 'jsonfg',
    contentType: former || contentTypes.jsonfg,
  }
}

/** As QGIS compares it, which is not quite as the standard writes it. */
const profileInLinks = (form: FeatureForm) => `http://www.opengis.net/def/profile/ogc/0/${form}`

const shown: { format: Format; f: FormatName; title: string }[] = [
  { format: 'geojson', f: 'json', title: 'GeoJSON' },
  { format: 'html', f: 'html', title: 'page for reading' },
  { format: 'jsonfg', f: 'jsonfg', title: 'JSON-FG' },
  { format: 'flatgeobuf', f: 'flatgeobuf', title: 'FlatGeobuf' },
  { format: 'csv', f: 'csv', title: 'CSV' },
]

export const dataFormats = shown.filter(({ format }) => format !== 'html')

const linkType: Record<Format, string> = { ...contentTypes, csv: mediaTypes.csv, html: mediaTypes.html }

/** What a link says of where it leads. */
const about = (format: Format, form: FeatureForm): Pick<Link, 'type' | 'profile'> => ({
  type: linkType[format],
  ...(format === 'jsonfg' && { profile: [profileInLinks(form)] }),
})

const formOf = (format: Format): FeatureForm => (format === 'html' ? 'geojson' : format)

/** The answer itself, and the same features in the other formats. */
export const formatLinks = (http: HttpContext, { format: present, form }: Representation): Link[] => [
  ...shown.map(
    ({ format, f, title }): Link =>
      format === present
        ? {
            rel: 'self',
            ...about(format, form),
            title: `These features as ${title}`,
            href: addressWith(http),
          }
        : {
            rel: 'alternate',
            ...about(format, formOf(format)),
            title: `These features as ${title}`,
            href: addressWith(http, { f, profile: null }),
          },
  ),
  ...profileLink({ format: present, form }),
]

/** Common Part 3, /req/profile-parameter/profile-param-response. */
const profileLink = ({ format, form }: Pick<Representation, 'format' | 'form'>): Link[] => {
  if (format !== 'geojson' && format !== 'jsonfg') return []
  const profile = format === 'geojson' ? 'rfc7946' : form
  return [{ rel: 'profile', href: `http://www.opengis.net/def/profile/OGC/0/${profile}` }]
}

/**
 * Where a collection's features are, in every format. JSON-FG goes by its former name here: of several links to GeoJSON
 * GDAL takes the last, and then finds no single features; QGIS knows that name as well.
 */
export const itemsLinks = (itemsAddress: string): Link[] =>
  shown.map(({ format, f, title }) => ({
    rel: 'items',
    href: format === 'geojson' ? itemsAddress : `${itemsAddress}?f=${f}`,
    ...about(format, formOf(format)),
    ...(format === 'jsonfg' && { type: 'application/fg+json' }),
    title: `Features as ${title}`,
  }))

export const nextLink = (http: HttpContext, { format, form }: Representation, cursor: string): Link => ({
  rel: 'next',
  ...about(format, form),
  title: 'Next page',
  href: addressWith(http, { cursor, offset: null }),
})

/** RFC 8288, for formats that have no room for links. */
export const toLinkHeader = (links: readonly Link[]): string =>
  links
    .map(({ href, rel, type, profile }) =>
      [
        `<${href}>`,
        `rel="${rel}"`,
        ...(type === undefined ? [] : [`type="${type}"`]),
        ...(profile ?? []).map((one) => `profile="${one}"`),
      ].join('; '),
    )
    .join(', ')
