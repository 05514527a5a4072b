/** Refuses new bytes before the disk is full, so that the database and reading go on (reliability L5, P8). */
import { statfs } from 'node:fs/promises'
import { generalProblems } from '../domain/problems/general.ts'

export type DiskReserve = { bytes: number; share: number }

/** What stays free on each file system that uploads are written to. */
export const diskReserve: DiskReserve = { bytes: 2 * 1_073_741_824, share: 0.03 }

export type DiskGuard = {
  /** Throws 507 when the reserve would be touched by so many more bytes. */
  demandRoom: (incomingBytes: number) => Promise<void>
}

export const createDiskGuard = (folders: string[], reserve: DiskReserve = diskReserve): DiskGuard => ({
  demandRoom: async (incomingBytes) => {
    for (const folder of folders) {
      const { bavail, blocks, bsize } = await statfs(folder)
      const keepBytes = Math.max(reserve.bytes, blocks * bsize * reserve.share)
      if (bavail * bsize - incomingBytes < keepBytes) throw generalProblems.diskFull()
    }
  },
})
