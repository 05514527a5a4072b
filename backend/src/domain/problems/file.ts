/** Problems with downloads. */
import { defineProblems } from '../problem.ts'

export const fileProblems = defineProblems({
  rangeNotSatisfiable: {
    status: 416,
    title: 'Range outside the file',
    detail: (given: { found: string; sizeBytes: number }) =>
      `'${given.found.slice(0, 80)}' lies outside this file, which has ${given.sizeBytes} bytes (0 to ${Math.max(0, given.sizeBytes - 1)}).`,
    headers: (given) => ({ 'Content-Range': `bytes */${given.sizeBytes}`, 'Accept-Ranges': 'bytes' }),
  },
})
