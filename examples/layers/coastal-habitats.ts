/** Coastal habitats: strips of land and sea along the coast. The collection that the user guide names. */
import type { Table } from '../geopackage-writer.ts'
import { strip } from '../island.ts'
import {
  areaOf,
  between,
  type Position,
  pick,
  round,
  seededRandom,
  selfIntersects,
  toPolygon,
} from '../shapes.ts'

type Habitat = 'Mangrove' | 'Seagrass bed' | 'Coral reef' | 'Sandy beach' | 'Rocky shore' | 'Littoral forest'

/** Metres out to sea (negative: inland) between which a habitat lies, and how deep it is. */
const where: Record<
  Habitat,
  { from: [number, number]; to: [number, number]; depth: [number, number] | null }
> = {
  Mangrove: { from: [-40, -20], to: [-330, -170], depth: null },
  'Seagrass bed': { from: [70, 120], to: [280, 430], depth: [1, 9] },
  'Coral reef': { from: [190, 320], to: [400, 560], depth: [3, 28] },
  'Sandy beach': { from: [22, 30], to: [-70, -45], depth: null },
  'Rocky shore': { from: [40, 60], to: [-60, -40], depth: null },
  'Littoral forest': { from: [-70, -90], to: [-420, -280], depth: null },
}

type Site = [habitat: Habitat, name: string | null, near: Position, lengthMetres: number]

const sites: Site[] = [
  ['Mangrove', 'Bois d’Orange', [-60.962, 14.0665], 900],
  ['Mangrove', 'Choc', [-60.987, 14.033], 800],
  ['Mangrove', 'Marigot Bay', [-61.0255, 13.967], 500],
  ['Mangrove', 'Roseau', [-61.034, 13.9585], 700],
  ['Mangrove', 'Cas en Bas', [-60.9292, 14.0925], 700],
  ['Mangrove', 'Esperance Harbour', [-60.912, 14.058], 900],
  ['Mangrove', 'Marquis', [-60.9035, 14.032], 800],
  ['Mangrove', 'Louvet', [-60.8855, 13.9795], 700],
  ['Mangrove', 'Fond d’Or', [-60.884, 13.9365], 1000],
  ['Mangrove', 'Praslin', [-60.892, 13.876], 900],
  ['Mangrove', 'Volet', [-60.8975, 13.805], 700],
  ['Mangrove', 'Savannes Bay', [-60.915, 13.76], 1700],
  ['Mangrove', 'Mankòtè', [-60.9175, 13.7455], 1600],
  ['Seagrass bed', 'Rodney Bay', [-60.9555, 14.075], 1500],
  ['Seagrass bed', 'Choc Bay', [-60.986, 14.036], 1800],
  ['Seagrass bed', 'Vigie', [-60.993, 14.0245], 1100],
  ['Seagrass bed', 'Cas en Bas', [-60.9288, 14.092], 1300],
  ['Seagrass bed', 'Anse Lavoutte', [-60.9215, 14.0785], 1200],
  ['Seagrass bed', 'Esperance', [-60.91, 14.056], 1500],
  ['Seagrass bed', 'Grande Anse', [-60.895, 14.0085], 1200],
  ['Seagrass bed', 'Fond d’Or', [-60.8825, 13.934], 1300],
  ['Seagrass bed', 'Dennery', [-60.8845, 13.914], 1100],
  ['Seagrass bed', 'Praslin', [-60.889, 13.876], 1500],
  ['Seagrass bed', 'Micoud', [-60.895, 13.821], 1400],
  ['Seagrass bed', 'Savannes Bay', [-60.914, 13.759], 2400],
  ['Seagrass bed', 'Anse de Sables', [-60.928, 13.735], 2300],
  ['Seagrass bed', 'Vieux Fort Bay', [-60.957, 13.7235], 1500],
  ['Seagrass bed', 'Laborie Bay', [-60.994, 13.747], 1600],
  ['Seagrass bed', null, [-61.027, 13.7605], 1200],
  ['Coral reef', 'Pigeon Island', [-60.968, 14.093], 900],
  ['Coral reef', 'Marisule', [-60.979, 14.053], 1300],
  ['Coral reef', 'Tapion', [-61.0135, 14.018], 800],
  ['Coral reef', 'Rachette Point', [-61.0555, 13.931], 1500],
  ['Coral reef', 'Anse La Raye Wall', [-61.044, 13.949], 1200],
  ['Coral reef', 'Canaries', [-61.069, 13.908], 1300],
  ['Coral reef', 'Anse Mamin', [-61.074, 13.877], 1200],
  ['Coral reef', 'Anse Chastanet', [-61.0775, 13.866], 1200],
  ['Coral reef', 'Malgré Toute', [-61.062, 13.848], 700],
  ['Coral reef', 'Petit Piton Wall', [-61.0705, 13.837], 900],
  ['Coral reef', 'Coral Gardens', [-61.0775, 13.807], 1500],
  ['Coral reef', 'Choiseul', [-61.05, 13.7735], 1200],
  ['Coral reef', 'Laborie Reef', [-60.997, 13.747], 1700],
  ['Coral reef', 'Black Bay', [-60.979, 13.738], 1100],
  ['Coral reef', 'Maria Islands', [-60.936, 13.729], 1300],
  ['Coral reef', 'Anse de Sables', [-60.925, 13.738], 1600],
  ['Coral reef', 'Burgot Point', [-60.911, 13.751], 1700],
  ['Coral reef', null, [-60.903, 13.776], 1500],
  ['Coral reef', 'Troumassée', [-60.894, 13.812], 1200],
  ['Coral reef', null, [-60.886, 13.845], 1600],
  ['Coral reef', 'Caille Blanche', [-60.876, 13.95], 1200],
  ['Sandy beach', 'Reduit', [-60.957, 14.0705], 1500],
  ['Sandy beach', 'Vigie', [-60.9935, 14.0243], 1200],
  ['Sandy beach', 'Choc', [-60.987, 14.034], 1400],
  ['Sandy beach', 'La Toc', [-61.02, 14.0125], 600],
  ['Sandy beach', 'Anse La Raye', [-61.0435, 13.9435], 500],
  ['Sandy beach', 'Anse Cochon', [-61.0565, 13.93], 400],
  ['Sandy beach', 'Anse Chastanet', [-61.0755, 13.864], 450],
  ['Sandy beach', 'Soufrière', [-61.059, 13.855], 700],
  ['Sandy beach', 'Anse des Pitons', [-61.0668, 13.828], 550],
  ['Sandy beach', 'Laborie', [-60.995, 13.7483], 800],
  ['Sandy beach', 'Anse de Sables', [-60.9295, 13.7345], 1900],
  ['Sandy beach', 'Fond d’Or', [-60.8835, 13.9385], 600],
  ['Sandy beach', 'Grande Anse', [-60.896, 14.0075], 1100],
  ['Sandy beach', 'Anse Louvet', [-60.8858, 13.9797], 700],
  ['Sandy beach', 'Cas en Bas', [-60.929, 14.0925], 500],
  ['Rocky shore', 'Pointe du Cap', [-60.946, 14.1097], 1100],
  ['Rocky shore', 'Pointe Hardy', [-60.932, 14.107], 800],
  ['Rocky shore', 'Cape Marquis', [-60.8975, 14.0245], 1300],
  ['Rocky shore', 'Grand Caille', [-61.0795, 13.8675], 700],
  ['Rocky shore', 'Gros Piton', [-61.0778, 13.81], 1300],
  ['Rocky shore', 'Moule à Chique', [-60.944, 13.7095], 1400],
  ['Rocky shore', null, [-60.8745, 13.9605], 1200],
  ['Rocky shore', 'Pointe des Caps', [-60.8805, 13.9045], 900],
  ['Littoral forest', 'Moule à Chique', [-60.939, 13.715], 900],
  ['Littoral forest', 'Louvet', [-60.8795, 13.9725], 1500],
  ['Littoral forest', 'Grande Anse', [-60.8925, 14.0015], 1300],
  ['Littoral forest', 'Anse La Liberté', [-61.0685, 13.912], 1200],
  ['Littoral forest', 'Anse Mamin', [-61.073, 13.881], 1100],
  ['Littoral forest', 'Choiseul', [-61.06, 13.782], 1100],
  ['Littoral forest', null, [-60.888, 13.86], 1300],
]

