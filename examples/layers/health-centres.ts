/** Health centres: points with a kind, numbers that may be missing, and a date and time of the last visit. */
import { places } from '../geography.ts'
import type { Table } from '../geopackage-writer.ts'
import { isOnLand } from '../island.ts'
import { between, type Position, round, seededRandom, toMetres } from '../shapes.ts'

type Kind = 'Hospital' | 'Polyclinic' | 'Wellness centre'

const centres: [name: string, kind: Kind, quarter: string, near: Position][] = [
  ['Millennium Heights Hospital', 'Hospital', 'Castries', [-60.983, 14.003]],
  ['St Jude Hospital', 'Hospital', 'Vieux Fort', [-60.957, 13.737]],
  ['Hôpital de Soufrière', 'Hospital', 'Soufrière', places.soufriere],
  ['Dennery Hospital', 'Hospital', 'Dennery', places.dennery],
  ['Gros Islet Polyclinic', 'Polyclinic', 'Gros Islet', places.grosIslet],
  ['Castries Urban Polyclinic', 'Polyclinic', 'Castries', places.castries],
  ['Micoud Polyclinic', 'Polyclinic', 'Micoud', places.micoud],
  ['Monchy Wellness Centre', 'Wellness centre', 'Gros Islet', places.monchy],
  ['Grande Rivière Wellness Centre', 'Wellness centre', 'Gros Islet', places.grandeRiviere],
  ['Babonneau Wellness Centre', 'Wellness centre', 'Castries', places.babonneau],
  ['La Guerre Wellness Centre', 'Wellness centre', 'Castries', places.laGuerre],
  ['Des Barras Wellness Centre', 'Wellness centre', 'Gros Islet', places.desBarras],
  ['La Clery Wellness Centre', 'Wellness centre', 'Castries', places.laClery],
  ['Entrepôt Wellness Centre', 'Wellness centre', 'Castries', places.entrepot],
  ['Ciceron Wellness Centre', 'Wellness centre', 'Castries', places.ciceron],
  ['Bexon Wellness Centre', 'Wellness centre', 'Castries', places.bexon],
  ['Roseau Wellness Centre', 'Wellness centre', 'Anse La Raye', places.roseau],
  ['Anse La Raye Wellness Centre', 'Wellness centre', 'Anse La Raye', places.anseLaRaye],
  ['Jacmel Wellness Centre', 'Wellness centre', 'Anse La Raye', places.jacmel],
  ['Millet Wellness Centre', 'Wellness centre', 'Anse La Raye', places.millet],
  ['Canaries Wellness Centre', 'Wellness centre', 'Canaries', places.canaries],
  ['Fond St Jacques Wellness Centre', 'Wellness centre', 'Soufrière', places.fondStJacques],
  ['Étangs Wellness Centre', 'Wellness centre', 'Soufrière', places.etangs],
  ['Delcer Wellness Centre', 'Wellness centre', 'Choiseul', places.delcer],
  ['La Fargue Wellness Centre', 'Wellness centre', 'Choiseul', places.laFargue],
  ['Saltibus Wellness Centre', 'Wellness centre', 'Laborie', places.saltibus],
  ['Laborie Wellness Centre', 'Wellness centre', 'Laborie', places.laborie],
  ['Grace Wellness Centre', 'Wellness centre', 'Vieux Fort', places.graceVieuxFort],
  ['Belle Vue Wellness Centre', 'Wellness centre', 'Vieux Fort', places.belleVue],
  ['Desruisseaux Wellness Centre', 'Wellness centre', 'Micoud', places.desruisseaux],
  ['Ti Rocher Wellness Centre', 'Wellness centre', 'Micoud', places.tiRocher],
  ['Mon Repos Wellness Centre', 'Wellness centre', 'Micoud', places.monRepos],
  ['Mahaut Wellness Centre', 'Wellness centre', 'Micoud', places.mahaut],
  ['Richfond Wellness Centre', 'Wellness centre', 'Dennery', places.richfond],
  ['La Ressource Wellness Centre', 'Wellness centre', 'Dennery', places.laResource],
]

export const healthCentres = (): Table => {
  const random = seededRandom(1885)
  return {
    name: 'health_centres',
    title: 'Health centres',
    description: 'Illustrative: hospitals, polyclinics and wellness centres with invented figures',
    geometry: { type: 'POINT', epsg: 4326 },
    columns: [
      { name: 'centre_id', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'kind', type: 'TEXT' },
      { name: 'quarter', type: 'TEXT' },
      { name: 'beds', type: 'INTEGER' },
      { name: 'staff', type: 'INTEGER' },
      { name: 'open_day_and_night', type: 'BOOLEAN' },
      { name: 'opened_on', type: 'DATE' },
      { name: 'visited_at', type: 'DATETIME' },
    ],
    rows: centres.map(([name, kind, quarter, [lon, lat]], index) => {
      const point: Position = [
        round(lon + between(random, -0.0006, 0.0006), 6),
        round(lat + between(random, -0.0006, 0.0006), 6),
      ]
      if (!isOnLand(toMetres(point))) throw new Error(`${name} is in the sea.`)
      const beds = kind === 'Hospital' ? Math.round(between(random, 20, 160)) : null
      const isVisited = random() > 0.2
      const twoDigits = (low: number, high: number) =>
        String(Math.floor(between(random, low, high))).padStart(2, '0')
      return {
        geometry: { type: 'Point', coordinates: point },
        values: [
          `HC-${String(index + 1).padStart(2, '0')}`,
          name,
          kind,
          quarter,
          beds,
          Math.round(kind === 'Hospital' ? between(random, 60, 420) : between(random, 3, 38)),
          kind === 'Hospital',
          random() > 0.3
            ? `${Math.floor(between(random, 1962, 2016))}-${twoDigits(1, 13)}-${twoDigits(1, 29)}`
            : null,
          isVisited
            ? `2025-${twoDigits(1, 13)}-${twoDigits(1, 29)}T${twoDigits(12, 21)}:${twoDigits(0, 60)}:00.000Z`
            : null,
        ],
      }
    }),
  }
}
