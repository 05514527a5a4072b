/** The steps of a publication by name. */
import type { Step } from '../flows/publish-layer.ts'
import type { Words } from '../words/words.ts'

export const stepWords = (words: Words): Record<Step, string> => ({
  export: words.stepExport,
  upload: words.stepUpload,
  record: words.stepRecord,
  style: words.stepStyle,
  publish: words.stepPublish,
  verify: words.stepVerify,
})
