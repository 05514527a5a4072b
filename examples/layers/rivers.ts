/** Rivers: from the hills to the sea, each main river with the tributaries that reach it. */
import type { Table } from '../geopackage-writer.ts'
import { coast, coastIndexNear, isOnLand } from '../island.ts'
import {
  around,
  between,
  distance,
  lengthOf,
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

type River = { name: string; mouth: Position; course: Position[]; tributaries: number; basin: string | null }

/** Courses from the source down; the mouth is put on the coast. */
// biome-ignore format: a line for each river is easier to compare with a map.
const courses: River[] = [
  { name: 'Roseau River', mouth: [-61.035, 13.9575], course: [[-60.985, 13.902], [-60.995, 13.925], [-61.012, 13.945]], tributaries: 5, basin: 'Roseau' },
  { name: 'Cul de Sac River', mouth: [-61.0285, 13.985], course: [[-60.957, 13.951], [-60.978, 13.966], [-61.005, 13.977]], tributaries: 4, basin: 'Cul de Sac' },
  { name: 'Castries River', mouth: [-60.9915, 14.0105], course: [[-60.966, 13.988], [-60.976, 13.999]], tributaries: 1, basin: 'Castries' },
  { name: 'Choc River', mouth: [-60.987, 14.033], course: [[-60.948, 14.003], [-60.962, 14.018], [-60.976, 14.028]], tributaries: 2, basin: 'Choc' },
  { name: 'Bois d’Orange River', mouth: [-60.9615, 14.067], course: [[-60.938, 14.03], [-60.95, 14.049]], tributaries: 2, basin: 'Bois d’Orange' },
  { name: 'Marquis River', mouth: [-60.9045, 14.0325], course: [[-60.937, 13.993], [-60.929, 14.011], [-60.915, 14.027]], tributaries: 3, basin: 'Marquis' },
  { name: 'Grande Anse River', mouth: [-60.8965, 14.007], course: [[-60.918, 13.996], [-60.906, 14.002]], tributaries: 1, basin: null },
  { name: 'Louvet River', mouth: [-60.886, 13.98], course: [[-60.915, 13.978], [-60.899, 13.982]], tributaries: 1, basin: null },
  { name: 'Fond d’Or River', mouth: [-60.8845, 13.935], course: [[-60.947, 13.93], [-60.925, 13.937], [-60.903, 13.939]], tributaries: 5, basin: 'Mabouya' },
  { name: 'Dennery River', mouth: [-60.8875, 13.912], course: [[-60.945, 13.907], [-60.922, 13.914], [-60.902, 13.911]], tributaries: 3, basin: 'Dennery' },
  { name: 'Praslin River', mouth: [-60.893, 13.874], course: [[-60.93, 13.889], [-60.911, 13.882]], tributaries: 1, basin: null },
  { name: 'Fond River', mouth: [-60.8905, 13.8455], course: [[-60.945, 13.862], [-60.918, 13.852]], tributaries: 2, basin: 'Fond' },
  { name: 'Troumassée River', mouth: [-60.8955, 13.8085], course: [[-60.977, 13.862], [-60.955, 13.842], [-60.931, 13.825], [-60.911, 13.814]], tributaries: 6, basin: 'Troumassée' },
  { name: 'Canelles River', mouth: [-60.908, 13.7765], course: [[-60.972, 13.824], [-60.949, 13.802], [-60.926, 13.785]], tributaries: 4, basin: 'Canelles' },
  { name: 'Vieux Fort River', mouth: [-60.962, 13.724], course: [[-60.974, 13.806], [-60.966, 13.779], [-60.963, 13.748]], tributaries: 4, basin: 'Vieux Fort' },
  { name: 'Rivière Piaye', mouth: [-61.0255, 13.76], course: [[-60.996, 13.813], [-61.006, 13.79], [-61.018, 13.774]], tributaries: 3, basin: 'Piaye' },
  { name: 'Rivière Dorée', mouth: [-61.0345, 13.764], course: [[-61.02, 13.812], [-61.026, 13.789]], tributaries: 3, basin: 'Dorée' },
  { name: 'Choiseul River', mouth: [-61.052, 13.7745], course: [[-61.036, 13.803], [-61.044, 13.787]], tributaries: 1, basin: null },
  { name: 'Rivière Soufrière', mouth: [-61.0585, 13.8535], course: [[-61.012, 13.846], [-61.03, 13.851], [-61.046, 13.853]], tributaries: 3, basin: 'Soufrière' },
  { name: 'Canaries River', mouth: [-61.0675, 13.9035], course: [[-61.003, 13.877], [-61.025, 13.889], [-61.049, 13.899]], tributaries: 3, basin: 'Canaries' },
  { name: 'Grande Rivière de l’Anse La Raye', mouth: [-61.043, 13.943], course: [[-61.001, 13.908], [-61.019, 13.925], [-61.033, 13.937]], tributaries: 3, basin: 'Anse La Raye' },
]

/** Leaves a bend of the main river and climbs away from it, turning little. */
const tributaryOf = (main: Position[], random: Random): Position[] => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const at = Math.floor(between(random, main.length * 0.12, main.length * 0.72))
    const joint = around(main, at)
    const upstream = around(main, at - 6)
    const turn = pick(random, [-1, 1] as const) * between(random, 0.45, 0.95)
    const heading = Math.atan2(upstream[1] - joint[1], upstream[0] - joint[0]) + turn
    const reach = between(random, 900, 2600)
    const source: Position = [joint[0] + Math.cos(heading) * reach, joint[1] + Math.sin(heading) * reach]
    const line = smooth(roughen([source, joint], random, { amount: 0.14, times: 4 }), { closed: false })
    const isClear = line.every(
      (point) =>
        isOnLand(point) &&
        main.every((other) => other === joint || distance(point, other) > 60 || distance(point, joint) < 260),
    )
    if (isClear && coast.every((point) => distance(point, source) > 600)) return line
  }
  throw new Error('No room for a tributary.')
}

