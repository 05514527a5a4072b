/** What may be wrong with a request for a map. */
import { defineProblems } from '../problem.ts'

const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

export const mapProblems = defineProblems({
  mapTooLarge: {
    status: 413,
    title: 'Map is too large',
    detail: (given: { width: number; height: number; mostWidth: number; mostPixels: number }) =>
      `The map would have ${given.width} × ${given.height} pixels. At most ${given.mostWidth} are drawn in each direction, and ${given.mostPixels} together. Ask for fewer with width and height, or for a smaller area.`,
    extensions: ({ mostWidth, mostPixels }) => ({
      maxWidth: mostWidth,
      maxHeight: mostWidth,
      maxPixels: mostPixels,
    }),
  },
  mapViewWrong: {
    status: 400,
    title: 'Map cannot be made like this',
    detail: (given: { why: string }) => given.why,
  },
  mapTooDetailed: {
    status: 422,
    title: 'Too much for one map',
    detail: (given: { why: string }) =>
      `The map is not drawn: ${given.why}. Ask for a smaller area, or for fewer collections at once.`,
  },
  previewImpossible: {
    status: 422,
    title: 'No picture of the style',
    detail: (given: { why: string }) => given.why,
  },
  mapHasNoPlace: {
    status: 404,
    title: 'Nothing to map',
    detail: (given: { collection: string }) =>
      `The collection '${given.collection}' has no geometry, so there is no map of it. Its rows are at /collections/${given.collection}/items.`,
  },
  mapStyleUnknown: {
    status: 404,
    title: 'Style of the collection not known',
    detail: (given: { style: string; collection: string; known: string[] }) =>
      `The collection '${given.collection}' has no style '${shown(given.style)}'. It has: ${given.known.join(', ')}.`,
    extensions: ({ known }) => ({ known }),
  },
})
