/** What may be wrong with a filter. Each says where it is, what stands there, and what was expected. */
import { defineProblems } from '../problem.ts'

type Place = { where: string }

const listed = (names: readonly string[]) =>
  names.length > 40
    ? `${names.slice(0, 40).join(', ')} and ${names.length - 40} more`
    : names.join(', ') || 'none'

const place = ({ where }: Place) => ({ where })

export const filterProblems = defineProblems({
  filterUnreadable: {
    status: 400,
    title: 'Filter cannot be read',
    detail: (given: Place & { found: string; expected: string }) =>
      `The filter cannot be read at ${given.where}: found ${given.found}, expected ${given.expected}.`,
    extensions: place,
  },
  filterTooLarge: {
    status: 400,
    title: 'Filter is too large',
    detail: (given: Place & { what: string; most: number }) =>
      `The filter has more than ${given.most} ${given.what} (counted up to ${given.where}). Ask in several requests, or with a simpler filter.`,
    extensions: place,
  },
  filterPropertyUnknown: {
    status: 400,
    title: 'Filter names an unknown property',
    detail: (given: Place & { name: string; nearest: string | null; known: readonly string[] }) =>
      `The filter names '${given.name}' at ${given.where}, which is not a property of this collection. ${
        given.nearest === null ? '' : `Did you mean '${given.nearest}'? `
      }Properties: ${listed(given.known)}.`,
    extensions: place,
  },
  filterFunctionUnknown: {
    status: 400,
    title: 'Filter calls an unknown function',
    detail: (given: Place & { name: string; nearest: string | null; known: readonly string[] }) =>
      `The filter calls '${given.name}' at ${given.where}, which this server does not have. ${
        given.nearest === null ? '' : `Did you mean ${given.nearest.toUpperCase()}? `
      }Known: ${listed(given.known.map((name) => name.toUpperCase()))}.`,
    extensions: place,
  },
  filterTypeWrong: {
    status: 400,
    title: 'Filter compares what cannot be compared',
    detail: (given: Place & { found: string; expected: string }) =>
      `The filter at ${given.where}: found ${given.found}, expected ${given.expected}.`,
    extensions: place,
  },
  filterNotComputable: {
    status: 400,
    title: 'Filter cannot be computed',
    detail: (given: { why: string }) =>
      `The filter cannot be computed for some feature: ${given.why}. Change the filter so that these features are not asked.`,
  },
})
