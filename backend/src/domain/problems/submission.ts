/** Problems with submissions of the public and their review (R2). Read by people who have never seen a form like it. */
import { defineProblems } from '../problem.ts'

type Finding = { page: number; field: string; code: string; message: string }

const inMinutes = (seconds: number) => (seconds <= 90 ? 'a minute' : `${Math.ceil(seconds / 60)} minutes`)

export const submissionProblems = defineProblems({
  submissionIncomplete: {
    status: 422,
    title: 'Submission not complete',
    detail: (given: { errors: Finding[] }) =>
      `Before it can be submitted, ${given.errors.length === 1 ? 'one thing has' : `${given.errors.length} things have`} to be put right: ${given.errors.map(({ message }) => message).join(' ')}`,
    extensions: (given) => ({ errors: given.errors }),
  },
  submissionNeedsFile: {
    status: 422,
    title: 'File missing',
    detail: () =>
      'A submission is a description and a data file; the file is missing. Choose it in section 3. If the data are on another server and are to stay there, say so, and an administrator decides.',
  },
  submissionNeedsAddress: {
    status: 422,
    title: 'Address of the data missing',
    detail: () =>
      'The submission says that the data are on another server, but not where. Enter the address of the download, of a page about them, or of a web service.',
  },
  submissionFileNotReady: {
    status: 409,
    title: 'File not ready',
    detail: (given: { fileName: string; state: string }) =>
      given.state === 'refused'
        ? `'${given.fileName}' was not accepted. Choose another file.`
        : `'${given.fileName}' has not completely arrived, or is still being read. Wait a moment, then submit again.`,
  },
  submissionFileActive: {
    status: 422,
    title: 'File does more than show data',
    detail: (given: { fileName: string; found: string[] }) =>
      `'${given.fileName}' cannot be taken from the public: ${given.found.join(' ')} Save it without that, for example as a plain PDF, and choose it again.`,
  },
  submissionFilledByProgram: {
    status: 422,
    title: 'A field that people do not see was filled in',
    detail: () =>
      "The field 'website' is there to find programs that fill in every field; people do not see it. If your browser filled it in by itself, reload the page and submit again.",
  },
  submissionTooQuick: {
    status: 429,
    title: 'Too quick for a person',
    detail: (given: { retryAfterSeconds: number }) =>
      `The form was sent within moments of being opened, as programs do. Wait ${given.retryAfterSeconds} seconds and submit again; your entries are still there.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds) }),
  },
  submissionStampUnknown: {
    status: 422,
    title: 'Form too old',
    detail: () =>
      'The form was opened too long ago, or by another server. Ask for a new stamp (GET /submission-form) and submit again; your entries are still there.',
  },
  submissionsTooMany: {
    status: 429,
    title: 'Too many submissions',
    detail: (given: { limit: number; retryAfterSeconds: number }) =>
      `${given.limit} submissions came from your network or e-mail address within an hour, which is the most that is taken. Try again in ${inMinutes(given.retryAfterSeconds)}; your entries are still there. If you have many datasets, ask for a token.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds) }),
  },
  submissionUploadsTooMany: {
    status: 429,
    title: 'Too many uploads',
    detail: (given: { limit: number; retryAfterSeconds: number }) =>
      `${given.limit} files were begun from your network within an hour, which is the most that is taken. Try again in ${inMinutes(given.retryAfterSeconds)}.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds) }),
  },
  reviewQueueFull: {
    status: 503,
    title: 'No room for more submissions',
    detail: () =>
      'So many submissions wait for review that no more are taken at the moment. Your entries stay in this browser; try again tomorrow, or tell the administrator.',
    headers: () => ({ 'Retry-After': '3600' }),
  },
  submissionLinkUnknown: {
    status: 404,
    title: 'Link not known',
    detail: () =>
      'This link opens no submission here. Copy it whole from the receipt or from the last mail: it has two parts, the reference and the secret after the #.',
  },
  submissionLinkExpired: {
    status: 410,
    title: 'Link expired',
    detail: (given: { reference: string }) =>
      `The link to submission ${given.reference} has expired. Ask the administrator about it, naming the reference.`,
  },
  submissionStateConflict: {
    status: 409,
    title: 'Not possible in this state',
    detail: (given: { reference: string; state: string; action: string; expected: string }) =>
      `Submission ${given.reference} is '${given.state}' and cannot be ${given.action}; it would have to be ${given.expected}.`,
  },
  submissionNeedsException: {
    status: 422,
    title: 'Submission without a file',
    detail: (given: { reference: string }) =>
      `Submission ${given.reference} has no data file. Metadata alone are published only as an exception: grant it (acceptWithoutFile), or return the submission and ask for the file.`,
  },
})
