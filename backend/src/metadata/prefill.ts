/**
 * What a probe and a token already say about a record (R4.5, R4.9, R4.29, R4.40, R4.50), and the defaults that let a
 * single command publish.
 *
 * Publishing with one command must work, but a catalogue that invents facts is worse than one with gaps. So every
 * default is either something this program knows (what it read, who asked, what day it is) or the agreed word for not
 * knowing: 'Unknown' for conditions, 'und' for the language of the data, the topic 'location' for anything that lies
 * somewhere. The only judgement is a topic that stands in the title by name. `filled` lists all of it for the user.
 */
import type { Actor } from '../domain/actor.ts'
import type { Box, FileFormat, Probe, ProbeLayer } from '../domain/probe.ts'
import type { CharacterSet, TopicCategory } from './code-lists.ts'
import { toLine } from './plain-text.ts'
import type { Day, DistributionFormat, GeographicBox, RecordMetadataDraft } from './record-metadata.ts'

export type PrefillInput = {
  probe: Probe
  /** null when the file has one layer or none. */
  layerName: string | null
  /** As the sender names it. */
  fileName: string
  actor: Actor
  today: Day
}

/** What came out of the file; the form offers to go back to it (R4.29). */
export type Detected = Pick<
  RecordMetadataDraft,
  | 'title'
  | 'resourceType'
  | 'bbox'
  | 'spatialRepresentationType'
  | 'characterSet'
  | 'crs'
  | 'distributionFormat'
>

/** Without a name: the only layer with geometry or cells, else the only layer (R4.17). */
export const findLayer = ({ layers }: Probe, layerName: string | null): ProbeLayer | null => {
  if (layerName !== null) return layers.find((layer) => layer.name === layerName) ?? null
  const [only, ...others] = layers.some(isSpatialLayer) ? layers.filter(isSpatialLayer) : layers
  return only && others.length === 0 ? only : null
}

/** Whether the rules ask for a CRS (R4.42). */
export const isSpatialLayer = (layer: ProbeLayer | null): boolean =>
  layer !== null && (layer.geometry !== null || layer.kind === 'raster')

export const prefill = (input: PrefillInput): { metadata: RecordMetadataDraft; detected: Detected } => {
  const detected = detect(input)
  const party = partyOf(input.actor)
  return {
    detected,
    metadata: {
      language: 'eng',
      dateStamp: input.today,
      ...(party ? { contacts: [party], pointsOfContact: [party] } : {}),
      characterSet: 'utf8',
      ...detected,
    },
  }
}

const partyOf = (actor: Actor) => {
  if (actor.kind !== 'token') return null
  const individualName = toLine(actor.name)
  const organisation = toLine(actor.organisation)
  return {
    ...(individualName ? { individualName } : {}),
    ...(organisation ? { organisation } : {}),
    email: actor.email,
    role: 'pointOfContact' as const,
  }
}

/** What the file itself says. */
export const detect = ({
  probe,
  layerName,
  fileName,
}: Pick<PrefillInput, 'probe' | 'layerName' | 'fileName'>): Detected => {
  const layer = findLayer(probe, layerName)
  const bbox = toGeographicBox(layer?.extentCrs84 ?? null)
  const epsg = isSpatialLayer(layer) ? (layer?.crs?.epsg ?? null) : null
  const title = titleFrom(layer?.name ?? layerName, fileName)
  const representation = representationOf(probe, layer)
  const characterSet = characterSetOf(layer?.encoding ?? null)
  return {
    resourceType: (layer ? [layer] : probe.layers).some(isSpatialLayer) ? 'dataset' : 'nonGeographicDataset',
    distributionFormat: formats[probe.format],
    ...(title ? { title } : {}),
    ...(bbox ? { bbox } : {}),
    ...(representation ? { spatialRepresentationType: representation } : {}),
    ...(characterSet ? { characterSet } : {}),
    ...(epsg ? { crs: `EPSG:${epsg}` } : {}),
  }
}

const formats: Record<FileFormat, DistributionFormat> = {
  GeoPackage: { name: 'GeoPackage' },
  Shapefile: { name: 'ESRI Shapefile' },
  GeoJSON: { name: 'GeoJSON', version: 'RFC 7946' },
  GeoTIFF: { name: 'GeoTIFF' },
  CSV: { name: 'CSV' },
  PDF: { name: 'PDF' },
  DOCX: { name: 'Office Open XML document' },
  XLSX: { name: 'Office Open XML workbook' },
}

