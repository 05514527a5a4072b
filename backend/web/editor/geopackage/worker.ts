/** The GeoPackage worker: SQLite in WebAssembly over a file of up to 500 MB that stays on the person's computer (R4.16). */
import sqlite3InitModule, { type Database, type Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { mountFile, vfsName } from './file-vfs.ts'
import { copyLayer, listLayers } from './layers.ts'
import type { FromWorker, GeopackageFailure, ToWorker } from './protocol.ts'

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void
  postMessage: (message: FromWorker, transfer?: Transferable[]) => void
  sqlite3ApiConfig?: unknown
}
const progressBytes = 2 * 1_048_576

let sqlite: Sqlite3Static | null = null
let readBytes = 0
let toldBytes = 0

/** The library says on the console what it misses; it is not needed here. */
const silence = () => undefined
scope.sqlite3ApiConfig = { warn: silence, debug: silence, log: silence }

const onRead = (bytes: number) => {
  readBytes += bytes
  if (readBytes - toldBytes < progressBytes) return
  toldBytes = readBytes
  scope.postMessage({ kind: 'progress', readBytes })
}

const sqliteOver = async (file: Blob): Promise<Sqlite3Static> => {
  const wasmUrl = new URL('sqlite3.wasm', import.meta.url).href
  const started = await (sqlite3InitModule as (options: unknown) => Promise<Sqlite3Static>)({
    locateFile: () => wasmUrl,
    print: silence,
    printErr: silence,
  })
  mountFile(started, file, onRead)
  return started
}

/** An empty database in memory with the chosen file beside it. */
const openBeside = (started: Sqlite3Static): Database => {
  const db = new started.oo1.DB(':memory:', 'c')
  try {
    db.exec('pragma trusted_schema = off')
    db.exec(`attach 'file:source?vfs=${vfsName}&immutable=1&mode=ro' as source`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const withDatabase = <Answer>(use: (db: Database, started: Sqlite3Static) => Answer): Answer => {
  if (sqlite === null) throw new Error('no file is open')
  const db = openBeside(sqlite)
  try {
    return use(db, sqlite)
  } finally {
    db.close()
  }
}

const failureOf = (error: unknown, asked: ToWorker): GeopackageFailure => {
  if (sqlite === null) return { kind: 'not-possible', detail: textOf(error) }
  const { resultCode } = error as { resultCode?: number }
  return asked.kind === 'extract' && resultCode === sqlite.capi.SQLITE_FULL
    ? { kind: 'layer-too-large', layer: asked.layer, limitBytes: asked.limitBytes }
    : { kind: 'unreadable', detail: textOf(error) }
}

const answer = async (asked: ToWorker): Promise<void> => {
  if (asked.kind === 'open') {
    sqlite = await sqliteOver(asked.file)
    scope.postMessage({ kind: 'opened', layers: withDatabase(listLayers) })
    return
  }
  readBytes = 0
  toldBytes = 0
  const { bytes, featureCount } = withDatabase((db, { capi }) => {
    const count = copyLayer(db, asked.layer, asked.limitBytes)
    return { bytes: capi.sqlite3_js_db_export(db), featureCount: count }
  })
  const { buffer } = bytes as Uint8Array<ArrayBuffer>
  scope.postMessage({ kind: 'extracted', bytes: buffer, featureCount }, [buffer])
}

scope.onmessage = ({ data }) => {
  answer(data).catch((error: unknown) =>
    scope.postMessage({ kind: 'failed', failure: failureOf(error, data) }),
  )
}
