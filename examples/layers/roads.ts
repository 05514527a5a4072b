/** Roads: the ring along the coast, the crossing of the island, feeders to the villages and tracks into the hills. */
import { places } from '../geography.ts'
import type { Table } from '../geopackage-writer.ts'
import { isOnLand } from '../island.ts'
import {
  around,
  between,
  lengthOf,
  nearestIndex,
  type Position,
  pick,
  type Random,
  roughen,
  round,
  seededRandom,
  smooth,
  through,
  toDegrees,
  toMetres,
} from '../shapes.ts'

type RoadClass = 'Primary' | 'Secondary' | 'Feeder' | 'Track'

const classes: Record<
  RoadClass,
  { surface: readonly string[]; lanes: number | null; widthMetres: [number, number]; speed: number | null }
> = {
  Primary: { surface: ['Asphalt'], lanes: 2, widthMetres: [6.4, 8.2], speed: 80 },
  Secondary: { surface: ['Asphalt', 'Concrete'], lanes: 2, widthMetres: [5, 6.2], speed: 50 },
  Feeder: { surface: ['Asphalt', 'Concrete', 'Gravel'], lanes: 1, widthMetres: [3, 4.6], speed: 30 },
  Track: { surface: ['Gravel', 'Earth'], lanes: null, widthMetres: [2.2, 3], speed: null },
}

const p = places

// biome-ignore format: a line for each road is easier to compare with a map.
const trunk: [RoadClass, string, Position[]][] = [
  ['Primary', 'Castries–Gros Islet Highway', [p.castries, [-60.985, 14.0195], [-60.9825, 14.0275], [-60.9815, 14.039], [-60.9745, 14.0525], [-60.961, 14.0635], p.rodneyBay, p.grosIslet]],
  ['Primary', 'Millennium Highway', [p.castries, p.ciceron, [-61.012, 13.995], [-61.016, 13.985], [-61.008, 13.98]]],
  ['Primary', 'East Coast Road', [[-61.008, 13.98], p.bexon, [-60.962, 13.95], p.barreDeLIsle, [-60.938, 13.941], p.richfond, p.laResource, p.dennery]],
  ['Primary', 'East Coast Road', [p.dennery, [-60.892, 13.9], p.praslin, [-60.9, 13.87], p.monRepos, [-60.9, 13.842], p.micoud, [-60.908, 13.806], [-60.917, 13.783], [-60.925, 13.757], [-60.942, 13.743], p.vieuxFort]],
  ['Primary', 'West Coast Road', [p.vieuxFort, [-60.968, 13.74], p.augier, [-60.987, 13.757], [-61.012, 13.765], p.laFargue, p.choiseul]],
  ['Primary', 'West Coast Road', [p.choiseul, p.delcer, [-61.047, 13.808], p.etangs, [-61.049, 13.842], p.soufriere]],
  ['Primary', 'West Coast Road', [p.soufriere, [-61.052, 13.868], [-61.06, 13.886], p.canaries, [-61.055, 13.917], p.jacmel, p.anseLaRaye, p.roseau, [-61.019, 13.972], [-61.008, 13.98]]],
  ['Secondary', 'Allan Bousquet Highway', [[-60.9825, 14.0275], p.unionAgri, [-60.959, 14.022], p.babonneau]],
  ['Secondary', 'La Guerre Road', [p.babonneau, p.laGuerre, p.desBarras]],
  ['Secondary', 'Monchy Road', [p.babonneau, p.grandeRiviere, p.monchy, p.rodneyBay]],
  ['Secondary', 'Cap Estate Road', [p.grosIslet, [-60.948, 14.088], p.capEstate]],
  ['Secondary', 'Marigot Road', [[-61.019, 13.972], p.marigot]],
  ['Secondary', 'Entrepôt Road', [p.castries, p.entrepot, [-60.966, 13.992], p.bexon]],
  ['Secondary', 'Millet Road', [p.bexon, [-60.982, 13.945], p.millet]],
  ['Secondary', 'Desruisseaux Road', [[-60.908, 13.806], p.tiRocher, p.desruisseaux, p.belleVue, p.graceVieuxFort, p.augier]],
  ['Secondary', 'Laborie Road', [[-60.987, 13.757], p.laborie, [-61.003, 13.7575], [-61.012, 13.765]]],
  ['Secondary', 'Saltibus Road', [p.laFargue, p.dugard, p.saltibus, [-60.99, 13.785], p.graceVieuxFort]],
  ['Secondary', 'Fond St Jacques Road', [p.soufriere, [-61.044, 13.85], p.fondStJacques, [-61.015, 13.842]]],
  ['Secondary', 'Mahaut Road', [p.micoud, [-60.918, 13.832], p.mahaut]],
  ['Secondary', 'Grande Rivière Road', [p.richfond, p.grandeRiviereDennery, [-60.926, 13.926]]],
  ['Secondary', 'Vigie Road', [p.castries, p.laClery, [-60.9865, 14.0235], [-60.998, 14.021]]],
  ['Secondary', 'La Toc Road', [p.castries, [-61.003, 14.008], [-61.0135, 14.0115]]],
]

