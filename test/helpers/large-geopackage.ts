/** GeoPackages for tests of the wizard: a layer of choice among others of any size, made in seconds. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const MB = 1_048_576

type LayerSpec = { name: string; features: number; noteBytes: number; isSpatial?: boolean }

const pointOf = (longitude: number, latitude: number): Uint8Array => {
  const bytes = Buffer.alloc(8 + 21)
  bytes.write('GP', 0, 'latin1')
  bytes[3] = 0x01
  bytes.writeInt32LE(4326, 4)
  bytes[8] = 1
  bytes.writeUInt32LE(1, 9)
  bytes.writeDoubleLE(longitude, 13)
  bytes.writeDoubleLE(latitude, 21)
  return bytes
}

/** Notes differ from row to row, so that nothing shrinks on its way. */
const noteOf = (row: number, bytes: number): string => {
  let text = ''
  for (let seed = row + 1; text.length < bytes; seed = (seed * 48271) % 2147483647) text += seed.toString(36)
  return text.slice(0, bytes)
}

const writeLayer = (db: DatabaseSync, { name, features, noteBytes, isSpatial = true }: LayerSpec) => {
  const quoted = `"${name.replaceAll('"', '""')}"`
  db.exec(
    `create table ${quoted} (fid integer primary key autoincrement not null, ${isSpatial ? 'geom point, ' : ''}name text(80), note text)`,
  )
  db.prepare(
    `insert into gpkg_contents values (?, ?, ?, '', '2026-01-02T03:04:05Z', -61.08, 13.7, -60.87, 14.1, 4326)`,
  ).run(name, isSpatial ? 'features' : 'attributes', name)
  if (isSpatial)
    db.prepare(`insert into gpkg_geometry_columns values (?, 'geom', 'POINT', 4326, 0, 0)`).run(name)
  db.prepare(`insert into gpkg_ogr_contents values (?, ?)`).run(name, features)
  const note = noteBytes > 100_000 ? noteOf(1, noteBytes) : null
  const insert = db.prepare(
    `insert into ${quoted} (${isSpatial ? 'geom, ' : ''}name, note) values (${isSpatial ? '?, ' : ''}?, ?)`,
  )
  for (let row = 0; row < features; row++) {
    const share = features < 2 ? 0 : row / (features - 1)
    const values = [`Feature ${row}`, note ?? noteOf(row, noteBytes)]
    if (isSpatial) insert.run(pointOf(-61.08 + 0.21 * share, 13.7 + 0.4 * share), ...values)
    else insert.run(...values)
  }
}

export type LargeGeopackage = { path: string; sizeBytes: number; remove: () => Promise<void> }

export const makeGeopackage = async (fileName: string, layers: LayerSpec[]): Promise<LargeGeopackage> => {
  const folder = await mkdtemp(join(tmpdir(), 'sec-ims-geopackage-'))
  const path = join(folder, fileName)
  const db = new DatabaseSync(path)
  db.exec(
    'pragma journal_mode = off; pragma synchronous = off; pragma application_id = 0x47504b47; pragma user_version = 10300',
  )
  db.exec(`create table gpkg_spatial_ref_sys (srs_name text not null, srs_id integer primary key, organization text not null, organization_coordsys_id integer not null, definition text not null, description text);
    insert into gpkg_spatial_ref_sys values ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', null);
    create table gpkg_contents (table_name text not null primary key, data_type text not null, identifier text unique, description text default '', last_change datetime not null, min_x double, min_y double, max_x double, max_y double, srs_id integer);
    create table gpkg_geometry_columns (table_name text not null primary key, column_name text not null, geometry_type_name text not null, srs_id integer not null, z tinyint not null, m tinyint not null);
    create table gpkg_ogr_contents (table_name text not null primary key, feature_count integer)`)
  db.exec('begin')
  for (const layer of layers) writeLayer(db, layer)
  db.exec('commit')
  db.close()
  return {
    path,
    sizeBytes: (await stat(path)).size,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A 300 MB file with a layer of 10 MB, as §16.5 has it; `megabytes` for others. */
export const largeGeopackage = ({
  fileName = 'island.gpkg',
  megabytes = 300,
  chosen = 'Wells & springs',
} = {}) =>
  makeGeopackage(fileName, [
    { name: 'aerial notes', features: megabytes - 60, noteBytes: MB },
    { name: chosen, features: 9_000, noteBytes: 1_050 },
    { name: 'too large', features: 52, noteBytes: MB },
    { name: 'owners', features: 20, noteBytes: 20, isSpatial: false },
  ])
