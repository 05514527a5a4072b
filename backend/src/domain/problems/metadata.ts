/** What may be wrong with the metadata of a record. */
import { defineProblems } from '../problem.ts'

export const metadataProblems = defineProblems({
  notIsoMetadata: {
    status: 422,
    title: 'Not an ISO 19139 record',
    detail: (given: { what: string; found: string }) =>
      `${given.what} has <${given.found}> as its root; expected MD_Metadata of http://www.isotc211.org/2005/gmd. Export it as ISO 19139.`,
  },
})