const courseOf = (points: Position[], random: Random): Position[] => {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const line = smooth(roughen(through(points.map(toMetres), 5), random, { amount: 0.13, times: 1 }), {
      closed: false,
    })
    if (line.every(isOnLand)) return line
  }
  throw new Error(`A road leaves the island near ${points[0]}.`)
}

/** Leaves a road at one of its vertices and ends inland or at the coast, never in the sea. */
const spurFrom = (road: Position[], reach: [number, number], random: Random): Position[] => {
  for (let attempt = 0; attempt < 80; attempt += 1) {
    const at = Math.floor(between(random, 2, road.length - 2))
    const start = around(road, at)
    const next = around(road, at + 1)
    const heading =
      Math.atan2(next[1] - start[1], next[0] - start[0]) +
      pick(random, [-1, 1] as const) * between(random, 1, 1.9)
    const length = between(random, ...reach)
    const end: Position = [start[0] + Math.cos(heading) * length, start[1] + Math.sin(heading) * length]
    const line = smooth(roughen([start, end], random, { amount: 0.16, times: 4 }), { closed: false })
    const isClear = line.slice(6).every((point) => {
      const near = around(road, nearestIndex(road, point))
      return Math.hypot(near[0] - point[0], near[1] - point[1]) > 90
    })
    if (isClear && line.every(isOnLand)) return line
  }
  throw new Error('No room for a side road.')
}

export const roads = (): Table => {
  const random = seededRandom(221)
  const rows: Table['rows'] = []
  const add = (line: Position[], name: string | null, roadClass: RoadClass) => {
    const { surface, lanes, widthMetres, speed } = classes[roadClass]
    const isInspected = random() > (roadClass === 'Track' ? 0.7 : 0.15)
    rows.push({
      geometry: { type: 'LineString', coordinates: line.map(toDegrees) },
      values: [
        `RD-${String(rows.length + 1).padStart(3, '0')}`,
        name,
        roadClass,
        pick(random, surface),
        lanes,
        round(between(random, ...widthMetres), 1),
        speed,
        round(lengthOf(line) / 1000, 3),
        roadClass === 'Primary' || (roadClass === 'Secondary' && random() > 0.5),
        isInspected
          ? `2024-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`
          : null,
      ],
    })
    return line
  }
  const network = trunk.map(([roadClass, name, points]) => add(courseOf(points, random), name, roadClass))
  const feeders = Array.from({ length: 46 }, () =>
    add(spurFrom(pick(random, network), [500, 1900], random), null, 'Feeder'),
  )
  for (let index = 0; index < 30; index += 1)
    add(spurFrom(pick(random, feeders), [400, 1500], random), null, 'Track')
  return {
    name: 'roads',
    title: 'Roads',
    description: 'Illustrative: roads by class',
    geometry: { type: 'LINESTRING', epsg: 4326 },
    columns: [
      { name: 'road_id', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'class', type: 'TEXT' },
      { name: 'surface', type: 'TEXT' },
      { name: 'lanes', type: 'MEDIUMINT' },
      { name: 'width_m', type: 'REAL' },
      { name: 'speed_kmh', type: 'MEDIUMINT' },
      { name: 'length_km', type: 'REAL' },
      { name: 'is_lit', type: 'BOOLEAN' },
      { name: 'inspected_on', type: 'DATE' },
    ],
    rows,
  }
}
