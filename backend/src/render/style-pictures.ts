/** Draws what goes with styles beside the thread that answers requests: sprites, legends, letters of web maps. */
import type { Sprite } from '../styles/maplibre.ts'
import type { LegendRequest } from './legend-picture.ts'
import { defaultLimits, type Limits } from './paint/budget.ts'
import type { Resources } from './paint/pictures.ts'
import type { SpriteIndex } from './sprite-sheet.ts'
import { createThreadPool } from './thread-pool.ts'

export type PictureTask =
  | { what: 'sprite'; sprites: readonly Sprite[]; resources: Resources; pixelRatio: number }
  | { what: 'legend'; legend: LegendRequest }
  | { what: 'glyphs'; stack: string; from: number }
export type PictureReply = { bytes: Uint8Array<ArrayBuffer>; index?: SpriteIndex }

const file = new URL('./style-pictures-worker.ts', import.meta.url)

export const pictureLimits: Limits = { ...defaultLimits, timeMs: 10_000 }
/** For one call into the canvas that does not come back in time, and for a thread that has to be started first. */
const graceMs = 10_000
const mostWaiting = 64

export const createStylePictures = () => {
  const pool = createThreadPool<PictureTask, PictureReply>({ file, threads: 1, mostWaiting, heapMb: 384 })
  return {
    /** undefined when it takes too long, or too many wait. */
    draw: async (task: PictureTask): Promise<PictureReply | undefined> => {
      const outcome = await pool.run(task, { timeMs: pictureLimits.timeMs + graceMs })
      if ('error' in outcome) throw new Error(`A picture of a style could not be drawn: ${outcome.error}`)
      return 'reply' in outcome ? outcome.reply : undefined
    },
    close: pool.close,
  }
}

export type StylePictures = ReturnType<typeof createStylePictures>
