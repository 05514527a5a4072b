/**
 * Keeps a second process, or a second open in this one, out of the embedded database's folder: PGlite itself would
 * let both in and lose data. SQLite's file lock is used because the kernel drops it when the holder dies, however
 * it dies, and no reused process id can be mistaken for the holder.
 */
import { DatabaseSync } from 'node:sqlite'

export type FolderLock = { release: () => void }

const SQLITE_BUSY = 5

/** Takes the lock, or throws an error that names the process holding it. */
export const lockFolder = (lockFile: string): FolderLock => {
  const lock = new DatabaseSync(lockFile)
  try {
    lock.exec('pragma busy_timeout = 0; create table if not exists holder (pid integer not null)')
    lock.exec(`delete from holder; insert into holder values (${process.pid}); begin immediate`)
  } catch (error) {
    const holder = (error as { errcode?: number }).errcode === SQLITE_BUSY ? holderOf(lock) : undefined
    lock.close()
    if (holder === undefined) throw error
    throw new Error(
      `The embedded database is in use by process ${holder} (lock file ${lockFile}). Stop that process, or choose another DATA_DIR.`,
      { cause: error },
    )
  }
  return {
    release: () => {
      lock.exec('rollback')
      lock.close()
    },
  }
}

const holderOf = (lock: DatabaseSync) => {
  const row = lock.prepare('select pid from holder').get()
  return row?.['pid']
}
