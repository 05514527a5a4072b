/** Problems with the content of a file: it cannot be read, or what it holds cannot be published. */
import { defineProblems } from '../problem.ts'

const shown = (text: string, limit = 80) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names come from files, and messages go to terminals.
  const clean = text.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, ' ')
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean
}

const rowList = (rows: (number | string)[], total: number) =>
  `${rows.join(', ')}${total > rows.length ? ` and ${total - rows.length} more` : ''}`

export const ingestProblems = defineProblems({
  fileDamaged: {
    status: 422,
    title: 'File is damaged',
    detail: (given: { format: string; found: string }) =>
      `This ${given.format} cannot be read: ${shown(given.found, 300)}. Open it where it was made, save it again and upload the new file.`,
  },
  formatNotLoadable: {
    status: 422,
    title: 'Format is not published as features',
    detail: (given: { format: string }) =>
      `A ${shown(given.format)} file cannot become a collection of features; expected a GeoPackage, a zipped shapefile, GeoJSON or CSV. It can be offered as a download.`,
  },
  fileEmpty: {
    status: 422,
    title: 'File is empty',
    detail: (given: { format: string; expected: string; found?: string }) =>
      `This ${given.format} holds nothing to publish; expected ${given.expected}.${given.found ? ` ${shown(given.found, 1000)}` : ''}`,
  },
  layerMissing: {
    status: 422,
    title: 'No such layer in the file',
    detail: (given: { layer: string; found: string[] }) =>
      `The file has no layer '${shown(given.layer)}'. It has: ${
        given.found
          .slice(0, 20)
          .map((name) => shown(name))
          .join(', ') || 'none'
      }.`,
    extensions: (given) => ({ layers: given.found.slice(0, 100) }),
  },
  layerUnreadable: {
    status: 422,
    title: 'Layer cannot be read',
    detail: (given: { layer: string; found: string; expected: string }) =>
      `Layer '${shown(given.layer)}': found ${shown(given.found, 300)}; expected ${given.expected}.`,
  },
  tooManyLayers: {
    status: 422,
    title: 'Too many layers',
    detail: (given: { found: number; limit: number }) =>
      `The file lists ${given.found} layers; at most ${given.limit} are read. Export the layer to publish into a file of its own.`,
  },
  tooManyFields: {
    status: 422,
    title: 'Too many fields',
    detail: (given: { layer: string; found: number; limit: number }) =>
      `Layer '${shown(given.layer)}' has ${given.found} fields; at most ${given.limit} can be published. Remove those that nobody needs.`,
  },
  tooManyFeatures: {
    status: 422,
    title: 'Too many features',
    detail: (given: { layer: string; limit: number }) =>
      `Layer '${shown(given.layer)}' has more than ${given.limit} features, the most this server loads. Split it, or ask the administrator to raise the limit.`,
  },
  crsMissing: {
    status: 422,
    title: 'Coordinate system missing',
    detail: (given: { layer: string }) =>
      `Layer '${shown(given.layer)}' does not say which coordinate system its coordinates are in. Name its EPSG code when publishing.`,
  },
  crsNotIdentified: {
    status: 422,
    title: 'Coordinate system not recognised',
    detail: (given: { layer: string; found: string }) =>
      `Layer '${shown(given.layer)}' says '${shown(given.found, 200)}', which matches no known EPSG code. Name the EPSG code when publishing, or reproject the layer.`,
  },
  crsNotSupported: {
    status: 422,
    title: 'Coordinate system not supported',
    detail: (given: { epsg: number }) =>
      `EPSG:${given.epsg} is not a coordinate system this server can transform. Choose a two-dimensional projected or geographic one.`,
  },
  coordinatesOutOfRange: {
    status: 422,
    title: 'Coordinates that are not numbers on Earth',
    detail: (given: { layer: string; rows: (number | string)[]; total: number }) =>
      `Layer '${shown(given.layer)}' has ${given.total} feature(s) with a coordinate that is not a finite number below 100 000 000: ${rowList(given.rows, given.total)}. Correct or delete them and upload again.`,
    extensions: (given) => ({ rows: given.rows, total: given.total }),
  },
  geometryBroken: {
    status: 422,
    title: 'Geometries that cannot be read',
    detail: (given: { layer: string; rows: (number | string)[]; total: number; found: string }) =>
      `Layer '${shown(given.layer)}' has ${given.total} feature(s) whose geometry is broken (${shown(given.found, 200)}): ${rowList(given.rows, given.total)}. Repair or delete them and upload again.`,
    extensions: (given) => ({ rows: given.rows, total: given.total, found: given.found }),
  },
  rasterTooLarge: {
    status: 422,
    title: 'Raster is too large',
    detail: (given: { found: string; limit: string }) =>
      `The raster ${given.found}; the limit is ${given.limit}. Clip it, resample it or split it, and upload again.`,
  },
  rasterNotSupported: {
    status: 422,
    title: 'Raster is written in a way that is not read',
    detail: (given: { found: string; remedy: string }) =>
      `The raster ${shown(given.found, 200)}, which is not read here. ${given.remedy}, and upload again; or offer the file as it is, as a download.`,
  },
  rasterWithoutPlace: {
    status: 422,
    title: 'Raster without georeference',
    detail: (given: { layer: string }) =>
      `The raster '${shown(given.layer)}' does not say where it lies. Georeference it (in QGIS: Raster > Georeferencer) and upload it again, or offer the file as it is, as a download.`,
  },
  duplicateIds: {
    status: 422,
    title: 'Feature ids occur twice',
    detail: (given: { layer: string; found: string }) =>
      `Layer '${shown(given.layer)}' gives the same id to several features (${shown(given.found)}). Export it again, so that every feature gets an id of its own.`,
  },
  valueTooLong: {
    status: 422,
    title: 'A value is too large',
    detail: (given: { row: number | string; bytes: number; limit: number }) =>
      `Feature ${given.row} takes ${given.bytes} bytes or more; at most ${given.limit} are stored. Split or simplify it.`,
  },
  numberNotFinite: {
    status: 422,
    title: 'A number that is none',
    detail: (given: { format: string; place: string; found: string }) =>
      `This ${given.format} has ${given.found} where a number belongs: ${given.place}. Write null, or a number, and upload again.`,
  },
  rowsUnreadable: {
    status: 422,
    title: 'Lines that cannot be read',
    detail: (given: { format: string; found: string; expected: string; lines: number[]; total: number }) =>
      `This ${given.format} has ${given.found}; expected ${given.expected}. Line(s): ${rowList(given.lines, given.total)}. Correct them and upload again.`,
    extensions: (given) => ({ lines: given.lines, total: given.total }),
  },
  csvColumnMissing: {
    status: 422,
    title: 'No such column',
    detail: (given: { column: string; found: string[] }) =>
      `The CSV file has no column '${shown(given.column)}'. It has: ${given.found
        .slice(0, 50)
        .map((name) => shown(name))
        .join(', ')}.`,
    extensions: (given) => ({ columns: given.found }),
  },
  readerStopped: {
    status: 422,
    title: 'Reading the file was stopped',
    detail: (given: { reason: 'time' | 'memory' | 'output' | 'crash'; limit?: string }) => {
      const why = {
        time: `it took longer than ${given.limit ?? 'allowed'}`,
        memory: `it needed more memory than ${given.limit ?? 'allowed'}`,
        output: `it produced more data than ${given.limit ?? 'allowed'}`,
        crash: 'the reader ended unexpectedly',
      }[given.reason]
      return `Reading the file was stopped because ${why}. The file is probably damaged or not what it claims to be; open it where it was made, save it again and upload the new file.`
    },
    extensions: (given) => ({ reason: given.reason }),
  },
  loadDisagrees: {
    status: 500,
    title: 'Loaded data differ from the file',
    detail: (given: { what: string; inFile: string; inTable: string }) =>
      `After loading, the ${given.what} in the table (${given.inTable}) is not that of the file (${given.inFile}). Nothing was published. Try again, and tell the administrator if it stays so.`,
  },
})
