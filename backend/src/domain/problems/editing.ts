/** What may be wrong with an edit of features. Each mistake names its place, what stands there, and what was expected. */
import { defineProblems } from '../problem.ts'

export type FeatureMistake = {
  /** `properties.name`, or `features[3].properties.name`. */
  where: string
  /** The property's name, where it is one. */
  property?: string
  found: string
  expected: string
  /** A name that may have been meant. */
  nearest?: string | null
}

const sentence = ({ where, found, expected, nearest }: FeatureMistake) =>
  `${where}: found ${found}, expected ${expected}.${nearest ? ` Did you mean '${nearest}'?` : ''}`

export const editingProblems = defineProblems({
  featureDoesNotFit: {
    status: 422,
    title: 'Feature does not fit the collection',
    detail: ({ mistakes, total }: { mistakes: FeatureMistake[]; total: number }) =>
      `${mistakes.slice(0, 3).map(sentence).join(' ')}${
        total > 3 ? ` There are ${total} mistakes; 'errors' lists ${mistakes.length} of them.` : ''
      } Nothing was changed.`,
    extensions: ({ mistakes }: { mistakes: FeatureMistake[] }) => ({
      errors: mistakes.map((mistake) => ({ ...mistake, message: sentence(mistake) })),
    }),
  },
  contentTypeMissing: {
    status: 400,
    title: 'Content-Type missing',
    detail: (given: { expected: string[] }) =>
      `The request does not say what its body is. Send the header Content-Type with ${given.expected.join(' or ')}.`,
  },
  bodyCrsDiffers: {
    status: 400,
    title: 'Two coordinate systems named',
    detail: (given: { named: string; crs: string }) =>
      `The body says that its coordinates are in '${given.named.slice(0, 200)}', but they would be taken as ${given.crs}. Say it in the header Content-Crs, and leave it out of the body.`,
  },
  editTooLarge: {
    status: 413,
    title: 'Too many features at once',
    detail: (given: { found: number; most: number }) =>
      `The body has ${given.found} features; at most ${given.most} are taken at once. Send them in several requests, or publish them as a file.`,
    extensions: ({ most }) => ({ most }),
  },
  geometryHasNoPlace: {
    status: 422,
    title: 'Geometry has no place in the coordinate system of the data',
    detail: (given: { given: string; stored: string }) =>
      `A geometry given in ${given.given} has no place in ${given.stored}, in which this collection keeps its data. Check the coordinates, their order, and the header Content-Crs. Nothing was changed.`,
  },
  dataReplacedMeanwhile: {
    status: 409,
    title: 'Data were replaced meanwhile',
    detail: (given: { id: string }) =>
      `The data of '${given.id}' were replaced while this request was under way. Load the features again, and repeat your change on them.`,
  },
  collectionDeprecated: {
    status: 409,
    title: 'Collection is deprecated',
    detail: (given: { id: string; successor: string | null }) =>
      `The data of '${given.id}' are deprecated and stay as they are, because they may be cited.${
        given.successor === null ? '' : ` Edit those of the record that replaces it: ${given.successor}.`
      }`,
    extensions: ({ successor }) => (successor === null ? {} : { successor }),
  },
  idsUsedUp: {
    status: 409,
    title: 'No id left',
    detail: (given: { id: string; last: string }) =>
      `The greatest id in '${given.id}' is ${given.last}, and there is none after it for a new feature. Publish the data anew with smaller ids.`,
  },
})
