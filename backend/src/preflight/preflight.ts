/** What speaks against publishing layers as they are, before anything is exported. */
import type { Box } from '../domain/probe.ts'
import type { RecordMetadataDraft, ResponsibleParty } from '../metadata/record-metadata.ts'
import { checkForPublication, type Finding as RuleFinding } from '../metadata/rules.ts'
import type { LossReport, StyleVerdict } from '../styles/loss-report.ts'
import { isBelow, plainAddress } from './addresses.ts'
import { codes, type FindingCode, type Severity } from './codes.ts'
import { freeId, isCollectionId, toCollectionId } from './collection-id.ts'
import type { Deployment, Fix, LayerFacts, MessageValues, Published } from './facts.ts'
import { toFieldType } from './field-types.ts'
import { toRecordMetadata } from './metadata.ts'
import { comesFromItsServer, refusalOf } from './plan.ts'
import { plainBytes, sampleTypeOf } from './rasters.ts'
import { say } from './words.ts'

export type { FindingCode, Severity } from './codes.ts'

export type Finding = {
  /** Id of the layer. */
  layer: string
  /** 'CRS-001': stable for ever; the table is in codes.ts. */
  code: FindingCode
  severity: Severity
  /** Member of the metadata ('contacts[0].email'), or 'field:' and the name of a field of the layer. */
  field?: string
  /** Page of the wizard on which the metadata are corrected (R4.2). */
  page?: number
  /** For say(): cause and remedy. */
  message: { key: string; values: MessageValues }
  fix?: Fix
  /** For CRS-002: what the export may reproject to. */
  targets?: number[]
}

export type LayerToCheck = {
  facts: LayerFacts
  /** As the form has it now; taken from the facts where absent. */
  metadata?: RecordMetadataDraft
  style?: LossReport | null
  envelope?: StyleEnvelope
  published?: Published
  /** As the user chose it; made of the title or the name when absent. */
  collectionId?: string
  scope?: 'all' | 'selected'
  /** The export reprojects to this. */
  targetEpsg?: number
}

/** What travels with a style, as layer.style of the bridge tells. */
export type StyleEnvelope = {
  sldBytes: number | null
  qmlBytes: number
  assets: readonly { name: string; state: 'builtin' | 'embedded' | 'missing' | 'too-large' }[]
  fonts: readonly { family: string; isInstalled: boolean }[]
}

export type PreflightContext = Deployment & {
  /** Collections of others that are known to exist. */
  takenIds?: readonly string[]
}

export type PreflightResult = {
  findings: Finding[]
  /** Ids of the collections, by layer: what they have, what was chosen, or what would be made. */
  collectionIds: Readonly<Record<string, string>>
}

export const preflight = (layers: readonly LayerToCheck[], context: PreflightContext): PreflightResult => {
  const named = nameCollections(layers, context)
  const findings = layers.reduce<Finding[]>((all, layer) => all.concat(checkLayer(layer, context)), [])
  return {
    findings: [...findings, ...named.findings, ...checkSharedRecords(layers)].sort(bySeverity),
    collectionIds: named.collectionIds,
  }
}

const weights: Record<Severity, number> = { blocking: 0, warning: 1, information: 2 }
/** Stable: what is as grave stays in the order of the layers. */
const bySeverity = (one: Finding, other: Finding) => weights[one.severity] - weights[other.severity]

type Extras = Partial<Pick<Finding, 'field' | 'page' | 'fix' | 'targets' | 'severity'>> & { about?: string }

const finding = (
  { facts }: LayerToCheck,
  code: FindingCode,
  values: MessageValues = {},
  { about, ...extras }: Extras = {},
): Finding => ({
  layer: facts.id,
  code,
  severity: codes[code],
  message: {
    key: about === undefined ? code : `${code}.${about}`,
    values: Object.assign({ name: facts.name }, values),
  },
  ...extras,
})

type Check = (layer: LayerToCheck, context: PreflightContext) => Finding[]

/** Of what cannot be published at all nothing else is worth saying. */
const checkLayer: Check = (layer, context) => {
  const hopeless = checkKind(layer, context)
  return hopeless.length > 0
    ? hopeless
    : checks.reduce<Finding[]>((all, check) => all.concat(check(layer, context)), [])
}

const isSpatial = ({ kind, geometryType }: LayerFacts) =>
  kind === 'raster' || (kind === 'vector' && geometryType !== null)

// The layer -----------------------------------------------------------------------------------------------------

