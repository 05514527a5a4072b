/** Problems with what an upload is: its kind, its name, and the archive it is packed in. */
import { defineProblems } from '../problem.ts'

/** Names come from strangers and end up in terminals and pages: control characters and turned writing are shown as spaces. */
export const shownName = (name: string, limit = 80): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above.
  const clean = name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}

const list = (names: string[], limit = 12) =>
  names.length === 0
    ? 'nothing'
    : `${names
        .slice(0, limit)
        .map((name) => shownName(name))
        .join(', ')}${names.length > limit ? ` and ${names.length - limit} more` : ''}`

const ALLOWED = '.geojson, .zip, .gpkg, .tif, .docx, .pdf, .csv, .xlsx'
const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

export const archiveProblems = defineProblems({
  fileTypeNotAllowed: {
    status: 415,
    title: 'Kind of file not accepted',
    detail: (given: { fileName: string; found: string }) =>
      `'${shownName(given.fileName)}' is ${given.found}. Accepted are ${ALLOWED}; a shapefile comes as .zip with its .shp, .shx, .dbf and .prj.`,
    extensions: () => ({ allowed: ALLOWED.split(', ') }),
  },
  fileMislabelled: {
    status: 422,
    title: 'File is not what its name says',
    detail: (given: { fileName: string; promised: string; found: string }) =>
      `'${shownName(given.fileName)}' should be ${given.promised} by its name, but its content is ${given.found}. Export the data again in the right format, or give the file its right name.`,
    extensions: (given) => ({ promised: given.promised, found: given.found }),
  },
  fileHasNoContent: {
    status: 422,
    title: 'File has no content',
    detail: (given: { fileName: string }) =>
      `'${shownName(given.fileName)}' is 0 bytes long. The export or the upload probably failed; make the file again.`,
  },
  fileEncrypted: {
    status: 422,
    title: 'File is encrypted',
    detail: (given: { fileName: string; found: string }) =>
      `'${shownName(given.fileName)}' is ${given.found}, so nobody could open it from the catalogue. Save it without a password and upload that.`,
  },
  archiveDamaged: {
    status: 422,
    title: 'Archive is damaged',
    detail: (given: { found: string }) =>
      `The archive cannot be read: ${shownName(given.found, 300)}. Pack the files again into a plain .zip and upload that.`,
  },
  archiveRefused: {
    status: 422,
    title: 'Archive not accepted',
    detail: (given: { found: string; expected: string }) =>
      `The archive has ${shownName(given.found, 300)}; expected ${given.expected}. Pack only what belongs to the data again and upload that.`,
  },
  archiveTooLarge: {
    status: 422,
    title: 'Archive unpacks to too much',
    detail: (given: { found: string; limit: string }) =>
      `The archive ${given.found}; the limit is ${given.limit}. Remove what is not needed, or publish the data as a GeoPackage.`,
  },
  shapefileMissing: {
    status: 422,
    title: 'No shapefile in the archive',
    detail: (given: { found: string[] }) =>
      `Expected one shapefile (.shp with .shx, .dbf and .prj) in the .zip. Found: ${list(given.found)}.`,
    extensions: (given) => ({ found: given.found.slice(0, 64) }),
  },
  shapefileAmbiguous: {
    status: 422,
    title: 'More than one shapefile in the archive',
    detail: (given: { found: string[] }) =>
      `Expected exactly one shapefile in the .zip. Found parts of ${given.found.length}: ${list(given.found)}. Pack each into a .zip of its own.`,
    extensions: (given) => ({ found: given.found.slice(0, 64) }),
  },
  shapefileIncomplete: {
    status: 422,
    title: 'Shapefile is not complete',
    detail: (given: { baseName: string; missing: string[]; found: string[] }) =>
      `The shapefile '${shownName(given.baseName)}' lacks ${given.missing.join(' and ')}. A shapefile needs .shp, .shx, .dbf and .prj. Found: ${list(given.found)}. Add what is missing to the .zip.`,
    extensions: (given) => ({ missing: given.missing, found: given.found.slice(0, 64) }),
  },
})

export { megabytes }
