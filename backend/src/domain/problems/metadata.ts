/** What may be wrong with the metadata of a record. */
import { defineProblems } from '../problem.ts'

type Finding = { page: number; field: string; code: string; message: string }

export const metadataProblems = defineProblems({
  metadataIncomplete: {
    status: 422,
    title: 'Record is not ready for publication',
    detail: (given: { errors: Finding[]; warnings: Finding[] }) =>
      `${given.errors.length === 1 ? 'One thing stands' : `${given.errors.length} things stand`} between this record and its publication. ${given.errors
        .map((error) => `Page ${error.page}: ${error.message}`)
        .join(' ')}`,
    extensions: ({ errors, warnings }) => ({ errors, warnings }),
  },
  notIsoMetadata: {
    status: 422,
    title: 'Not an ISO 19139 record',
    detail: (given: { what: string; found: string }) =>
      `${given.what} has <${given.found}> as its root; expected MD_Metadata of http://www.isotc211.org/2005/gmd. Export it as ISO 19139.`,
  },
})