const checkKind: Check = (layer, { serverUrl }) => {
  const { kind, isValid, serviceUrl } = layer.facts
  if (kind === 'other') return [finding(layer, 'LYR-002')]
  if (!isValid) return [finding(layer, 'LYR-001', {}, { fix: 'openProperties' })]
  if (serviceUrl !== undefined && isBelow(serviceUrl, serverUrl) && !isOwnCopy(layer))
    return [finding(layer, 'LYR-009', { service: serviceUrl })]
  return kind === 'raster' ? checkRaster(layer) : []
}

/** Pictures that a server draws are nobody's data; of what is no file QGIS writes no copy that is the same. */
const checkRaster = (layer: LayerToCheck): Finding[] => {
  const { source, provider, raster } = layer.facts
  if (source === 'service') return [finding(layer, 'RAS-001', {}, { about: 'service' })]
  if (provider !== 'gdal' || raster === undefined) return [finding(layer, 'RAS-001')]
  return sampleTypeOf(raster) === null ? [finding(layer, 'RAS-002', { type: raster.dataType })] : []
}

/** Opened from the catalogue by somebody who may publish its record: style and metadata go back, the data are there. */
const isOwnCopy = ({ facts, published }: LayerToCheck) =>
  comesFromItsServer(facts) && (published === undefined || published.kind === 'record')

const checkContent: Check = (layer) => {
  const { featureCount, isTemporary, isEdited, isFiltered, selectedCount } = layer.facts
  return [
    ...(isEdited ? [finding(layer, 'LYR-006', {}, { fix: 'saveEdits' })] : []),
    ...(featureCount === 0 ? [finding(layer, 'LYR-004')] : []),
    ...(isFiltered ? [finding(layer, 'LYR-007', {}, { fix: 'clearFilter' })] : []),
    ...(isTemporary ? [finding(layer, 'LYR-005')] : []),
    ...(selectedCount > 0 && layer.scope !== 'selected'
      ? [finding(layer, 'LYR-008', { selected: selectedCount, count: featureCount ?? '?' })]
      : []),
    ...(isSpatial(layer.facts) ? [] : [finding(layer, 'LYR-010')]),
    ...(isOwnCopy(layer) ? [finding(layer, 'LYR-011')] : []),
  ]
}

// Coordinate reference system and geometry ----------------------------------------------------------------------

const checkCrs: Check = (layer, { crsList }) => {
  const { facts, targetEpsg } = layer
  if (!isSpatial(facts)) return []
  const { crs } = facts
  if (!crs.isValid) return [finding(layer, 'CRS-001', {}, { fix: 'chooseCrs' })]
  const said = crs.description || crs.authid
  const targets = crsList.map(({ epsg }) => epsg)
  if (targetEpsg !== undefined && targetEpsg !== crs.epsg)
    return [finding(layer, 'CRS-004', { crs: crs.authid || said, target: targetEpsg })]
  if (crs.isCustom || crs.epsg === null)
    return [finding(layer, 'CRS-002', { crs: said }, { fix: 'chooseCrs', targets })]
  if (targets.length > 0 && targets.indexOf(crs.epsg) === -1)
    return [
      finding(layer, 'CRS-003', {
        crs: `EPSG:${crs.epsg}`,
        list: targets.map((epsg) => `EPSG:${epsg}`).join(', '),
      }),
    ]
  return []
}

const checkGeometry: Check = (layer) => {
  const { facts } = layer
  if (!isSpatial(facts)) return []
  const isMixed = facts.geometryType === 'Geometry' || facts.geometryType === 'GeometryCollection'
  return [
    ...(facts.hasCurves === true ? [finding(layer, 'GEO-001')] : []),
    ...(facts.hasZ ? [finding(layer, 'GEO-002')] : []),
    ...(facts.hasM ? [finding(layer, 'GEO-003')] : []),
    ...(isMixed ? [finding(layer, 'GEO-004')] : []),
  ]
}

const hasDegreeValues = ([west = 0, south = 0, east = 0, north = 0]: readonly number[]) =>
  Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 90 && Math.abs(north) <= 90

const isApart = (one: readonly number[], other: readonly number[]) => {
  const [west = 0, south = 0, east = 0, north = 0] = one
  const [otherWest = 0, otherSouth = 0, otherEast = 0, otherNorth = 0] = other
  return west > otherEast || east < otherWest || south > otherNorth || north < otherSouth
}

