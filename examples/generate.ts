/**
 * Writes the GeoPackages of the examples: `node examples/generate.ts`. The same script gives the
 * same bytes. Everything is invented; see README.md.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Table, writeGeoPackage } from './geopackage-writer.ts'
import { coastalHabitats } from './layers/coastal-habitats.ts'
import { healthCentres } from './layers/health-centres.ts'
import { marineReserves } from './layers/marine-reserves.ts'
import { parishesQuarters } from './layers/parishes-quarters.ts'
import { rainfallMonthly, rainGauges } from './layers/rainfall.ts'
import { rivers } from './layers/rivers.ts'
import { roads } from './layers/roads.ts'

const tables: (() => Table)[] = [
  coastalHabitats,
  parishesQuarters,
  rivers,
  roads,
  healthCentres,
  rainGauges,
  rainfallMonthly,
  marineReserves,
]

/** Into `folder`/<name>/<name>.gpkg; returns the paths. */
export const generateExamples = (folder: string) =>
  tables.map((make) => {
    const table = make()
    mkdirSync(join(folder, table.name), { recursive: true })
    const path = join(folder, table.name, `${table.name}.gpkg`)
    writeGeoPackage(path, table)
    return path
  })

if (import.meta.main) {
  for (const path of generateExamples(process.argv[2] ?? import.meta.dirname)) console.log(path)
}
