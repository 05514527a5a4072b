/** Problems with the body of a request. */
import { defineProblems } from '../problem.ts'

export const bodyProblems = defineProblems({
  bodyTooLarge: {
    status: 413,
    title: 'Body too large',
    detail: (given: { limitBytes: number }) =>
      `The body has more than ${given.limitBytes} bytes, which is the most accepted here.`,
  },
  jsonTooDeep: {
    status: 400,
    title: 'JSON nested too deeply',
    detail: (given: { limit: number }) => `The JSON body is nested more than ${given.limit} levels deep.`,
  },
  notJson: {
    status: 400,
    title: 'Body is not JSON',
    detail: (given: { why: string }) => `The body could not be read as UTF-8 JSON: ${given.why}.`,
  },
  bodyMissing: {
    status: 400,
    title: 'Body missing',
    detail: (given: { expected: string }) => `This request needs a body of type ${given.expected}.`,
  },
})
