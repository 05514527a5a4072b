/** What may be wrong with a request to one of the OGC APIs, beyond its shape. */
import { defineProblems } from '../problem.ts'

const listed = (names: string[]) =>
  names.length > 40
    ? `${names.slice(0, 40).join(', ')} and ${names.length - 40} more`
    : names.join(', ') || 'none'

export const ogcProblems = defineProblems({
  crsNotOffered: {
    status: 400,
    title: 'Coordinate system not offered',
    detail: (given: { parameter: string; given: string; offered: string[] }) =>
      `${given.parameter} is '${given.given}', which this collection does not offer. Offered: ${listed(given.offered)}.`,
    extensions: ({ offered }) => ({ offered }),
  },
  crsCannotHoldData: {
    status: 400,
    title: 'Data do not fit the coordinate system',
    detail: (given: { crs: string }) =>
      `A geometry of this answer has no place in ${given.crs}. Ask for another coordinate system, or for a smaller bbox.`,
  },
  collectionIsRaster: {
    status: 404,
    title: 'A raster has no features',
    detail: (given: { id: string; what: string }) =>
      `The collection '${given.id}' is a raster: it has cells and no features, and so no ${given.what}. Its description, /collections/${given.id}, leads to its maps and to the file itself.`,
  },
  bboxWrong: {
    status: 400,
    title: 'Bounding box is not one',
    detail: (given: { why: string }) =>
      `bbox ${given.why}. Expected four numbers west,south,east,north (in the axis order of bbox-crs), or six with heights.`,
  },
  areaWrong: {
    status: 400,
    title: 'Area is not one',
    detail: (given: { why: string }) => given.why,
  },
  areaElsewhere: {
    status: 404,
    title: 'Area lies outside of the coordinate system',
    detail: (given: { why: string }) => `${given.why} Ask for an area within it.`,
  },
  datetimeWrong: {
    status: 400,
    title: 'Time is not one',
    detail: (given: { given: string }) =>
      `datetime is '${given.given}'; expected an instant such as 2020-01-31 or 2020-01-31T12:00:00Z, or an interval such as 2020-01-01/2020-12-31, 2020-01-01/.. or ../2020-12-31.`,
  },
  propertyUnknown: {
    status: 400,
    title: 'Property not known',
    detail: (given: { name: string; known: string[] }) =>
      `'${given.name}' is not a property of this collection. Known: ${listed(given.known)}.`,
  },
  propertyValueWrong: {
    status: 400,
    title: 'Value does not fit the property',
    detail: (given: { name: string; given: string; expected: string }) =>
      `${given.name} is '${given.given}'; expected ${given.expected}.`,
  },
  cursorWrong: {
    status: 400,
    title: 'Cursor is not one',
    detail: () =>
      'The cursor does not come from a next link of this collection. Start at the first page, without cursor.',
  },
  sortKeyWrong: {
    status: 400,
    title: 'Cannot be sorted by this',
    detail: (given: { given: string; known: string[]; most: number }) =>
      `sortby has '${given.given}'. Expected at most ${given.most} different properties, each with + (or nothing) for first to last, - for last to first. Known: ${listed(given.known)}.`,
  },
  textSearchWrong: {
    status: 400,
    title: 'Words to search for are missing',
    detail: (given: { given: string; most: number }) =>
      `q is '${given.given}'; expected one to ${given.most} words or phrases, separated by commas.`,
  },
  answerTakesTooLong: {
    status: 422,
    title: 'Takes too long',
    detail: (given: { seconds: number }) =>
      `No feature was found within ${given.seconds} seconds, and the search was stopped. Ask for a smaller area with bbox, for fewer features with a filter on other properties, or without sortby and q.`,
  },
  dataReplaced: {
    status: 410,
    title: 'Data were replaced',
    detail: (given: { firstPage: string }) =>
      `The data of this collection were replaced while you were paging through them. Start again at ${given.firstPage}.`,
    extensions: ({ firstPage }) => ({
      links: [{ rel: 'first', href: firstPage, type: 'application/geo+json' }],
    }),
  },
})
