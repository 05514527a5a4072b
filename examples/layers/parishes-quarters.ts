/** The ten quarters: the island cut along lines from the coast to the watershed. Neighbours share every vertex. */
import type { Table } from '../geopackage-writer.ts'
import { coast, coastBetween, coastIndexNear } from '../island.ts'
import {
  areaOf,
  type Position,
  roughen,
  round,
  seededRandom,
  selfIntersects,
  toMetres,
  toPolygon,
} from '../shapes.ts'

/** Where a boundary meets the coast, clockwise from the north-east. */
const landings = {
  grosIsletDennery: [-60.8845, 13.976],
  denneryMicoud: [-60.885, 13.869],
  micoudVieuxFort: [-60.908, 13.7765],
  vieuxFortLaborie: [-60.981, 13.7385],
  laborieChoiseul: [-61.0255, 13.76],
  choiseulSoufriere: [-61.069, 13.7925],
  soufriereCanaries: [-61.076, 13.8895],
  canariesAnseLaRaye: [-61.064, 13.917],
  anseLaRayeCastries: [-61.025, 13.968],
  castriesGrosIslet: [-60.985, 14.0395],
} satisfies Record<string, Position>

/** Where three quarters meet, along the watershed from north to south. */
const watershed = {
  a: [-60.924, 13.987],
  b: [-60.962, 13.945],
  c: [-60.975, 13.91],
  d: [-60.982, 13.888],
  e: [-60.99, 13.868],
  f: [-60.998, 13.826],
  g: [-60.984, 13.806],
  h: [-60.962, 13.79],
} satisfies Record<string, Position>

type Landing = keyof typeof landings
type Meeting = keyof typeof watershed

const random = seededRandom(1814)
const boundary = (from: Position, to: Position) => roughen([from, to], random, { amount: 0.16, times: 5 })
const landing = (name: Landing) => coast[coastIndexNear(landings[name])] as Position
const meeting = (name: Meeting) => toMetres(watershed[name])

/** Each drawn once, from the coast inland or from north to south, and used by both sides. */
const inland = {
  grosIsletDennery: boundary(landing('grosIsletDennery'), meeting('a')),
  castriesGrosIslet: boundary(landing('castriesGrosIslet'), meeting('a')),
  anseLaRayeCastries: boundary(landing('anseLaRayeCastries'), meeting('b')),
  canariesAnseLaRaye: boundary(landing('canariesAnseLaRaye'), meeting('c')),
  denneryMicoud: boundary(landing('denneryMicoud'), meeting('d')),
  soufriereCanaries: boundary(landing('soufriereCanaries'), meeting('e')),
  choiseulSoufriere: boundary(landing('choiseulSoufriere'), meeting('f')),
  laborieChoiseul: boundary(landing('laborieChoiseul'), meeting('g')),
  vieuxFortLaborie: boundary(landing('vieuxFortLaborie'), meeting('h')),
  micoudVieuxFort: boundary(landing('micoudVieuxFort'), meeting('h')),
} satisfies Record<Landing, Position[]>

const ridge = (names: Meeting[]) =>
  names.slice(1).map((name, index) => boundary(meeting(names[index] as Meeting), meeting(name)))
const [ab, bc, cd, de, ef, fg, gh] = ridge(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) as [
  Position[],
  Position[],
  Position[],
  Position[],
  Position[],
  Position[],
  Position[],
]

type Quarter = {
  code: string
  name: string
  creole: string
  /** The coast from one landing on to the next, clockwise; then back to the first along these lines. */
  coast: [from: Landing, to: Landing]
  back: Position[][]
  population: number
  households: number | null
}

const reversed = (line: Position[]) => line.toReversed()

