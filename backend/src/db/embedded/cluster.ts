/**
 * Makes the embedded database's folder: a PostgreSQL cluster with PostGIS, copied from a template that is made
 * once per version and kept in node_modules/.cache (or the data folder, where node_modules is not writable).
 */
import { constants, existsSync } from 'node:fs'
import { access, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

const require = createRequire(import.meta.url)

/** Grows when what this file makes changes, so that older caches are left alone. */
const FORMAT = 2

const packageFolder = (name: string) => dirname(dirname(require.resolve(name)))

const version = async (name: string) => {
  const { version } = JSON.parse(await readFile(join(packageFolder(name), 'package.json'), 'utf8'))
  return String(version)
}

/** Names PGlite and PostGIS, whose files fit each other in exactly one pair of versions. */
export const engineVersion = async () =>
  `pglite-${await version('@electric-sql/pglite')}-postgis-${await version('@electric-sql/pglite-postgis')}-${FORMAT}`

const isWritable = (folder: string) =>
  mkdir(folder, { recursive: true })
    .then(() => access(folder, constants.W_OK))
    .then(
      () => true,
      () => false,
    )

/** The folder for what can be made again: `node_modules/.cache/sec-ims/<engine>`, else inside the data folder. */
export const cacheFolder = async (dataDir: string): Promise<string> => {
  const nodeModules = join(packageFolder('@electric-sql/pglite'), '../..')
  const folder = join(nodeModules, '.cache/sec-ims', await engineVersion())
  if (await isWritable(folder)) return folder
  const fallback = join(dataDir, 'cache', await engineVersion())
  await mkdir(fallback, { recursive: true })
  return fallback
}

/** Makes `path` by `make(temporary)` and a rename, so that it is there whole or not at all, whoever else makes it. */
export const makeOnce = async (
  path: string,
  make: (temporary: string) => Promise<unknown>,
): Promise<string> => {
  if (existsSync(path)) return path
  const temporary = `${path}.${process.pid}.${Date.now()}.tmp`
  try {
    await make(temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    // Somebody else was faster.
    if (!existsSync(path)) throw error
  }
  return path
}

// Without raster, topology, tiger and upgrade scripts the idle server needs half the memory; raster would even
// damage the database (it is not built for this engine).
const isNeeded = (name: string) =>
  name === 'lib/postgresql/postgis-3.so' ||
  name.startsWith('share/proj/') ||
  name === 'share/postgresql/extension/postgis.control' ||
  /^share\/postgresql\/extension\/postgis--[\d.]+\.sql$/.test(name)

const TAR_BLOCK = 512

/** Keeps the entries of a tar archive whose names pass, with their headers as they are. */
const filterTar = (tar: Buffer, keep: (name: string) => boolean): Buffer => {
  const kept: Buffer[] = []
  for (let at = 0; at + TAR_BLOCK <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('latin1', at + from, at + from + length).split('\0')[0]
    const size = Number.parseInt(text(124, 12) || '0', 8)
    const next = at + TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
    const name = [text(345, 155), text(0, 100)].filter(Boolean).join('/')
    if (keep(name)) kept.push(tar.subarray(at, next))
    at = next
  }
  return Buffer.concat([...kept, Buffer.alloc(2 * TAR_BLOCK)])
}

export const postgisBundle = (cache: string) => join(cache, 'postgis.tar.gz')
export const templateCluster = (cache: string) => join(cache, 'cluster')

/** Makes the part of the PostGIS archive that we use. */
export const makePostgisBundle = (cache: string): Promise<string> =>
  makeOnce(postgisBundle(cache), async (temporary) => {
    const whole = join(packageFolder('@electric-sql/pglite-postgis'), 'dist/postgis.tar.gz')
    const tar = await promisify(gunzip)(await readFile(whole))
    // The engine wants a gzip file; packing it would cost half a second at the first start and time at each other.
    await writeFile(temporary, await promisify(gzip)(filterTar(tar, isNeeded), { level: 0 }))
  })

export const hasCluster = (folder: string) => existsSync(join(folder, 'PG_VERSION'))

/** Copies a cluster that nobody has open. */
export const copyCluster = (from: string, to: string): Promise<string> =>
  makeOnce(to, (temporary) => cp(from, temporary, { recursive: true, mode: constants.COPYFILE_FICLONE }))
