/** Rain gauges and what they measured: points, and a table without geometry that refers to them. */
import { places } from '../geography.ts'
import type { Table } from '../geopackage-writer.ts'
import { isOnLand } from '../island.ts'
import { between, type Position, round, seededRandom, toMetres } from '../shapes.ts'

type Gauge = {
  name: string
  at: Position
  elevationMetres: number
  installed: string | null
  isAutomatic: boolean
}

// biome-ignore format: a line for each gauge reads as a table.
const gauges: Gauge[] = [
  { name: 'Cap Estate', at: places.capEstate, elevationMetres: 42, installed: '1998-03-01', isAutomatic: true },
  { name: 'Union Agricultural Station', at: places.unionAgri, elevationMetres: 12, installed: '1962-01-01', isAutomatic: true },
  { name: 'George F. L. Charles Airport', at: [-60.9945, 14.0195], elevationMetres: 4, installed: '1967-06-15', isAutomatic: true },
  { name: 'Babonneau', at: places.babonneau, elevationMetres: 188, installed: null, isAutomatic: false },
  { name: 'Desbarras', at: places.desBarras, elevationMetres: 165, installed: '2004-08-20', isAutomatic: false },
  { name: 'Bexon', at: places.bexon, elevationMetres: 48, installed: '1988-11-02', isAutomatic: false },
  { name: 'Barre de l’Isle', at: places.barreDeLIsle, elevationMetres: 310, installed: '1974-05-09', isAutomatic: true },
  { name: 'Roseau', at: places.roseau, elevationMetres: 15, installed: '1959-01-01', isAutomatic: false },
  { name: 'John Compton Dam', at: places.johnCompton, elevationMetres: 128, installed: '1995-10-01', isAutomatic: true },
  { name: 'Millet', at: places.millet, elevationMetres: 240, installed: '1996-02-12', isAutomatic: false },
  { name: 'Dennery (La Ressource)', at: places.laResource, elevationMetres: 60, installed: '1981-07-01', isAutomatic: false },
  { name: 'Canaries', at: places.canaries, elevationMetres: 20, installed: null, isAutomatic: false },
  { name: 'Soufrière', at: places.soufriere, elevationMetres: 18, installed: '1966-01-01', isAutomatic: true },
  { name: 'Edmund Forest', at: places.edmundForest, elevationMetres: 512, installed: '1984-09-18', isAutomatic: true },
  { name: 'Quilesse', at: places.quilesse, elevationMetres: 395, installed: '1977-04-04', isAutomatic: false },
  { name: 'Mahaut', at: places.mahaut, elevationMetres: 205, installed: '1992-12-01', isAutomatic: false },
  { name: 'Mon Repos', at: places.monRepos, elevationMetres: 96, installed: '2011-06-30', isAutomatic: true },
  { name: 'Troumassée', at: places.tiRocher, elevationMetres: 110, installed: '1969-03-03', isAutomatic: false },
  { name: 'Saltibus', at: places.saltibus, elevationMetres: 268, installed: '1990-01-22', isAutomatic: false },
  { name: 'Choiseul (Delcer)', at: places.delcer, elevationMetres: 155, installed: '2008-05-05', isAutomatic: true },
  { name: 'Laborie', at: places.laborie, elevationMetres: 30, installed: null, isAutomatic: false },
  { name: 'Hewanorra Airport', at: places.hewanorra, elevationMetres: 3, installed: '1973-01-01', isAutomatic: true },
]

const idOf = (index: number) => `RG-${String(index + 1).padStart(2, '0')}`

/** Mean millimetres a month at sea level; the hills get more. January first. */
const normals = [95, 72, 66, 82, 108, 152, 182, 198, 210, 224, 205, 132]
/** A dry, a middling and a wet year. */
const years = [
  { year: 2023, factor: 0.86 },
  { year: 2024, factor: 1 },
  { year: 2025, factor: 1.17 },
]

