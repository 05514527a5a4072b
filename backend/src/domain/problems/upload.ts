/** Problems with files on their way in. */
import { defineProblems } from '../problem.ts'

const inMb = (bytes: number) => `${Number((bytes / 1_048_576).toFixed(1))} MB`

export const uploadProblems = defineProblems({
  fileTypeNotAccepted: {
    status: 415,
    title: 'File type not accepted',
    detail: (given: { fileName: string; accepted: string[] }) =>
      `'${given.fileName}' is not of a type that is accepted here. Accepted: ${given.accepted.join(' ')}. Save it as one of these and upload again.`,
    extensions: (given) => ({ accepted: given.accepted }),
  },
  uploadTooLarge: {
    status: 413,
    title: 'File too large',
    detail: (given: {
      fileName: string
      foundBytes: number
      isAtLeast?: boolean
      limitBytes: number
      geopackageBytes: number
    }) =>
      `'${given.fileName}' has ${given.isAtLeast ? 'more than ' : ''}${inMb(given.foundBytes)}; at most ${inMb(given.limitBytes)} is accepted${
        given.limitBytes < given.geopackageBytes
          ? ` (a GeoPackage may have ${inMb(given.geopackageBytes)})`
          : ''
      }. Split it, or ask the administrator to attach it from server storage.`,
    extensions: (given) => ({ foundBytes: given.foundBytes, limitBytes: given.limitBytes }),
  },
  largeFileNotGeopackage: {
    status: 413,
    title: 'Only a GeoPackage may be that large',
    detail: (given: { fileName: string; foundBytes: number; limitBytes: number }) =>
      `'${given.fileName}' has ${inMb(given.foundBytes)}, but its content is not a GeoPackage's; other files may have at most ${inMb(given.limitBytes)}. Nothing was kept.`,
    extensions: (given) => ({ foundBytes: given.foundBytes, limitBytes: given.limitBytes }),
  },
  uploadLongerThanSaid: {
    status: 413,
    title: 'More bytes than announced',
    detail: (given: { fileName: string; saidBytes: number }) =>
      `'${given.fileName}' was announced with ${given.saidBytes} bytes, but more were sent. Begin again with the right Upload-Length.`,
  },
  partTooLarge: {
    status: 413,
    title: 'File too large',
    detail: (given: { part: string; fileName: string; limitBytes: number }) =>
      `'${given.fileName}' (part '${given.part}') has more than ${inMb(given.limitBytes)}, which is the most accepted.`,
    extensions: (given) => ({ limitBytes: given.limitBytes }),
  },
  uploadEmpty: {
    status: 422,
    title: 'File is empty',
    detail: (given: { fileName: string }) =>
      `'${given.fileName}' has no content. Check the export and upload it again.`,
  },
  filePartMissing: {
    status: 400,
    title: 'File missing',
    detail: (given: { part: string; found: string[] }) =>
      `The form has no file part named '${given.part}'${given.found.length ? `; it has ${given.found.map((name) => `'${name}'`).join(', ')}` : ''}. Send the file under that name.`,
  },
  formPartUnexpected: {
    status: 400,
    title: 'Unexpected part in the form',
    detail: (given: { part: string; expected: string[] }) =>
      `The form has ${given.part}, which does not belong here. Expected once: ${given.expected.join(', ')}.`,
  },
  formBroken: {
    status: 400,
    title: 'Form cannot be read',
    detail: (given: { found: string }) =>
      `The multipart form cannot be read: ${given.found}. Send it again as multipart/form-data.`,
  },
  formOversized: {
    status: 413,
    title: 'Form too large',
    detail: (given: { limitBytes: number }) =>
      `The form as a whole has more than ${inMb(given.limitBytes)}, which is the most accepted here.`,
    extensions: (given) => ({ limitBytes: given.limitBytes }),
  },
  contentEncoded: {
    status: 415,
    title: 'Content encoding not accepted',
    detail: (given: { found: string }) =>
      `The body came with Content-Encoding '${given.found}'; expected none. Send the file as it is.`,
  },
  uploadStalled: {
    status: 408,
    title: 'Upload stalled',
    detail: (given: { seconds: number }) =>
      `No bytes arrived for ${given.seconds} seconds. A resumable upload goes on where it stopped: ask for its offset.`,
  },
  uploadTakenOver: {
    status: 409,
    title: 'Upload continued elsewhere',
    detail: () => 'A newer request of the same token continues this upload; this one was ended.',
  },
  uploadLocked: {
    status: 423,
    title: 'Upload is being written',
    detail: () =>
      'Another request is sending bytes of this upload right now. Wait for it, then ask for the offset again.',
    headers: () => ({ 'Retry-After': '2' }),
  },
  uploadOffsetWrong: {
    status: 409,
    title: 'Wrong offset',
    detail: (given: { sent: number; expected: number }) =>
      `The piece was sent for offset ${given.sent}, but ${given.expected} bytes are stored. Continue at ${given.expected}.`,
    extensions: (given) => ({ offset: given.expected }),
    headers: (given) => ({ 'Upload-Offset': String(given.expected) }),
  },
  uploadComplete: {
    status: 409,
    title: 'Upload already complete',
    detail: (given: { state: string }) =>
      `This upload has all its bytes and is '${given.state}'; nothing more can be added.`,
  },
  uploadBytesLost: {
    status: 410,
    title: 'Upload lost',
    detail: (given: { id: string }) =>
      `The bytes of upload ${given.id} are no longer on this server. Begin again.`,
  },
  uploadInUse: {
    status: 409,
    title: 'Upload is being published',
    detail: (given: { id: string }) =>
      `The upload ${given.id} is being published. Wait for that, or cancel it first.`,
  },
  checksumDiffers: {
    status: 460,
    title: 'Checksum differs',
    detail: () =>
      'The piece arrived damaged: its SHA-256 is not the one sent with it. It was dropped; send it again.',
  },
  checksumUnknown: {
    status: 400,
    title: 'Checksum not understood',
    detail: (given: { found: string }) =>
      `Upload-Checksum is '${given.found.slice(0, 80)}'; expected 'sha256 ' and the digest in base64.`,
  },
  tusVersionUnknown: {
    status: 412,
    title: 'Version of tus not supported',
    detail: (given: { found: string }) => `Tus-Resumable is '${given.found.slice(0, 40)}'; expected 1.0.0.`,
    headers: () => ({ 'Tus-Version': '1.0.0' }),
  },
  tusMetadataBroken: {
    status: 400,
    title: 'Upload-Metadata not understood',
    detail: (given: { found: string }) =>
      `Upload-Metadata ${given.found}; expected 'filename <base64 of the name>'.`,
  },
  readerFailed: {
    status: 500,
    title: 'File could not be read',
    detail: () =>
      'Reading the file failed because of a mistake in this server, not in the file. Tell the administrator.',
  },
})
