/** What may be wrong with a request for the values of a raster. */
import { defineProblems } from '../problem.ts'

export const coverageProblems = defineProblems({
  noCoverage: {
    status: 404,
    title: 'Not a raster',
    detail: (given: { collection: string }) =>
      `The collection '${given.collection}' has features and no cells, so there is no coverage of it. Its features are at /collections/${given.collection}/items.`,
  },
  coverageTooLarge: {
    status: 413,
    title: 'Too many values at once',
    detail: (given: { width: number; height: number; bands: number; mostValues: number }) =>
      `The answer would have ${given.width} × ${given.height} cells of ${given.bands} bands. At most ${given.mostValues} values are written in this format at once. Ask for a smaller area, for fewer cells with scale-factor or width, for fewer bands with properties, or for the whole raster without parameters.`,
    extensions: ({ mostValues }) => ({ maxValues: mostValues }),
  },
  coverageWrong: {
    status: 400,
    title: 'Coverage cannot be made like this',
    detail: (given: { why: string }) => given.why,
  },
  coverageElsewhere: {
    status: 404,
    title: 'No cells in this area',
    detail: (given: { collection: string; extent: string }) =>
      `The raster '${given.collection}' has no cells in this area. It lies in ${given.extent}.`,
  },
  bandUnknown: {
    status: 400,
    title: 'Band not known',
    detail: (given: { given: string; known: string[] }) =>
      `properties has '${given.given}', which is not a band of this raster. Known, by number or name: ${given.known.join(', ')}.`,
    extensions: ({ known }) => ({ known }),
  },
})
