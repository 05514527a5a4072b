/** Stages layers of files written on the spot, for tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileFormat, Probe } from '../../backend/src/domain/probe.ts'
import { type ProbeRequest, probeFile } from '../../backend/src/ingest/probe.ts'
import { type StagedLayer, type StageRequest, stageLayer } from '../../backend/src/ingest/stage.ts'
import { type FixtureGeoPackage, writeGeoPackage } from '../fixtures/geopackage.ts'
import type { TestDatabase } from '../helpers/database.ts'

export type Row = Record<string, unknown>

/** A temporary folder for files, and staging tables with names of their own. */
export const stagingBench = (db: () => TestDatabase) => {
  const folder = mkdtempSync(join(tmpdir(), 'secims-ingest-'))
  let made = 0

  const newPath = (name = 'test.gpkg'): string => join(folder, `${++made}-${name}`)

  const write = (content: FixtureGeoPackage): string => {
    const path = newPath()
    writeGeoPackage(path, content)
    return path
  }

  const stage = (path: string, layer: string, more: Partial<StageRequest> & { format?: FileFormat } = {}) =>
    stageLayer({
      db: db(),
      path,
      fileName: 'test',
      format: 'GeoPackage',
      layer,
      tableName: `p_test${++made}`,
      onCrash: (report) => console.error(report),
      ...more,
    })

  const probe = (path: string, more: Partial<ProbeRequest> = {}): Promise<Probe> =>
    probeFile({ path, fileName: 'test.gpkg', onCrash: (report) => console.error(report), ...more })

  /** Rows of a staged table, geometry as ISO WKT. */
  const rowsOf = async (staged: StagedLayer): Promise<Row[]> => {
    const geometry = staged.storageSrid === null ? '' : ', st_astext(geom) as geom, st_srid(geom) as srid'
    const columns = staged.columns.map(({ column }) => `, ${column}`).join('')
    const found = await db().pool.query(
      `select fid${geometry}${columns} from staging.${staged.tableName} order by fid`,
    )
    return found.rows
  }

  const tables = async (): Promise<string[]> => {
    const found = await db().pool.query(`select tablename from pg_tables where schemaname = 'staging'`)
    return found.rows.map((row: Row) => String(row['tablename']))
  }

  return {
    folder,
    newPath,
    write,
    stage,
    probe,
    rowsOf,
    tables,
    close: () => rmSync(folder, { recursive: true }),
  }
}
