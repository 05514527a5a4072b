/**
 * Finds which known coordinate system a definition means. A code in the definition counts, unless the
 * definition contradicts it; then names in any author's spelling; then the parameters themselves.
 */
import type { CrsIdentity } from '../domain/probe.ts'
import {
  type Authority,
  type CrsShape,
  isSameEllipsoid,
  isSameProjection,
  shapeOfProj4,
  shapeOfWkt,
} from './crs-shape.ts'
import {
  type CrsDefinition,
  eachCrsName,
  findCrs,
  listCrs,
  plainDatumName,
  plainName,
  resolveCode,
} from './crs-table.ts'

/** What a file says about its coordinates; the first member that leads to a known system wins. */
export type CrsHint = {
  authority?: { name: string; code: string | number } | null
  /** WKT1 (OGC or Esri dialect) or WKT2. */
  wkt?: string | null
  proj4?: string | null
  /** The geographic system under `proj4`, where the file names it apart (GeoTIFF). */
  baseEpsg?: number | null
  name?: string | null
}

type Index = { names: Map<string, number[]>; datums: Map<string, number[]>; byBase: Map<number, number[]> }
let index: Index | undefined

const add = <Key>(map: Map<Key, number[]>, key: Key, code: number) => {
  const list = map.get(key)
  if (list) list.push(code)
  else map.set(key, [code])
}

const getIndex = (): Index => {
  if (index) return index
  const made: Index = { names: new Map(), datums: new Map(), byBase: new Map() }
  eachCrsName(({ epsg, isProjected, base, names }) => {
    for (const name of names) add(made.names, plainName(name), epsg)
    if (isProjected) add(made.byBase, Number(base), epsg)
    else for (const name of base.split('|')) add(made.datums, plainDatumName(name), epsg)
  })
  index = made
  return made
}

const shapes = new Map<number, CrsShape | null>()
const shapeOf = (definition: CrsDefinition): CrsShape | null => {
  const known = shapes.get(definition.epsg)
  if (known !== undefined) return known
  const shape = shapeOfProj4(definition.proj4)
  shapes.set(definition.epsg, shape)
  return shape
}

/** What is current and from EPSG comes first; among the rest, the usual ones: WGS 84, ETRS89, NAD83. */
const USUAL = [4326, 4258, 4269]
const byPreference = (a: CrsDefinition, b: CrsDefinition) =>
  Number(a.isDeprecated) - Number(b.isDeprecated) ||
  Number(a.authority === 'ESRI') - Number(b.authority === 'ESRI') ||
  Number(USUAL.includes(b.baseEpsg)) - Number(USUAL.includes(a.baseEpsg)) ||
  USUAL.indexOf(a.baseEpsg) - USUAL.indexOf(b.baseEpsg) ||
  a.epsg - b.epsg

const definitionsOf = (codes: number[] | undefined, kind: CrsShape['kind']): CrsDefinition[] =>
  [...new Set(codes)]
    .map((code) => findCrs(code))
    .filter((definition) => definition?.kind === kind)
    .filter((definition) => definition !== undefined)
    .sort(byPreference)

const codeOf = (authority: Authority | null | undefined): number | null => {
  if (!authority) return null
  const name = authority.name.trim().toUpperCase()
  const code = String(authority.code).trim()
  if (name === 'OGC' || name === 'CRS') return /^(CRS)?84h?$/i.test(code) ? 4326 : null
  if (!/^(EPSG|ESRI)$/.test(name) || !/^\d{4,6}$/.test(code)) return null
  return resolveCode(Number(code)) ?? null
}

const isSameMeridian = (one: CrsShape, other: CrsShape) =>
  Math.abs(one.primeMeridian - other.primeMeridian) < 1e-5
const isSameUnit = (one: CrsShape, other: CrsShape) =>
  Math.abs(one.metresPerUnit / other.metresPerUnit - 1) < 1e-7
const isSameShift = (one: number[] | null, other: number[] | null) =>
  one !== null &&
  other !== null &&
  [0, 1, 2, 3, 4, 5, 6].every((i) => Math.abs((one[i] ?? 0) - (other[i] ?? 0)) < 0.02)

/** Whether the definition can be this system as far as both are understood. */
const fits = (shape: CrsShape, definition: CrsDefinition): boolean => {
  if (shape.kind !== definition.kind) return false
  const known = shapeOf(definition)
  if (!known) return true
  if (!isSameMeridian(shape, known)) return false
  const isSphere = known.projection?.method === 'webmerc'
  if (!isSphere && !isSameEllipsoid(shape.ellipsoid, known.ellipsoid)) return false
  if (!shape.projection || !known.projection) return true
  return isSameUnit(shape, known) && isSameProjection(shape.projection, known.projection) !== false
}

