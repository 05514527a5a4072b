/** The thread that draws what goes with styles: symbols and letters of web maps, and legends. */
import { glyphRange } from './glyphs.ts'
import { drawLegend } from './legend-picture.ts'
import { createBudget } from './paint/budget.ts'
import { drawSpriteSheet } from './sprite-sheet.ts'
import { type PictureReply, type PictureTask, pictureLimits } from './style-pictures.ts'
import { answerTasks } from './thread-tasks.ts'

const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

answerTasks<PictureTask, PictureReply>(
  async (task, isCancelled) => {
    const budget = createBudget({ limits: pictureLimits, now: () => performance.now(), isCancelled })
    if (task.what === 'glyphs') return { bytes: owned(await glyphRange(task.stack, task.from)) }
    if (task.what === 'legend') return { bytes: owned(await drawLegend(task.legend, budget)) }
    const { png, index } = await drawSpriteSheet(task.sprites, { ...task, budget })
    return { bytes: owned(png), index }
  },
  ({ bytes }) => [bytes.buffer],
)