/** Exchanged longitude and latitude are seen only where there is an area to compare with. */
const checkExtent: Check = (layer, { nationalExtent }) => {
  const { facts } = layer
  const { extent, extentCrs84 } = facts
  if (!isSpatial(facts) || !facts.crs.isValid || extent === null || facts.featureCount === 0) return []
  const crs = facts.crs.authid || facts.crs.description
  const { isGeographic, unit } = facts.crs
  const spans = Math.max(...extent.map(Math.abs))
  if (isGeographic === true && unit === 'degrees' && spans > 400)
    return [finding(layer, 'GEO-008', { crs }, { fix: 'chooseCrs' })]
  // Within a degree of 0, 0 small projected data may lie as well.
  if (isGeographic === false && unit !== 'degrees' && hasDegreeValues(extent) && spans > 1)
    return [finding(layer, 'GEO-007', { crs }, { fix: 'chooseCrs' })]
  if (nationalExtent === null || !extentCrs84 || !isApart(extentCrs84, nationalExtent)) return []
  const [west = 0, south = 0, east = 0, north = 0] = extentCrs84
  const isSwapped = !isApart([south, west, north, east], nationalExtent)
  return [finding(layer, isSwapped ? 'GEO-006' : 'GEO-005', {}, isSwapped ? {} : { fix: 'chooseCrs' })]
}

// Fields and size -----------------------------------------------------------------------------------------------

const LONG_NAME = 255

const checkFields: Check = (layer) => {
  const { fields } = layer.facts
  const groups: Record<string, string[]> = {}
  for (const { name } of fields) {
    const key = `=${name.toLowerCase()}`
    groups[key] = [...(groups[key] ?? []), name]
  }
  const colliding = Object.keys(groups)
    .map((key) => groups[key] ?? [])
    .filter((names) => names.length > 1)
  return [
    ...colliding.map((names) =>
      finding(
        layer,
        'FLD-001',
        { fields: names.map((name) => `'${name}'`).join(', ') },
        { field: `field:${names[0] ?? ''}` },
      ),
    ),
    ...fields
      .filter(({ name }) => name.trim() === '')
      .map(({ name }) => finding(layer, 'FLD-002', {}, { field: `field:${name}` })),
    ...fields
      .filter(({ name }) => name.length > LONG_NAME)
      .map(({ name }) =>
        finding(
          layer,
          'FLD-003',
          { field: `${name.slice(0, 40)}…`, length: name.length },
          { field: `field:${name}` },
        ),
      ),
    ...fields
      .filter(({ type }) => toFieldType(type) === 'binary')
      .map(({ name }) => finding(layer, 'FLD-004', { field: name }, { field: `field:${name}` })),
  ]
}

const MB = 1_048_576
const inMb = (bytes: number) => (bytes / MB).toFixed(1)

/** The least a GeoPackage needs a feature: a row's head, its fields' heads, and the smallest geometry of the kind. */
const leastBytesPerFeature = (facts: LayerFacts): number => {
  const smallest: Readonly<Record<string, number>> = { Point: 29, LineString: 81, Polygon: 125 }
  const kind = (facts.geometryType ?? '').replace(/^Multi/, '')
  return 4 + facts.fields.length + (isSpatial(facts) ? (smallest[kind] ?? 29) : 0)
}

/** The share of the limit from which a weight that was measured on some features may be too much on all. */
const NEAR = 0.85

const checkSize: Check = (layer, { limits }) => {
  const { facts, scope } = layer
  const count = scope === 'selected' ? facts.selectedCount : (facts.featureCount ?? 0)
  const least = count * leastBytesPerFeature(facts)
  const limit = inMb(limits.datasetBytes)
  if (isOwnCopy(layer)) return []
  if (facts.raster !== undefined) {
    const plain = plainBytes(facts.raster)
    const values = { size: inMb(plain), limit }
    return plain > limits.datasetBytes ? [finding(layer, 'SIZ-001', values, { about: 'raster' })] : []
  }
  if (least > limits.datasetBytes) return [finding(layer, 'SIZ-002', { count, size: inMb(least), limit })]
  const bytes = facts.weight?.bytes ?? null
  if (bytes !== null) {
    const values = { size: inMb(bytes), limit }
    if (bytes > limits.datasetBytes) return [finding(layer, 'SIZ-001', values, { about: 'weight' })]
    return bytes > limits.datasetBytes * NEAR ? [finding(layer, 'SIZ-003', values)] : []
  }
  const isPart = scope === 'selected' || facts.isFiltered
  return !isPart && (facts.sizeBytes ?? 0) > limits.datasetBytes
    ? [finding(layer, 'SIZ-001', { size: inMb(facts.sizeBytes ?? 0), limit })]
    : []
}

// Metadata ------------------------------------------------------------------------------------------------------