/** The geographic system under the definition (itself, when it is geographic); several when only the figure is known. */
const findBases = (shape: CrsShape): { bases: CrsDefinition[]; isSure: boolean } => {
  const { names, datums } = getIndex()
  const geographic: CrsShape = { ...shape, kind: 'geographic', projection: null }
  const fitting = (codes: number[] | undefined) =>
    definitionsOf(codes, 'geographic').filter((one) => fits(geographic, one))
  const authority = codeOf(
    shape.kind === 'geographic' ? (shape.authority ?? shape.baseAuthority) : shape.baseAuthority,
  )
  const byCode = fitting(authority === null ? [] : [authority])
  if (byCode.length > 0) return { bases: byCode, isSure: true }
  for (const found of [
    shape.baseName ? fitting(names.get(plainName(shape.baseName))) : [],
    shape.datumName ? fitting(datums.get(plainDatumName(shape.datumName))) : [],
  ]) {
    if (found.length > 0) return { bases: found, isSure: true }
  }
  if (shape.datumName && !/unknown|unnamed|not.?specified|undefined/i.test(shape.datumName))
    return { bases: [], isSure: false }
  const alike = listCrs().filter(
    (one) => one.kind === 'geographic' && shape.ellipsoid && fits(geographic, one),
  )
  const isWgs84 = shape.ellipsoid !== null && Math.abs(shape.ellipsoid.rf - 298.257223563) < 1e-7
  if (isWgs84 && (shape.towgs84 === null || isSameShift(shape.towgs84, [0, 0, 0]))) {
    return { bases: alike.filter((one) => one.epsg === 4326), isSure: true }
  }
  const shifted = alike.filter(
    (one) => isSameShift(shape.towgs84, one.towgs84) || isSameShift(shape.towgs84, one.formerTowgs84),
  )
  if (shape.towgs84 !== null) return { bases: shifted.sort(byPreference), isSure: shifted.length > 0 }
  return { bases: alike.sort(byPreference), isSure: false }
}

/** The known system a definition describes, or null when none fits or several fit equally well. */
export const findByShape = (shape: CrsShape): CrsDefinition | null => {
  const own = codeOf(shape.authority)
  const byCode = definitionsOf(own === null ? [] : [own], shape.kind).find((one) => fits(shape, one))
  if (byCode) return byCode
  const { names, byBase } = getIndex()
  const { bases, isSure } = findBases(shape)
  if (shape.kind === 'geographic') {
    const isUsual = USUAL.includes(bases[0]?.epsg ?? 0)
    return isSure || bases.length === 1 || isUsual ? (bases[0] ?? null) : null
  }
  const baseCodes = new Set(bases.map((base) => base.epsg))
  if (shape.name !== null) {
    const named = definitionsOf(names.get(plainName(shape.name)), 'projected').filter((one) =>
      fits(shape, one),
    )
    const found = named.find((one) => baseCodes.size === 0 || baseCodes.has(one.baseEpsg))
    if (found) return found
  }
  if (shape.projection?.method == null) return null
  const matching = [...baseCodes]
    .flatMap((base) => definitionsOf(byBase.get(base), 'projected'))
    .filter((one) => shapeOf(one)?.projection?.method != null && fits(shape, one))
    .sort(byPreference)
  const [best] = matching
  if (!best) return null
  const distinct = new Set(
    matching.filter((one) => !one.isDeprecated && one.authority === 'EPSG').map((one) => one.baseEpsg),
  )
  return isSure || distinct.size <= 1 || USUAL.includes(best.baseEpsg) ? best : null
}

const identity = (definition: CrsDefinition, identifiedBy: CrsIdentity['identifiedBy']): CrsIdentity => ({
  epsg: definition.epsg,
  name: definition.name,
  identifiedBy,
})

/** `epsg` is null when nothing known fits; `definition` then holds what the file said. */
export const identifyCrs = (hint: CrsHint): CrsIdentity => {
  const code = codeOf(hint.authority && { name: hint.authority.name, code: String(hint.authority.code) })
  const byCode = code === null ? undefined : findCrs(code)
  if (byCode) return identity(byCode, 'authority')
  const wktShape = hint.wkt ? shapeOfWkt(hint.wkt) : null
  const byWkt = wktShape && findByShape(wktShape)
  if (byWkt) return identity(byWkt, 'wkt')
  const init = codeOf({ name: 'EPSG', code: /\+init=epsg:(\d+)/i.exec(hint.proj4 ?? '')?.[1] ?? '' })
  const byInit = init === null ? undefined : findCrs(init)
  if (byInit) return identity(byInit, 'proj4')
  const proj4Shape = hint.proj4 ? shapeOfProj4(hint.proj4) : null
  const base = hint.baseEpsg ? { baseAuthority: { name: 'EPSG', code: String(hint.baseEpsg) } } : {}
  const byProj4 = proj4Shape && findByShape({ ...proj4Shape, ...base, name: hint.name ?? null })
  if (byProj4) return identity(byProj4, 'proj4')
  const definition = hint.wkt || hint.proj4 || undefined
  const coded = hint.authority ? `${hint.authority.name}:${hint.authority.code}` : null
  return {
    epsg: null,
    name: (hint.name || wktShape?.name || coded || 'unknown').slice(0, 200),
    identifiedBy: null,
    ...(definition === undefined ? {} : { definition: definition.slice(0, 8192) }),
  }
}
