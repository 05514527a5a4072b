/** What may be wrong with a piece of XML before anybody asks what it means. */
import { defineProblems } from '../problem.ts'

/** `what` names the document as its sender knows it: 'the style roads.sld'. */
type At = { what: string; line: number }
const atLine = ({ line }: At) => ({ line })

export const xmlProblems = defineProblems({
  xmlTooLarge: {
    status: 422,
    title: 'XML is too large',
    detail: (given: { what: string; bytes: number; maxBytes: number }) =>
      `${given.what} has ${given.bytes} bytes; at most ${given.maxBytes} are read. Make it smaller.`,
  },
  xmlEmpty: {
    status: 422,
    title: 'XML is empty',
    detail: (given: { what: string }) => `${given.what} holds no element at all. Export it again.`,
  },
  xmlEncoding: {
    status: 422,
    title: 'XML is not in the encoding it declares',
    detail: (given: { what: string; encoding: string; why: string }) =>
      `${given.what} should be ${given.encoding}, but ${given.why}. Save it as UTF-8.`,
  },
  xmlNotWellFormed: {
    status: 422,
    title: 'XML is not well-formed',
    detail: (given: At & { why: string }) =>
      `${given.what} cannot be read as XML: ${given.why} (line ${given.line}). Correct it there, or export it again.`,
    extensions: atLine,
  },
  xmlDoctype: {
    status: 422,
    title: 'XML with a DOCTYPE',
    detail: (given: At) =>
      `${given.what} has a DOCTYPE in line ${given.line}. Documents with a DOCTYPE or entities of their own are not read; remove it.`,
    extensions: atLine,
  },
  xmlTooDeep: {
    status: 422,
    title: 'XML is nested too deeply',
    detail: (given: At & { maxDepth: number }) =>
      `${given.what} nests elements deeper than ${given.maxDepth} levels in line ${given.line}. Simplify it.`,
    extensions: atLine,
  },
  xmlTooManyElements: {
    status: 422,
    title: 'XML has too many elements',
    detail: (given: At & { maxElements: number }) =>
      `${given.what} has more than ${given.maxElements} elements; reading stopped in line ${given.line}. Simplify it.`,
    extensions: atLine,
  },
  xmlTooManyAttributes: {
    status: 422,
    title: 'XML element has too many attributes',
    detail: (given: At & { maxAttributes: number }) =>
      `An element in line ${given.line} of ${given.what} has more than ${given.maxAttributes} attributes. Simplify it.`,
    extensions: atLine,
  },
})