const checkMetadata: Check = (layer, { crsList, nationalExtent }) => {
  const metadata = layer.metadata ?? toRecordMetadata(layer.facts)
  const [west = 0, south = 0, east = 0, north = 0] = nationalExtent ?? []
  const area: Box | null = nationalExtent === null ? null : [west, south, east, north]
  const { errors, warnings } = checkForPublication(metadata, {
    isSpatial: isSpatial(layer.facts),
    probeEpsg: layer.targetEpsg ?? layer.facts.crs.epsg,
    crsList: crsList.map(({ epsg }) => epsg),
    nationalExtent: area,
  })
  return [
    ...errors
      .filter(({ code, field }) => !(code === 'missing' && ofTheRecord.indexOf(field) !== -1))
      .map((error) => toMetadataFinding(layer, error, metadata)),
    ...warnings
      // What the layer itself is like has been said by then.
      .filter(({ code }) => saidOfLayer.indexOf(code) === -1)
      .map(({ page, field, code, message }) =>
        finding(layer, 'MET-004', { message, field }, { page, field, about: code }),
      ),
  ]
}

/** What every record gets by itself. */
const ofTheRecord = ['language', 'dateStamp']
const saidOfLayer = ['crs-not-listed', 'bbox-outside-national-extent', 'bbox-missing']

const toMetadataFinding = (
  layer: LayerToCheck,
  { page, field, code, message }: RuleFinding,
  metadata: RecordMetadataDraft,
): Finding => {
  const fix = 'openProperties' as const
  if (code === 'missing') return finding(layer, 'MET-001', { field }, { page, field, fix, about: field })
  if (code === 'contact-unreachable')
    return finding(layer, 'MET-003', { contact: nameOf(partyAt(metadata, field)) }, { page, field, fix })
  return finding(layer, 'MET-002', { message, field }, { page, field, fix, about: code })
}

const partyAt = (metadata: RecordMetadataDraft, field: string): ResponsibleParty | undefined => {
  const [, list, index] = /^(contacts|pointsOfContact)\[(\d+)\]/.exec(field) ?? []
  return metadata[list === 'contacts' ? 'contacts' : 'pointsOfContact']?.[Number(index)]
}

const nameOf = (party: ResponsibleParty | undefined) => party?.individualName ?? party?.organisation ?? '?'

// Links and styles ----------------------------------------------------------------------------------------------

const checkLink: Check = (layer, { serverUrl }) => {
  const { link } = layer.facts
  const { published } = layer
  if (link !== null && plainAddress(link.server) !== plainAddress(serverUrl))
    return [finding(layer, 'LNK-003', { server: link.server })]
  if (published?.kind === 'gone') return [finding(layer, 'LNK-002')]
  if (published?.kind !== 'record') return []
  const { record } = published
  const refusal = refusalOf(record)
  if (refusal) return [finding(layer, refusal.key === 'LNK-004' ? 'LNK-004' : 'LNK-005', refusal.values)]
  const { title, version, collection } = record
  const editedAt = collection?.editedAt ?? null
  return [
    ...(link !== null && link.recordId === record.id && version > link.version
      ? [finding(layer, 'LNK-006', { title, found: version, known: link.version })]
      : []),
    ...(editedAt !== null && !comesFromItsServer(layer.facts)
      ? [finding(layer, 'LNK-007', { title, day: editedAt.slice(0, 10) })]
      : []),
  ]
}

const recordOf = ({ facts, published }: LayerToCheck): string | null =>
  published === undefined
    ? (facts.link?.recordId ?? null)
    : published.kind === 'record'
      ? published.record.id
      : null

const checkSharedRecords = (layers: readonly LayerToCheck[]): Finding[] =>
  layers
    .map((layer) => {
      const id = recordOf(layer)
      return {
        layer,
        others: id === null ? [] : layers.filter((one) => one !== layer && recordOf(one) === id),
      }
    })
    .filter(({ others }) => others.length > 0)
    .map(({ layer, others }) =>
      finding(layer, 'LNK-001', { others: others.map(({ facts }) => `'${facts.name}'`).join(', ') }),
    )

const styleCodes: readonly (readonly [StyleVerdict, FindingCode])[] = [
  ['lost', 'STY-003'],
  ['qml-only', 'STY-002'],
  ['approximated', 'STY-001'],
]
const MAX_EXAMPLES = 3
const MAX_QML_BYTES = 5_000_000

const checkStyle: Check = (layer, { limits }) => {
  const { style, envelope, facts } = layer
  if (!style || !isSpatial(facts)) return []
  return [...checkReport(layer, style), ...(envelope ? checkEnvelope(layer, envelope, limits) : [])]
}

