/** Finds the real-world data that lies beside the project on our machines and in CI, never inside it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../../shared/data')

/**
 * Path of a file or folder of the real data, or undefined where it is not there. In CI its absence is an
 * error; elsewhere a test that needs it says that it was skipped, and why.
 */
export const sharedData = (...parts: string[]): string | undefined => {
  const path = join(root, ...parts)
  if (existsSync(path)) return path
  if (process.env['CI'])
    throw new Error(`Real data missing in CI: expected ${parts.join('/')} in ../shared/data`)
  return undefined
}

export const whySkipped = 'real data (../shared/data) is not on this machine'