const representationOf = (probe: Probe, layer: ProbeLayer | null) => {
  if (probe.kind === 'raster' || layer?.kind === 'raster') return 'grid'
  if (layer?.geometry) return 'vector'
  if (!layer && probe.layers.length > 0) return null
  return layer || probe.format === 'CSV' || probe.format === 'XLSX' ? 'textTable' : null
}

// windows-1252 and its kin have no ISO code; those files leave the field to the user's judgement ('utf8').
const characterSetOf = (encoding: string | null): CharacterSet | null => {
  const name = encoding?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? ''
  if (name === 'utf8' || name === 'utf16') return name
  const part = /^(?:iso)?8859(\d{1,2})$/.exec(name)?.[1]
  return part === '1' || part === '15' ? `8859part${part}` : null
}

/** Rounded outwards to about a centimetre, so that the data stay inside; null for what are not degrees. */
const toGeographicBox = (box: Box | null): GeographicBox | null => {
  if (!box?.every((value, index) => Math.abs(value) <= (index % 2 === 0 ? 180 : 90))) return null
  const [west, south, east, north] = box
  return {
    west: rounded(west, Math.floor),
    south: rounded(south, Math.floor),
    east: rounded(east, Math.ceil),
    north: rounded(north, Math.ceil),
  }
}

const SCALE = 10 ** 7

// A value with seven decimals already must not move because of how it is stored.
const rounded = (value: number, outwards: (value: number) => number) => {
  const nearest = Math.round(value * SCALE) / SCALE
  return Math.abs(nearest - value) < 1e-9 ? nearest : outwards(value * SCALE) / SCALE
}

const saysNothing =
  /^(layer|data|dataset|export|untitled|new|ogrgeojson|output|out|temp|tmp|sheet|test)?[\s\d]*$/i

// Upper and lower case without \p{Lu} and \p{Ll}, which the web view of older QGIS does not know.
const isLower = (letter = '') => letter !== letter.toUpperCase() && letter === letter.toLowerCase()
const isUpper = (letter = '') => letter !== letter.toLowerCase() && letter === letter.toUpperCase()

/** 'LandUse' → 'Land use'; 'GISData' stays. */
const splitCamelCase = (text: string) => {
  const letters = text.split('')
  return letters
    .map((letter, at) =>
      isUpper(letter) && isLower(letters[at - 1]) && isLower(letters[at + 1])
        ? ` ${letter.toLowerCase()}`
        : letter,
    )
    .join('')
}

/** Runs of five capitals and more are shouted words, shorter ones are abbreviations. */
const lowerShouts = (text: string) => {
  const runs: string[] = []
  for (const letter of text.split('')) {
    const last = runs[runs.length - 1]
    if (last !== undefined && isUpper(last[0]) === isUpper(letter)) runs[runs.length - 1] = last + letter
    else runs.push(letter)
  }
  return runs.map((run) => (isUpper(run[0]) && run.length >= 5 ? run.toLowerCase() : run)).join('')
}

/** 'coastal_habitats' → 'Coastal habitats', 'LandUse-2020' → 'Land use 2020', 'ROADS' → 'Roads', 'DEM' → 'DEM'. */
const toTitle = (name: string): string | null => {
  const line = toLine(lowerShouts(splitCamelCase(name.replace(/[_\-.+\s]+/g, ' '))))
  if (!line || saysNothing.test(line)) return null
  return isLower(line[0]) ? line.slice(0, 1).toUpperCase() + line.slice(1) : line
}

const withoutExtension = (fileName: string) => fileName.replace(/(\.[A-Za-z0-9]{1,8})+$/, '')

const titleFrom = (layerName: string | null, fileName: string): string | undefined =>
  (layerName === null ? null : toTitle(layerName)) ?? toTitle(withoutExtension(fileName)) ?? toLine(fileName)

// Defaults ---------------------------------------------------------------------------------------------

/** Fills what is mandatory and still missing (see above); what is there stays as it is. */
export const completeDefaults = (
  metadata: RecordMetadataDraft,
  input: PrefillInput,
): { metadata: RecordMetadataDraft; filled: (keyof RecordMetadataDraft)[] } => {
  const known: RecordMetadataDraft = { ...prefill(input).metadata, ...withoutMissing(metadata) }
  const defaults: RecordMetadataDraft = {
    dates: { publication: input.today },
    abstract: describe(input),
    resourceLanguage: 'und',
    ...(known.resourceType === 'dataset' || known.resourceType === 'series'
      ? { topicCategories: topicsOf(`${known.title ?? ''} ${input.layerName ?? ''}`) }
      : {}),
    lineageStatement: lineageOf(input),
    useConditions: 'Unknown',
    accessConditions: 'Unknown',
  }
  const complete = { ...defaults, ...known }
  const names = Object.keys(complete) as (keyof RecordMetadataDraft)[]
  return { metadata: complete, filled: names.filter((name) => metadata[name] === undefined) }
}