const checkReport = (layer: LayerToCheck, style: LossReport): Finding[] => [
  ...(style.isSldEmpty ? [finding(layer, 'STY-004')] : []),
  ...styleCodes
    .filter(([verdict]) => style.counts[verdict] > 0)
    .map(([verdict, code]) => {
      const items = style.items.filter((item) => item.verdict === verdict)
      const examples = items.map(({ name, where }) => (where.rule ? `${name} ('${where.rule}')` : name))
      const shown = examples.filter((one, at) => examples.indexOf(one) === at)
      const values = {
        count: items.length,
        examples: shown.slice(0, MAX_EXAMPLES).join(', ') + (shown.length > MAX_EXAMPLES ? ' …' : ''),
      }
      return finding(layer, code, values, items.length === 1 ? { about: 'one' } : {})
    }),
]

const doesNotTravel = ['missing', 'too-large']

const inKb = (bytes: number) => Math.ceil(bytes / 1000)

const checkEnvelope = (
  layer: LayerToCheck,
  { sldBytes, qmlBytes, assets, fonts }: StyleEnvelope,
  { sldBytes: limit }: Deployment['limits'],
): Finding[] => [
  ...assets
    .filter(({ state }) => doesNotTravel.indexOf(state) !== -1)
    .map(({ name, state }) => finding(layer, 'STY-005', { asset: name }, { about: state })),
  ...fonts
    .filter(({ isInstalled }) => !isInstalled)
    .map(({ family }) => finding(layer, 'STY-006', { font: family })),
  ...(sldBytes !== null && sldBytes > limit
    ? [finding(layer, 'STY-007', { size: inKb(sldBytes), limit: inKb(limit) })]
    : []),
  ...(qmlBytes > MAX_QML_BYTES
    ? [finding(layer, 'STY-008', { size: inKb(qmlBytes), limit: inKb(MAX_QML_BYTES) })]
    : []),
]

const checks: readonly Check[] = [
  checkContent,
  checkCrs,
  checkGeometry,
  checkExtent,
  checkFields,
  checkSize,
  checkMetadata,
  checkLink,
  checkStyle,
]

// Names ---------------------------------------------------------------------------------------------------------

const canBePublished = ({ facts }: LayerToCheck) => facts.isValid && facts.kind !== 'other'

const keptId = ({ published }: LayerToCheck): string | null =>
  published?.kind === 'record' ? (published.record.collection?.id ?? null) : null

/** Ids that are fixed or chosen come first, so that a made one gives way to them. */
const nameCollections = (
  layers: readonly LayerToCheck[],
  { takenIds = [] }: PreflightContext,
): PreflightResult => {
  // Without a prototype, so that any id of a layer is a name like others.
  const collectionIds: Record<string, string> = Object.create(null)
  const findings: Finding[] = []
  const used: string[] = []
  const ofOthers = (id: string) => takenIds.indexOf(id) !== -1
  const isTaken = (id: string) => used.indexOf(id) !== -1 || ofOthers(id)
  const publishable = layers.filter(canBePublished)

  for (const layer of publishable) {
    const kept = keptId(layer)
    if (kept === null) continue
    collectionIds[layer.facts.id] = kept
    used.push(kept)
  }
  for (const layer of publishable) {
    const { collectionId: id, facts } = layer
    if (id === undefined || keptId(layer) !== null) continue
    if (!isCollectionId(id)) findings.push(finding(layer, 'NAM-004', { id }))
    else if (isTaken(id)) findings.push(finding(layer, 'NAM-005', { id }))
    collectionIds[facts.id] = id
    used.push(id)
  }
  publishable.forEach((layer, index) => {
    if (keptId(layer) !== null || layer.collectionId !== undefined) return
    const { facts } = layer
    const title = layer.metadata?.title ?? facts.metadata.title ?? ''
    const readable = toCollectionId(title) || toCollectionId(facts.name)
    const wanted = readable || `layer-${index + 1}`
    const id = freeId(wanted, isTaken)
    if (readable === '') findings.push(finding(layer, 'NAM-003', { id }))
    else if (id !== wanted)
      findings.push(finding(layer, ofOthers(wanted) ? 'NAM-002' : 'NAM-001', { id, wanted }))
    collectionIds[facts.id] = id
    used.push(id)
  })
  return { findings, collectionIds }
}

/** Cause and remedy of a finding in English; what scripts and logs show. */
export const sayFinding = ({ message }: Finding) => say(message)