const wetness = (elevationMetres: number) => 0.82 + elevationMetres / 330

type Month = {
  gauge: number
  day: string
  millimetres: number | null
  wettestDay: number | null
  rainyDays: number | null
  note: string | null
}

const months = (): Month[] => {
  const random = seededRandom(1780)
  return gauges.flatMap((gauge, index) =>
    years.flatMap(({ year, factor }) =>
      normals.map((normal, month): Month => {
        const day = `${year}-${String(month + 1).padStart(2, '0')}-01`
        const millimetres = round(
          normal * factor * wetness(gauge.elevationMetres) * between(random, 0.55, 1.5),
          1,
        )
        const share = between(random, 0.14, 0.42)
        const rainyDays = Math.min(30, Math.round(4 + millimetres / between(random, 11, 17)))
        const isMissing = random() < (gauge.isAutomatic ? 0.012 : 0.05)
        if (isMissing) {
          return {
            gauge: index,
            day,
            millimetres: null,
            wettestDay: null,
            rainyDays: null,
            note: gauge.isAutomatic ? 'Logger failed' : 'Observer absent',
          }
        }
        return {
          gauge: index,
          day,
          millimetres,
          wettestDay: round(millimetres * share, 1),
          rainyDays,
          note: null,
        }
      }),
    ),
  )
}

export const rainGauges = (): Table => {
  const random = seededRandom(1898)
  const measured = months()
  return {
    name: 'rain_gauges',
    title: 'Rain gauges',
    description: 'Illustrative: rain gauges with height, age and invented mean annual rainfall',
    geometry: { type: 'POINT', epsg: 4326 },
    columns: [
      { name: 'gauge_id', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'elevation_m', type: 'INTEGER' },
      { name: 'annual_mm', type: 'REAL' },
      { name: 'is_automatic', type: 'BOOLEAN' },
      { name: 'installed_on', type: 'DATE' },
      { name: 'last_reading_at', type: 'DATETIME' },
    ],
    rows: gauges.map((gauge, index) => {
      const point: Position = [
        round(gauge.at[0] + between(random, -0.002, 0.002), 6),
        round(gauge.at[1] + between(random, -0.002, 0.002), 6),
      ]
      const place = isOnLand(toMetres(point)) ? point : gauge.at
      if (!isOnLand(toMetres(place))) throw new Error(`${gauge.name} is in the sea.`)
      const total = measured
        .filter((month) => month.gauge === index)
        .reduce((sum, month) => sum + (month.millimetres ?? 0), 0)
      const hour = String(Math.floor(between(random, 0, 24))).padStart(2, '0')
      return {
        geometry: { type: 'Point', coordinates: place },
        values: [
          idOf(index),
          gauge.name,
          gauge.elevationMetres,
          round(total / years.length, 1),
          gauge.isAutomatic,
          gauge.installed,
          gauge.isAutomatic ? `2025-12-31T${hour}:00:00.000Z` : null,
        ],
      }
    }),
  }
}

export const rainfallMonthly = (): Table => ({
  name: 'rainfall_monthly',
  title: 'Monthly rainfall',
  description: 'Illustrative: invented monthly rainfall of every rain gauge, 2023 to 2025; no geometry',
  geometry: null,
  columns: [
    { name: 'gauge_id', type: 'TEXT' },
    { name: 'month', type: 'DATE' },
    { name: 'rainfall_mm', type: 'REAL' },
    { name: 'wettest_day_mm', type: 'REAL' },
    { name: 'rainy_days', type: 'INTEGER' },
    { name: 'is_complete', type: 'BOOLEAN' },
    { name: 'remarks', type: 'TEXT' },
  ],
  rows: months().map((month) => ({
    values: [
      idOf(month.gauge),
      month.day,
      month.millimetres,
      month.wettestDay,
      month.rainyDays,
      month.millimetres !== null,
      month.note,
    ],
  })),
})