const withoutMissing = (metadata: RecordMetadataDraft): RecordMetadataDraft =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined && value !== null))

const quoted = (name: string) => `'${toLine(name, 120) ?? ''}'`

const sourceOf = ({ probe, layerName, fileName }: PrefillInput) => {
  const name = findLayer(probe, layerName)?.name ?? layerName
  return {
    file: `the ${formats[probe.format].name} file ${quoted(fileName)}`,
    layer: name === null ? null : quoted(name),
  }
}

const lineageOf = (input: PrefillInput) => {
  const { file, layer } = sourceOf(input)
  return `Derived from ${file}${layer ? `, layer ${layer}` : ''}, received on ${input.today}. Nothing more is recorded about its origin.`
}

/** A sentence made of what was read, and of nothing else. */
const describe = (input: PrefillInput): string => {
  const layer = findLayer(input.probe, input.layerName)
  const { file, layer: name } = sourceOf(input)
  if (!layer) return `The content of ${file}.`
  const from = `read from the layer ${name} of ${file}`
  if (layer.raster) {
    const { width, height, bands } = layer.raster
    return `A raster of ${width} by ${height} cells with ${counted(bands, 'band')}, ${from}.`
  }
  const rows =
    layer.featureCount === null
      ? layer.geometry
        ? 'Features'
        : 'Rows'
      : counted(layer.featureCount, layer.geometry ? 'feature' : 'row')
  const shape = layer.geometry && layer.geometry.type !== 'Geometry' ? ` (${layer.geometry.type})` : ''
  return `${rows}${shape}${withAttributes(layer)}, ${from}.`
}

const counted = (count: number, thing: string) =>
  `${String(count).replace(/\B(?=(\d{3})+$)/g, ' ')} ${thing}${count === 1 ? '' : 's'}`

const MAX_NAMES = 12

const withAttributes = ({ fields }: ProbeLayer): string => {
  const names = fields.filter((field) => !field.omitted).map((field) => toLine(field.name, 60) ?? '')
  if (names.length === 0) return ''
  const more = names.length - MAX_NAMES
  const list = [...names.slice(0, MAX_NAMES), ...(more > 0 ? [`${more} more`] : [])]
  const last = list.pop()
  return ` with the attribute${names.length === 1 ? '' : 's'} ${list.length > 0 ? `${list.join(', ')} and ${last}` : last}`
}

/** Words that name a topic whatever stands beside them; singular and plural. */
const topicWords: Partial<Record<TopicCategory, string>> = {
  transportation: 'road street bridge airport railway harbour ferry trail',
  inlandWaters: 'river stream lake watershed catchment reservoir',
  structure: 'building',
  planningCadastre: 'parcel cadastre zoning',
  elevation: 'elevation contour dem dtm dsm bathymetry',
  boundaries: 'boundary district parish constituency',
  biota: 'habitat vegetation forest species mangrove reef seagrass tree',
  farming: 'crop farm agriculture irrigation plantation',
  geoscientificInformation: 'geology soil landslide earthquake',
  health: 'hospital clinic health',
  society: 'school population census settlement',
  climatologyMeteorologyAtmosphere: 'rainfall climate weather',
  oceans: 'coast coastline coastal beach marine ocean',
  utilitiesCommunication: 'sewer electricity telecommunication',
  imageryBaseMapsEarthCover: 'orthophoto landcover imagery',
  location: 'address',
}

const topicOfWord = new Map(
  Object.entries(topicWords).flatMap(([topic, words]) =>
    words.split(' ').map((word) => [word, topic as TopicCategory]),
  ),
)

const singular = (word: string) =>
  word.replace(
    /(ss|ch|sh)es$|ies$|s$/,
    (ending, stem: string | undefined) => stem ?? (ending === 'ies' ? 'y' : ''),
  )

/** At most three. */
const topicsOf = (text: string): TopicCategory[] => {
  const words = text.toLowerCase().split(/[^a-z]+/)
  const topics = new Set(
    words.flatMap((word) => topicOfWord.get(word) ?? topicOfWord.get(singular(word)) ?? []),
  )
  return topics.size > 0 ? [...topics].slice(0, 3) : ['location']
}
