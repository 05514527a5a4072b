/** Problems with records and publications. */
import { defineProblems } from '../problem.ts'

type Finding = { page: number; field: string; code: string; message: string }

export const recordProblems = defineProblems({
  recordIncomplete: {
    status: 422,
    title: 'Record not complete',
    detail: (given: { errors: Finding[] }) =>
      `Before it can be published, ${given.errors.length} thing(s) must be put right: ${given.errors.map((e) => e.message).join(' ')}`,
    extensions: (given) => ({ errors: given.errors }),
  },
  uploadNotReady: {
    status: 409,
    title: 'Upload not ready',
    detail: (given: { uploadId: string; state: string }) =>
      `The upload ${given.uploadId} is '${given.state}'; it can be published when it is 'ready'.`,
  },
  layerNeeded: {
    status: 422,
    title: 'Choose a layer',
    detail: (given: { layers: string[]; asked?: string }) =>
      given.asked === undefined
        ? `The file has ${given.layers.length} layers; say which one to publish: ${given.layers.join(', ')}.`
        : `The file has no layer '${given.asked}'. It has: ${given.layers.join(', ') || 'none that can be published'}.`,
    extensions: (given) => ({ layers: given.layers }),
  },
  nothingToPublish: {
    status: 422,
    title: 'No layer to publish',
    detail: (given: { fileName: string }) =>
      `'${given.fileName}' has no layer with features or rows. Check that the right file was uploaded.`,
  },
  crsNeeded: {
    status: 422,
    title: 'Coordinate system needed',
    detail: (given: { layer: string; found: string | null }) =>
      `Layer '${given.layer}' ${given.found === null ? 'does not say its coordinate system' : `has the coordinate system '${given.found}', which matches no EPSG code`}. Name it when publishing (sourceEpsg, --crs), or reproject the layer and try again.`,
  },
  collectionIdTaken: {
    status: 409,
    title: 'Collection id taken',
    detail: (given: { id: string }) =>
      `The collection id '${given.id}' belongs to another record. Choose another one.`,
  },
  collectionIdFixed: {
    status: 422,
    title: 'Collection id cannot change',
    detail: (given: { current: string; asked: string }) =>
      `This record's collection is '${given.current}' and keeps that id, so that links stay valid; '${given.asked}' was asked for.`,
  },
  publicationRunning: {
    status: 409,
    title: 'Already publishing',
    detail: (given: { recordId: string }) =>
      `A publication of record ${given.recordId} is already running. Wait for it or cancel it.`,
  },
  schemaChanged: {
    status: 409,
    title: 'The columns changed',
    detail: (given: { dropped: string[]; retyped: string[]; geometry: string | null }) =>
      [
        'The new data do not have the columns that users of this collection know.',
        given.dropped.length ? `Missing: ${given.dropped.join(', ')}.` : '',
        given.retyped.length ? `Other type: ${given.retyped.join(', ')}.` : '',
        given.geometry ? `Geometry: ${given.geometry}.` : '',
        'Publish with acceptSchemaChange (--accept-schema-change) if this is meant. Nothing was changed.',
      ]
        .filter(Boolean)
        .join(' '),
    extensions: (given) => ({ dropped: given.dropped, retyped: given.retyped, geometry: given.geometry }),
  },
  changedWhilePublishing: {
    status: 412,
    title: 'Record changed meanwhile',
    detail: (given: { recordId: string }) =>
      `Record ${given.recordId} was changed while it was being published. Nothing was published; look at the change and publish again.`,
  },
  tokenEnded: {
    status: 403,
    title: 'Token ended meanwhile',
    detail: () =>
      'The token that asked for this publication was revoked or has expired. Nothing was published.',
  },
  publicationCancelled: {
    status: 409,
    title: 'Cancelled',
    detail: () => 'The publication was cancelled before it was committed. Nothing was published.',
  },
  stateConflict: {
    status: 409,
    title: 'Not possible in this state',
    detail: (given: { state: string; action: string; expected: string }) =>
      `A record that is '${given.state}' cannot be ${given.action}; it must be ${given.expected}.`,
  },
  publicationNotDone: {
    status: 409,
    title: 'Publication has not ended well',
    detail: (given: { state: string }) =>
      `The publication is '${given.state}', so that there is nothing published whose pictures could be compared; it must be 'done'.`,
  },
  viewNameInvalid: {
    status: 422,
    title: 'Table name not usable',
    detail: (given: { name: string; why: string }) =>
      `'${given.name}' cannot be used as table name: ${given.why}. Expected 'table' or 'schema.table' in lower case, letters, digits and _, at most 63 characters each.`,
  },
  styleDoesNotFit: {
    status: 422,
    title: 'Style does not fit the layer',
    detail: (given: { styleId: string; findings: { code: string; message: string }[] }) =>
      `Style '${given.styleId}' cannot be used for this layer: ${given.findings.map((f) => f.message).join(' ')}`,
    extensions: (given) => ({ findings: given.findings }),
  },
  layerTooLarge: {
    status: 413,
    title: 'Layer too large',
    detail: (given: { layer: string; sizeBytes: number; limitBytes: number }) =>
      `Layer '${given.layer}' weighs about ${(given.sizeBytes / 1_048_576).toFixed(1)} MB; at most ${(given.limitBytes / 1_048_576).toFixed(0)} MB is accepted per dataset. Ask the administrator to attach it from server storage, or split it.`,
    extensions: (given) => ({ sizeBytes: given.sizeBytes, limitBytes: given.limitBytes }),
  },
  stagingDiffers: {
    status: 500,
    title: 'Data were not loaded faithfully',
    detail: (given: { what: string; expected: string; found: string }) =>
      `After loading, ${given.what} was ${given.found} where ${given.expected} was expected. Nothing was published; report this.`,
  },
})
