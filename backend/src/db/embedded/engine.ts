/** Opens PGlite – PostgreSQL and PostGIS compiled to WebAssembly – on a folder, with the settings we serve with. */
import { pathToFileURL } from 'node:url'
import { type Extension, PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { unaccent } from '@electric-sql/pglite/contrib/unaccent'
import { postgis } from '@electric-sql/pglite-postgis'

export const extensionNames = ['postgis', 'pg_trgm', 'unaccent']

const settings = {
  shared_buffers: '16MB',
  wal_buffers: '4MB',
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  // Nobody replicates it: a new table is written once, not also to the log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '64MB',
  min_wal_size: '32MB',
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  jit: 'off',
}

/** `postgisBundle` is the archive that `cluster.ts` makes. */
export const openEngine = async (given: { folder: string; postgisBundle: string; searchPath: string }) => {
  const slimPostgis: Extension = {
    name: 'postgis',
    setup: async (pg, options) => ({
      ...(await postgis.setup(pg, options)),
      bundlePath: pathToFileURL(given.postgisBundle),
    }),
  }
  const engine = await PGlite.create({
    dataDir: given.folder,
    extensions: { postgis: slimPostgis, pg_trgm, unaccent },
    // The log in segments of 4 MB keeps a new database small.
    initDbStartParams: ['--wal-segsize=4'],
    startParams: [
      ...PGlite.defaultStartParams,
      ...Object.entries({ ...settings, search_path: given.searchPath }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ]),
    ],
  })
  // The unpacked archives (34 MB) have been copied into the engine's file system and are not read again.
  engine.Module.pg_extensions = {}
  return engine
}