const quarters: Quarter[] = [
  {
    code: 'GI',
    name: 'Gros Islet',
    creole: 'Gwo Zile',
    coast: ['castriesGrosIslet', 'grosIsletDennery'],
    back: [inland.grosIsletDennery, reversed(inland.castriesGrosIslet)],
    population: 25_400,
    households: 9_610,
  },
  {
    code: 'DE',
    name: 'Dennery',
    creole: 'Dennwi',
    coast: ['grosIsletDennery', 'denneryMicoud'],
    back: [inland.denneryMicoud, reversed(cd), reversed(bc), reversed(ab), reversed(inland.grosIsletDennery)],
    population: 12_900,
    households: 4_480,
  },
  {
    code: 'MI',
    name: 'Micoud',
    creole: 'Mikou',
    coast: ['denneryMicoud', 'micoudVieuxFort'],
    back: [
      inland.micoudVieuxFort,
      reversed(gh),
      reversed(fg),
      reversed(ef),
      reversed(de),
      reversed(inland.denneryMicoud),
    ],
    population: 16_700,
    households: 5_730,
  },
  {
    code: 'VF',
    name: 'Vieux Fort',
    creole: 'Vyé Fò',
    coast: ['micoudVieuxFort', 'vieuxFortLaborie'],
    back: [inland.vieuxFortLaborie, reversed(inland.micoudVieuxFort)],
    population: 16_600,
    households: 5_890,
  },
  {
    code: 'LA',
    name: 'Laborie',
    creole: 'Labowi',
    coast: ['vieuxFortLaborie', 'laborieChoiseul'],
    back: [inland.laborieChoiseul, gh, reversed(inland.vieuxFortLaborie)],
    population: 6_900,
    households: 2_510,
  },
  {
    code: 'CH',
    name: 'Choiseul',
    creole: 'Chwazèl',
    coast: ['laborieChoiseul', 'choiseulSoufriere'],
    back: [inland.choiseulSoufriere, fg, reversed(inland.laborieChoiseul)],
    population: 6_200,
    households: null,
  },
  {
    code: 'SO',
    name: 'Soufrière',
    creole: 'Soufwiyè',
    coast: ['choiseulSoufriere', 'soufriereCanaries'],
    back: [inland.soufriereCanaries, ef, reversed(inland.choiseulSoufriere)],
    population: 8_600,
    households: 3_030,
  },
  {
    code: 'CN',
    name: 'Canaries',
    creole: 'Kannawi',
    coast: ['soufriereCanaries', 'canariesAnseLaRaye'],
    back: [inland.canariesAnseLaRaye, cd, de, reversed(inland.soufriereCanaries)],
    population: 2_100,
    households: 760,
  },
  {
    code: 'AR',
    name: 'Anse La Raye',
    creole: 'Ansdèlawé',
    coast: ['canariesAnseLaRaye', 'anseLaRayeCastries'],
    back: [inland.anseLaRayeCastries, bc, reversed(inland.canariesAnseLaRaye)],
    population: 6_300,
    households: 2_290,
  },
  {
    code: 'CA',
    name: 'Castries',
    creole: 'Kastwi',
    coast: ['anseLaRayeCastries', 'castriesGrosIslet'],
    back: [inland.castriesGrosIslet, ab, reversed(inland.anseLaRayeCastries)],
    population: 67_200,
    households: 24_350,
  },
]

const ringOf = (quarter: Quarter): Position[] => {
  const [from, to] = quarter.coast
  const ring = coastBetween(landings[from], landings[to])
  for (const line of quarter.back) ring.push(...line.slice(1))
  if (selfIntersects(ring.slice(0, -1))) throw new Error(`The boundary of ${quarter.name} crosses itself.`)
  return ring.slice(0, -1)
}

export const parishesQuarters = (): Table => ({
  name: 'parishes_quarters',
  title: 'Quarters',
  description: 'Illustrative: the ten quarters of Saint Lucia with invented population figures',
  geometry: { type: 'MULTIPOLYGON', epsg: 4326 },
  columns: [
    { name: 'code', type: 'TEXT' },
    { name: 'name', type: 'TEXT' },
    { name: 'name_kweyol', type: 'TEXT' },
    { name: 'population', type: 'INTEGER' },
    { name: 'households', type: 'INTEGER' },
    { name: 'area_km2', type: 'REAL' },
    { name: 'density_per_km2', type: 'REAL' },
    { name: 'counted_on', type: 'DATE' },
  ],
  rows: quarters.map((quarter) => {
    const ring = ringOf(quarter)
    const areaKm2 = Math.abs(areaOf(ring)) / 1e6
    return {
      geometry: { type: 'MultiPolygon', coordinates: [toPolygon(ring)] },
      values: [
        quarter.code,
        quarter.name,
        quarter.creole,
        quarter.population,
        quarter.households,
        round(areaKm2, 2),
        round(quarter.population / areaKm2, 1),
        '2022-05-12',
      ],
    }
  }),
})