const courseOf = ({ mouth, course }: River, random: Random): Position[] => {
  const end = around(coast, coastIndexNear(mouth))
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const bent = roughen([...course.map(toMetres), end], random, { amount: 0.2, times: 2 })
    const rough = roughen(through(bent, 3), random, { amount: 0.2, times: 2 })
    const line = smooth(rough, { closed: false })
    if (line.slice(0, -1).every(isOnLand)) return line
  }
  throw new Error('A river leaves the island.')
}

export const rivers = (): Table => {
  const random = seededRandom(758)
  const rows: Table['rows'] = []
  const add = (
    line: Position[],
    name: string | null,
    river: River,
    type: string,
    order: number,
    regime: string,
  ) => {
    rows.push({
      geometry: { type: 'LineString', coordinates: line.map(toDegrees) },
      values: [
        `RV-${String(rows.length + 1).padStart(3, '0')}`,
        name,
        type,
        river.basin,
        regime,
        order,
        round(lengthOf(line) / 1000, 3),
        type === 'Main river' && random() > 0.4,
      ],
    })
  }
  for (const river of courses) {
    const main = courseOf(river, random)
    const isLarge = river.tributaries >= 3
    add(main, river.name, river, isLarge ? 'Main river' : 'River', isLarge ? 3 : 2, 'Perennial')
    for (let index = 0; index < river.tributaries; index += 1) {
      const isRavine = random() > 0.55
      add(
        tributaryOf(main, random),
        null,
        river,
        isRavine ? 'Ravine' : 'Tributary',
        1,
        isRavine ? 'Intermittent' : 'Perennial',
      )
    }
  }
  return {
    name: 'rivers',
    title: 'Rivers',
    description: 'Illustrative: rivers, tributaries and ravines',
    geometry: { type: 'LINESTRING', epsg: 4326 },
    columns: [
      { name: 'river_id', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'class', type: 'TEXT' },
      { name: 'basin', type: 'TEXT' },
      { name: 'regime', type: 'TEXT' },
      { name: 'stream_order', type: 'MEDIUMINT' },
      { name: 'length_km', type: 'REAL' },
      { name: 'is_gauged', type: 'BOOLEAN' },
    ],
    rows,
  }
}