const conditions = ['Good', 'Fair', 'Poor'] as const
const remarks = [
  'Boundary read from imagery; not walked.',
  'Sargassum stranded along the outer edge during the survey.',
  'Replanting under way since 2021.',
  'Storm damage seen after 2021; regrowth patchy.',
]

/** Tries again with other random numbers when a strip crosses itself in a tight bay. */
const shapeFor = (habitat: Habitat, near: Position, length: number, random: () => number) => {
  const { from, to } = where[habitat]
  const follows = habitat === 'Coral reef' || habitat === 'Seagrass bed' ? 'trend' : 'shore'
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const shrink = 1 - attempt * 0.012
    const limits = { from: between(random, ...from) * shrink, to: between(random, ...to) * shrink }
    const ring = strip(near, { ...limits, length: length * 1.7 * shrink, follows }, random)
    if (!selfIntersects(ring)) return ring
  }
  throw new Error(`No sound shape for ${habitat} at ${near}.`)
}

export const coastalHabitats = (): Table => {
  const random = seededRandom(2026)
  const rows = sites.map(([habitat, name, near, length], index) => {
    const ring = shapeFor(habitat, near, length, random)
    const { depth } = where[habitat]
    const shallow = depth ? round(between(random, depth[0], depth[0] + 2), 1) : null
    const deep = depth ? round(between(random, depth[1] * 0.6, depth[1]), 1) : null
    const isSurveyed = random() > 0.08
    const day = `${2022 + Math.floor(random() * 3)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}`
    return {
      geometry: { type: 'MultiPolygon' as const, coordinates: [toPolygon(ring)] },
      values: [
        `CH-${String(index + 1).padStart(3, '0')}`,
        habitat,
        name,
        isSurveyed ? pick(random, conditions) : null,
        round(Math.abs(areaOf(ring)) / 10_000, 2),
        shallow,
        deep,
        isSurveyed ? day : null,
        random() > 0.6,
        random() > 0.75 ? pick(random, remarks) : null,
      ],
    }
  })
  return {
    name: 'coastal_habitats',
    title: 'Coastal habitats',
    description:
      'Illustrative: mangroves, seagrass beds, coral reefs, beaches, rocky shores and littoral forest',
    geometry: { type: 'MULTIPOLYGON', epsg: 4326 },
    columns: [
      { name: 'habitat_id', type: 'TEXT' },
      { name: 'habitat', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'condition', type: 'TEXT' },
      { name: 'area_ha', type: 'REAL' },
      { name: 'depth_min_m', type: 'REAL' },
      { name: 'depth_max_m', type: 'REAL' },
      { name: 'surveyed_on', type: 'DATE' },
      { name: 'is_protected', type: 'BOOLEAN' },
      { name: 'remarks', type: 'TEXT' },
    ],
    rows,
  }
}
