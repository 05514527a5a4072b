/**
 * A file system for SQLite in WebAssembly with one file in it: a file that a person chose, read in pieces and never
 * whole, and never written. Only a worker may read a file while SQLite waits for the answer.
 */
import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'

/** The library's structs as they are at run time: its declarations leave the `$` of members out. */
type Struct = { pointer: number; dispose: () => void } & Record<`$${string}`, number>
type StructOf = { new (pointer?: number | null): Struct; structInfo: { sizeof: number } }

/** A read goes to the disk once for its neighbours, too: pages of a table mostly follow each other. */
const pieceBytes = 256 * 1024
/** 16 MB, whatever the size of the file. */
const keptPieces = 64

export const vfsName = 'chosen-file'

/** Bytes of a file, the pieces used last kept. */
const createPieces = (file: Blob, onRead: (bytes: number) => void) => {
  const reader = new (
    globalThis as unknown as { FileReaderSync: new () => { readAsArrayBuffer: (blob: Blob) => ArrayBuffer } }
  ).FileReaderSync()
  const kept = new Map<number, Uint8Array>()
  return (at: number): Uint8Array => {
    const present = kept.get(at)
    const piece =
      present ?? new Uint8Array(reader.readAsArrayBuffer(file.slice(at * pieceBytes, (at + 1) * pieceBytes)))
    if (present === undefined) onRead(piece.length)
    // Put at the end again: a map goes through its entries in the order they were put.
    kept.delete(at)
    kept.set(at, piece)
    const oldest = kept.keys().next().value
    if (kept.size > keptPieces && oldest !== undefined) kept.delete(oldest)
    return piece
  }
}

/** After this, `file:source?vfs=chosen-file&immutable=1` is the file. */
export const mountFile = (sqlite: Sqlite3Static, file: Blob, onRead: (bytes: number) => void) => {
  const { capi, wasm } = sqlite
  const pieceAt = createPieces(file, onRead)
  const ok = () => capi.SQLITE_OK
  const {
    sqlite3_io_methods: IoMethods,
    sqlite3_vfs: Vfs,
    sqlite3_file: OpenFile,
  } = capi as unknown as Record<'sqlite3_io_methods' | 'sqlite3_vfs' | 'sqlite3_file', StructOf>

  const io = new IoMethods()
  io.$iVersion = 1
  const vfs = new Vfs()
  const standard = new Vfs(capi.sqlite3_vfs_find(null as never) as unknown as number)
  vfs.$iVersion = 1
  vfs.$szOsFile = OpenFile.structInfo.sizeof
  vfs.$mxPathname = 512
  vfs.$xRandomness = standard.$xRandomness ?? 0
  vfs.$xSleep = standard.$xSleep ?? 0
  standard.dispose()

  sqlite.vfs.installVfs({
    io: {
      struct: io,
      methods: {
        xClose: ok,
        xRead: (_file: number, target: number, count: number, from: bigint) => {
          const heap = wasm.heap8u()
          const start = Number(from)
          let done = 0
          while (done < count) {
            const position = start + done
            const piece = pieceAt(Math.floor(position / pieceBytes))
            const part = piece.subarray(position % pieceBytes).subarray(0, count - done)
            if (part.length === 0) break
            heap.set(part, Number(target) + done)
            done += part.length
          }
          if (done === count) return capi.SQLITE_OK
          heap.fill(0, Number(target) + done, Number(target) + count)
          return capi.SQLITE_IOERR_SHORT_READ
        },
        xWrite: () => capi.SQLITE_READONLY,
        xTruncate: () => capi.SQLITE_READONLY,
        xSync: ok,
        xFileSize: (_file: number, target: number) => {
          wasm.poke(target as never, BigInt(file.size) as never, 'i64')
          return capi.SQLITE_OK
        },
        xLock: ok,
        xUnlock: ok,
        xCheckReservedLock: (_file: number, target: number) => {
          wasm.poke(target as never, 0, 'i32')
          return capi.SQLITE_OK
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        xSectorSize: () => 4096,
        xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE,
      } as never,
    },
    vfs: {
      struct: vfs,
      name: vfsName,
      methods: {
        xOpen: (_vfs: number, _name: number, opened: number, flags: number, flagsOut: number) => {
          if ((flags & capi.SQLITE_OPEN_MAIN_DB) === 0) return capi.SQLITE_CANTOPEN
          const handle = new OpenFile(opened)
          handle.$pMethods = io.pointer
          handle.dispose()
          if (flagsOut) wasm.poke(flagsOut as never, capi.SQLITE_OPEN_READONLY, 'i32')
          return capi.SQLITE_OK
        },
        xDelete: () => capi.SQLITE_READONLY,
        // Journals and logs beside the file: there are none.
        xAccess: (_vfs: number, _name: number, _flags: number, target: number) => {
          wasm.poke(target as never, 0, 'i32')
          return capi.SQLITE_OK
        },
        xFullPathname: (_vfs: number, name: number, size: number, target: number) =>
          wasm.cstrncpy(target as never, name as never, size) < size ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
        xGetLastError: ok,
        xCurrentTime: (_vfs: number, target: number) => {
          wasm.poke(target as never, 2_440_587.5 + Date.now() / 86_400_000, 'double')
          return capi.SQLITE_OK
        },
      } as never,
    },
  } as never)
}
