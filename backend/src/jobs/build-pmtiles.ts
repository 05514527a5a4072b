/** Makes the PMTiles archive of a collection; see `services/archives.ts`. */
import type { Archives } from '../services/archives.ts'
import type { JobHandler } from './worker.ts'

export const createBuildPmtiles = ({ archives }: { archives: Pick<Archives, 'run'> }): JobHandler =>
  archives.run
