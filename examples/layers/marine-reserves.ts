/** Marine management zones, kept in the national grid (EPSG:2006) so that a second coordinate system is shown. */
import { toBwiGrid } from '../bwi-grid.ts'
import type { Table } from '../geopackage-writer.ts'
import { strip } from '../island.ts'
import { areaOf, type Position, round, seededRandom, selfIntersects, toPolygon } from '../shapes.ts'

type Zone = 'Marine reserve' | 'Fishing priority' | 'Multiple use' | 'Recreation' | 'Mooring'

// biome-ignore format: a line for each zone reads as a table.
const zones: [zone: Zone, name: string, area: string | null, near: Position, lengthMetres: number, declared: string | null][] = [
  ['Marine reserve', 'Anse Chastanet', 'Soufrière', [-61.076, 13.8645], 1300, '1995-07-01'],
  ['Marine reserve', 'Grand Caille & Rachette', 'Soufrière', [-61.0775, 13.874], 900, '1995-07-01'],
  ['Multiple use', 'Anse Mamin', 'Soufrière', [-61.0725, 13.8805], 700, '1995-07-01'],
  ['Mooring', 'Baie de Soufrière', 'Soufrière', [-61.062, 13.859], 650, '1995-07-01'],
  ['Fishing priority', 'Soufrière', 'Soufrière', [-61.059, 13.8515], 800, '1995-07-01'],
  ['Recreation', 'Malgré Toute', 'Soufrière', [-61.065, 13.8455], 650, '2001-02-15'],
  ['Marine reserve', 'Petit Piton', 'Soufrière', [-61.0712, 13.838], 850, '1995-07-01'],
  ['Mooring', 'Anse des Pitons', 'Soufrière', [-61.067, 13.8285], 700, '1995-07-01'],
  ['Marine reserve', 'Gros Piton', 'Soufrière', [-61.0765, 13.8135], 1500, '1995-07-01'],
  ['Fishing priority', 'L’Ivrogne', 'Soufrière', [-61.0705, 13.7965], 1000, '1995-07-01'],
  ['Fishing priority', 'Canaries', 'Canaries–Anse La Raye', [-61.0685, 13.9045], 1500, '1998-11-10'],
  ['Marine reserve', 'Anse Cochon', 'Canaries–Anse La Raye', [-61.057, 13.9285], 1300, '1998-11-10'],
  ['Multiple use', 'Anse La Raye', 'Canaries–Anse La Raye', [-61.0455, 13.942], 1100, '1998-11-10'],
  ['Recreation', 'Anse Galet', 'Canaries–Anse La Raye', [-61.0625, 13.9175], 700, null],
  ['Marine reserve', 'Pigeon Island', 'Pointe Sable and north', [-60.9675, 14.093], 1200, '2004-01-01'],
  ['Marine reserve', 'Maria Islands', 'Pointe Sable', [-60.9345, 13.7305], 1900, '1982-05-13'],
  ['Fishing priority', 'Savannes Bay', 'Pointe Sable', [-60.914, 13.7595], 1900, '1986-09-01'],
  ['Marine reserve', 'Mankòtè', 'Pointe Sable', [-60.9185, 13.745], 1300, '1986-09-01'],
  ['Multiple use', 'Praslin', null, [-60.8895, 13.8755], 1500, null],
  ['Fishing priority', 'Laborie', null, [-60.996, 13.747], 1800, null],
]

const reach: Record<Zone, number> = {
  'Marine reserve': 620,
  'Fishing priority': 700,
  'Multiple use': 560,
  Recreation: 320,
  Mooring: 420,
}

export const marineReserves = (): Table => {
  const random = seededRandom(1995)
  return {
    name: 'marine_reserves',
    title: 'Marine management zones',
    description:
      'Illustrative: zones of marine management areas, in St. Lucia 1955 / British West Indies Grid',
    geometry: { type: 'MULTIPOLYGON', epsg: 2006 },
    columns: [
      { name: 'zone_id', type: 'TEXT' },
      { name: 'name', type: 'TEXT' },
      { name: 'zone', type: 'TEXT' },
      { name: 'management_area', type: 'TEXT' },
      { name: 'area_ha', type: 'REAL' },
      { name: 'fishing_allowed', type: 'BOOLEAN' },
      { name: 'anchoring_allowed', type: 'BOOLEAN' },
      { name: 'declared_on', type: 'DATE' },
    ],
    rows: zones.map(([zone, name, area, near, length, declared], index) => {
      const ring = Array.from({ length: 60 }, () =>
        strip(near, { from: 60, to: reach[zone], length }, random),
      ).find((shape) => !selfIntersects(shape))
      if (!ring) throw new Error(`No sound shape for ${name}.`)
      const grid = toPolygon(ring).map((part) => part.map(toBwiGrid))
      return {
        geometry: { type: 'MultiPolygon', coordinates: [grid] },
        values: [
          `MZ-${String(index + 1).padStart(2, '0')}`,
          name,
          zone,
          area,
          round(Math.abs(areaOf(ring)) / 10_000, 2),
          zone === 'Fishing priority' || zone === 'Multiple use',
          zone === 'Mooring' || zone === 'Multiple use',
          declared,
        ],
      }
    }),
  }
}
