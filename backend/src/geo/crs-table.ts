/**
 * The coordinate reference systems both databases can transform, read from `crs.tsv` when first asked for.
 * Rows are kept as text and taken apart one by one, because most requests touch one or two of them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from '../domain/probe.ts'

export type CrsDefinition = {
  /** The number both databases know it under: an EPSG code, or an Esri code such as 102008. */
  epsg: number
  authority: 'EPSG' | 'ESRI'
  name: string
  /** `name` and the other names it goes by. */
  names: string[]
  kind: 'geographic' | 'projected'
  /** Whether the authority puts north (or latitude) before east. */
  latLonFirst: boolean
  isDeprecated: boolean
  /** 1, or 0.9 for the few geographic systems in grads. */
  degreesPerUnit: number
  /** The geographic system under a projected one; for a geographic one itself. */
  baseEpsg: number
  /** Geographic systems only. */
  datumNames: string[]
  /** With the shift to WGS 84 that PROJ prefers within the area of use, e.g. EPSG:6897 for Saint Lucia (R13.6). */
  proj4: string
  /** As in `proj4`; null when the relation to WGS 84 is not known. */
  towgs84: number[] | null
  /** The shift that older software writes for the same datum, when it is a different one. */
  formerTowgs84: number[] | null
  /** Area of use in CRS84; west > east when it crosses the antimeridian. */
  area: Box | null
}

type Table = { rows: Map<number, string>; aliases: Map<number, number>; shifts: Map<string, number[]> }

let table: Table | undefined
const parsed = new Map<number, CrsDefinition>()

const load = (): Table => {
  const rows = new Map<number, string>()
  const aliases = new Map<number, number>()
  const shifts = new Map<string, number[]>()
  for (const line of readFileSync(join(import.meta.dirname, 'crs.tsv'), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [first = '', second = '', third = ''] =
      line.startsWith('shift') || line.startsWith('alias') ? line.split('\t') : [line]
    if (first === 'shift') shifts.set(second, third.split(',').map(Number))
    else if (first === 'alias') aliases.set(Number(second), Number(third))
    else rows.set(Number.parseInt(line, 10), line)
  }
  return { rows, aliases, shifts }
}
const getTable = () => {
  table ??= load()
  return table
}

/** What the table leaves out because it is nothing; proj4js wants it said. */
const DEFAULTS = [
  ['lat_0', ' +lat_0=0'],
  ['lon_0', ' +lon_0=0'],
  ['x_0', ' +x_0=0'],
  ['y_0', ' +y_0=0'],
] as const
const NEEDS_NO_ORIGIN = new Set(['longlat', 'utm', 'nzmg'])

const numbers = (text: string | undefined) => (text ? text.split(',').map(Number) : null)

const toDefinition = (line: string, shifts: Map<string, number[]>): CrsDefinition => {
  const [code, flags = '', base = '', names = '', proj = '', shift, area, former] = line.split('\t')
  const kind = flags.startsWith('g') ? 'geographic' : 'projected'
  const method = proj.split(' ', 1)[0] ?? ''
  const isWebMercator = proj.startsWith('merc a=6378137 b=6378137')
  const towgs84 = shift === '0' ? [0, 0, 0] : shift ? (shifts.get(shift) ?? numbers(shift)) : null
  const allNames = names.split('|')
  const epsg = Number(code)
  return {
    epsg,
    authority: flags.includes('e') ? 'ESRI' : 'EPSG',
    name: allNames[0] ?? '',
    names: allNames,
    kind,
    latLonFirst: flags.includes('n'),
    isDeprecated: flags.includes('d'),
    degreesPerUnit: flags.includes('r') ? 0.9 : 1,
    baseEpsg: kind === 'geographic' ? epsg : Number(base),
    datumNames: kind === 'geographic' ? base.split('|') : [],
    proj4:
      `+proj=${proj.replace(/ /g, ' +')}` +
      (NEEDS_NO_ORIGIN.has(method)
        ? ''
        : DEFAULTS.filter(([key]) => !proj.includes(` ${key}=`))
            .map(([, text]) => text)
            .join('')) +
      (isWebMercator ? ' +nadgrids=@null' : towgs84 ? ` +towgs84=${towgs84.join(',')}` : '') +
      ' +no_defs',
    towgs84,
    formerTowgs84: numbers(former),
    area: numbers(area) as Box | null,
  }
}

/** The code itself, or the one it stands for: 900913 → 3857, 4979 → 4326; undefined when unknown. */
export const resolveCode = (code: number): number | undefined => {
  const { rows, aliases } = getTable()
  return rows.has(code) ? code : aliases.get(code)
}

export const findCrs = (epsg: number): CrsDefinition | undefined => {
  const known = parsed.get(epsg)
  if (known) return known
  const { rows, shifts } = getTable()
  const code = resolveCode(epsg)
  const line = code === undefined ? undefined : rows.get(code)
  if (line === undefined) return undefined
  const definition = toDefinition(line, shifts)
  parsed.set(epsg, definition)
  return definition
}

/** The names in every row without taking the rows apart; `base` is the base's code, or the names of the datum. */
export const eachCrsName = (
  use: (row: { epsg: number; isProjected: boolean; base: string; names: string[] }) => void,
): void => {
  for (const [epsg, line] of getTable().rows) {
    const [, flags = '', base = '', names = ''] = line.split('\t', 4)
    use({ epsg, isProjected: flags.startsWith('p'), base, names: names.split('|') })
  }
}

/** Every system, in order of code. Slow (some 30 ms): for searching by name or parameters. */
export const listCrs = (): CrsDefinition[] =>
  [...getTable().rows.keys()].map((code) => findCrs(code)).filter((definition) => definition !== undefined)

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
const IS_ASCII = /^[\u0000-\u007f]*$/

/** A name without what differs between authors: case, punctuation, centuries, Esri's prefixes. */
export const plainName = (name: string): string =>
  (IS_ASCII.test(name) ? name : name.normalize('NFD'))
    .toLowerCase()
    .replaceAll('+', 'plus')
    .replace(/[^a-z0-9]+/g, '')
    .replace(/^gcs(?=.)/, '')
    .replace(/19(\d\d)/g, '$1')

/** The same for datums; Esri writes D_WGS_1984. */
export const plainDatumName = (name: string): string => plainName(name.replace(/^D_/, ''))
