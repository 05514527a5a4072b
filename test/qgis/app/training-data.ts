/**
 * The projects of the QGIS training data in a folder of their own, with the files they name beside them. Some of those
 * files are not part of the data; they are made here from others of it, so that every vector layer opens. The rasters of
 * the projects stay missing, as with many an analyst; two others lie beside them.
 */
import { spawnSync } from 'node:child_process'
import { copyFile, cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedData } from '../../helpers/shared-data.ts'

const ogr2ogr = (...args: string[]) => {
  const { status, stderr } = spawnSync('ogr2ogr', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ogr2ogr ${args.join(' ')}: ${stderr}`)
}

/** Countries of the names that the project's style knows, as boxes; the real ones are not part of the data. */
const countriesOf = (project: string) => {
  const names = [...project.matchAll(/<category [^>]*value="([^"]+)"/g)].map(([, name = '']) => name)
  return {
    type: 'FeatureCollection',
    features: [...new Set(names)].map((name, n) => {
      const west = -179 + (n % 24) * 14.5
      const south = -58 + Math.floor(n / 24) * 12
      const [east, north] = [west + 13, south + 10]
      const ring = [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ]
      return {
        type: 'Feature',
        properties: { name: name.replaceAll('&amp;', '&'), pop_est: (n + 1) * 900_000 },
        geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
      }
    }),
  }
}

const airports = {
  type: 'FeatureCollection',
  features: Array.from({ length: 30 }, (_, n) => ({
    type: 'Feature',
    properties: { name: `Airport ${n}`, iata_code: `A${String(n).padStart(2, '0')}` },
    geometry: { type: 'Point', coordinates: [18 + (n % 6) * 0.75, -34 + Math.floor(n / 6) * 0.5] },
  })),
}

export type TrainingData = {
  example: string
  world: string
  geopackage: string
  heights: string
  photo: string
  style: (name: string) => string
}

/** Undefined where the data is not on this machine. */
export const trainingData = async (folder: string): Promise<TrainingData | undefined> => {
  const source = sharedData('qgis-training')
  const places = sharedData('pygeoapi', 'ne_110m_populated_places_simple.geojson')
  if (source === undefined || places === undefined) return undefined
  const inFolder = (name: string) => join(folder, name)
  for (const name of ['example.qgs', 'world.qgs', 'training_data.gpkg'])
    await copyFile(join(source, name), inFolder(name))
  for (const name of await readdir(join(source, 'shapefile')))
    await copyFile(join(source, 'shapefile', name), inFolder(name))
  await cp(join(source, 'styles'), inFolder('styles'), { recursive: true })

  await copyFile(join(source, 'dem/SRTM.tif'), inFolder('SRTM.tif'))
  await copyFile(join(source, 'raster/3320D_2010_315_RGB_LATLNG.tif'), inFolder('photo.tif'))

  const gpkg = inFolder('training_data.gpkg')
  const projected = (name: string) => join(source, 'projected_data', `${name}_33S.shp`)
  ogr2ogr(inFolder('streets.shp'), gpkg, 'roads', '-limit', '150')
  ogr2ogr(inFolder('school_property.shp'), gpkg, 'schools')
  ogr2ogr(inFolder('test.shp'), gpkg, 'restaurants')
  ogr2ogr('-t_srs', 'EPSG:4326', inFolder('rural.shp'), projected('farms'))
  ogr2ogr('-t_srs', 'EPSG:4326', inFolder('urban.shp'), projected('urban'))

  const world = await readFile(inFolder('world.qgs'), 'utf8')
  await writeFile(inFolder('countries.geojson'), JSON.stringify(countriesOf(world)))
  await writeFile(inFolder('airports.geojson'), JSON.stringify(airports))
  const database = inFolder('naturalearth.sqlite')
  const table = ['-f', 'SQLite', '-lco', 'GEOMETRY_NAME=geom', '-lco', 'LAUNDER=NO']
  ogr2ogr(...table, '-dsco', 'SPATIALITE=YES', '-nln', 'countries', database, inFolder('countries.geojson'))
  ogr2ogr(...table, '-update', '-nln', 'airports', database, inFolder('airports.geojson'))
  ogr2ogr(...table, '-update', '-nln', 'places', '-select', 'name,pop_max,scalerank', database, places)
  return {
    example: inFolder('example.qgs'),
    world: inFolder('world.qgs'),
    geopackage: gpkg,
    heights: inFolder('SRTM.tif'),
    photo: inFolder('photo.tif'),
    style: (name) => inFolder(join('styles', `${name}.qml`)),
  }
}
