/**
 * The English words of findings, refusals and style reports, by key, with {placeholders}. A key is a code, or a code and
 * what it is about ('MET-001.title'). Another language is another catalogue of the same shape.
 */
import { styleSentences } from '../styles/qml-words.ts'
import type { MessageValues } from './facts.ts'

export type Words = { cause: string; remedy: string }
export type Catalogue = Readonly<Record<string, Words>>

/** Key → [cause, remedy]. */
const sentences: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  'LYR-001': [
    "QGIS cannot read the layer '{name}'.",
    'Repair its source (the warning sign beside the layer) or take it off the list.',
  ],
  'LYR-002': ["'{name}' is a layer of a kind that cannot be published.", 'Take it off the list.'],
  'LYR-004': ["'{name}' has no features.", 'Publish it only if an empty dataset is what you want.'],
  'LYR-005': [
    "'{name}' is a temporary layer and gone when QGIS closes; only the published copy will stay.",
    'Save it to a file if you want to go on working with it.',
  ],
  'LYR-006': [
    "'{name}' has edits that are not saved; they would not be published.",
    'Save the edits, or discard them.',
  ],
  'LYR-007': [
    "'{name}' has a filter; only the features it shows are published.",
    'Clear the filter to publish all of them.',
  ],
  'LYR-008': [
    '{selected} of {count} features are selected.',
    "Choose 'selected features only' if the others are not to be published.",
  ],
  'LYR-009': [
    "'{name}' comes from this catalogue ({service}); publishing it would copy what is there already.",
    'Publish the layer it was made from, or save a copy first.',
  ],
  'LYR-010': ["'{name}' has no geometry; it is published as a table.", ''],
  'LYR-011': ["The data of '{name}' are the catalogue's own; its style and metadata can be published.", ''],

  'CRS-001': ["'{name}' has no coordinate reference system.", 'Choose the one its coordinates are in.'],
  'CRS-002': [
    "The coordinate reference system of '{name}' ({crs}) has no EPSG code, so that other programs do not know it.",
    'Choose one of the catalogue: the layer is reprojected to it while it is exported. Or assign the EPSG code that it really is.',
  ],
  'CRS-003': [
    '{crs} is not among the coordinate reference systems used in this catalogue ({list}).',
    'It will be published as it is. Reproject it if your organisation asks for one of those.',
  ],
  'CRS-004': ["'{name}' is reprojected from {crs} to EPSG:{target} while it is exported.", ''],

  'GEO-001': ["'{name}' holds curves; what is published has straight lines close to them.", ''],
  'GEO-002': ["'{name}' has heights (Z); they are published.", ''],
  'GEO-003': [
    "'{name}' has measures (M); they are not published.",
    'Put them into a field if they are needed.',
  ],
  'GEO-004': [
    "'{name}' holds geometries of several kinds; some programs show only one of them.",
    'Split the layer by kind of geometry if that matters.',
  ],
  'GEO-005': ["'{name}' lies outside the area of this catalogue.", 'Check its coordinate reference system.'],
  'GEO-006': [
    "The coordinates of '{name}' look exchanged: it lies in the area of this catalogue only if longitude and latitude are swapped.",
    "Swap them (Processing tool 'Swap X and Y coordinates').",
  ],
  'GEO-007': [
    "The coordinates of '{name}' look like degrees, but its coordinate reference system ({crs}) is in metres or feet.",
    'Assign the system the coordinates are in, probably EPSG:4326.',
  ],
  'GEO-008': [
    "The coordinates of '{name}' are too large for degrees, but its coordinate reference system ({crs}) is in degrees.",
    'Assign the system the coordinates are in.',
  ],

  'NAM-001': [
    "Another layer of this publication would have the same id; '{name}' becomes '{id}'.",
    'Enter another id if you prefer one.',
  ],
  'NAM-002': [
    "The catalogue has a collection '{wanted}' already; '{name}' becomes '{id}'.",
    'Enter another id if you prefer one, or link the layer to its record to replace the data.',
  ],
  'NAM-003': [
    "The name '{name}' has no Latin letters for an id in addresses; it becomes '{id}'. People see the name.",
    'Enter an id that says what it is.',
  ],
  'NAM-004': [
    "'{id}' cannot be the id of a collection.",
    'Use small Latin letters, digits, hyphens and underscores, at most 63, beginning with a letter or digit.',
  ],
  'NAM-005': ["The id '{id}' is taken.", 'Enter another.'],

  'FLD-001': [
    'The fields {fields} differ in capital letters only; a GeoPackage cannot hold both.',
    'Rename one of them, or leave it out.',
  ],
  'FLD-002': ['A field has no name.', 'Give it a name, so that people know what it is.'],
  'FLD-003': [
    "The name of the field '{field}' has {length} characters; many programs cut or refuse it.",
    'Shorten it, and use the long name as alias.',
  ],
  'FLD-004': ["The field '{field}' holds binary data, which are not published.", ''],

  'RAS-001': [
    "'{name}' is a raster that does not come from a file; only rasters of files can be published.",
    'Save it as a GeoTIFF (right-click the layer, Export › Save As…), and publish that.',
  ],
  'RAS-001.service': [
    "'{name}' is pictures or values from a server; they are that server's to publish.",
    "Enter the server's address as a web service in the metadata of your record. If the data are yours, save them as a GeoTIFF and publish that.",
  ],
  'RAS-002': [
    "The numbers of '{name}' ({type}) are of a kind that the catalogue does not take.",
    'Save it as a GeoTIFF with whole numbers or decimals of 32 bits (Processing tool ‘Translate’), and publish that.',
  ],

  'SIZ-001': [
    "'{name}' may be too large: its file has {size} MB, and one dataset may have {limit} MB.",
    'Go on: the export tells. If it is too large, publish fewer fields or features, or ask the administrator to attach the file.',
  ],
  'SIZ-001.weight': [
    "'{name}' is probably too large: about {size} MB would be published, and one dataset may have {limit} MB.",
    'Publish fewer fields or features, or ask the administrator to attach the file. If you go on, the export tells before anything is sent.',
  ],
  'SIZ-001.raster': [
    "'{name}' may be too large: uncompressed it has {size} MB, and one dataset may have {limit} MB.",
    'Go on: it is compressed, and the export tells before anything is sent. If it is too large, publish a part of it, or coarser cells.',
  ],
  'SIZ-002': [
    "'{name}' is too large: {count} features need at least {size} MB, and one dataset may have {limit} MB.",
    'Publish a part of it, or ask the administrator to attach the file.',
  ],

  'SIZ-003': [
    "'{name}' is near the limit: about {size} MB would be published, and one dataset may have {limit} MB.",
    'Go on: the export tells before anything is sent. Plan for fewer fields or features if the dataset grows.',
  ],

  'MET-001.contacts': [
    'Nobody is named as responsible for the metadata; you will be.',
    'Enter a person or organisation.',
  ],
  'MET-001.resourceType': ['The kind of resource is missing; it follows from the layer.', ''],
  'MET-001.title': [
    'The title is missing; it is made of the name of the layer.',
    'Enter a title people understand.',
  ],
  'MET-001.dates': [
    'The dataset has no date; today is entered as date of publication.',
    'Enter when it was created or revised.',
  ],
  'MET-001.abstract': [
    'The abstract is missing; a sentence about fields and features is entered.',
    'Describe in a few sentences what the dataset is about.',
  ],
  'MET-001.pointsOfContact': [
    'Nobody is named whom people could ask about the data; you will be.',
    'Enter a person or organisation.',
  ],
  'MET-001.resourceLanguage': [
    "The language of the data is missing; 'undetermined' is entered.",
    'Choose it.',
  ],
  'MET-001.topicCategories': [
    'The topic category is missing; one is guessed from the title.',
    'Choose at least one.',
  ],
  'MET-001.crs': ["The coordinate reference system is missing in the metadata; the layer's is entered.", ''],
  'MET-001.lineageStatement': [
    'Where the data come from is missing; it will say that nothing is recorded.',
    'Say where the data come from and how they were made.',
  ],
  'MET-001.useConditions': [
    "The conditions of use are missing; 'Unknown' is entered.",
    "State them; enter 'No conditions' if none apply.",
  ],
  'MET-001.accessConditions': [
    "The conditions of access are missing; 'Unknown' is entered.",
    "State them; enter 'No conditions' if none apply.",
  ],
  'MET-001': ["'{field}' is missing in the metadata.", 'Enter it.'],
  'MET-002': ['{message}', ''],
  'MET-002.contact-unnamed': [
    'A contact has neither name nor organisation.',
    'Enter one of them, or remove the contact.',
  ],
  'MET-003': [
    "The contact '{contact}' has no e-mail address, so that nobody can reach it.",
    'Enter the address, or remove the contact.',
  ],
  'MET-004': ['{message}', ''],

  'LNK-001': [
    "'{name}' and {others} were published as the same record; each would overwrite the other.",
    'Publish one of them, or forget the link of the others.',
  ],
  'LNK-002': [
    "The record '{name}' was published as is gone, or not yours to see; it would become a new one.",
    'Go on to publish it anew, or ask the administrator what happened.',
  ],
  'LNK-003': [
    "'{name}' was published in another catalogue ({server}) before; here it becomes a new record, and the link moves.",
    '',
  ],
  'LNK-004': [
    "The record '{title}' belongs to somebody else; your token may not publish it.",
    'Ask its owner or a custodian, or publish the layer as a new record.',
  ],
  'LNK-005': [
    "The record '{title}' cannot be published while its state is '{state}'.",
    'Ask the administrator to finish the review.',
  ],
  'LNK-006': [
    "The record '{title}' was changed in the catalogue (version {found}) since this layer was published (version {known}).",
    'Look at the plan: what was changed there is replaced by what you publish.',
  ],
  'LNK-007': [
    "Features of '{title}' were edited in the catalogue on {day}, after they were published; new data would end those edits.",
    'Publish style or metadata only; or add the collection to the map, bring its edits into your layer, and publish then.',
  ],

  'STY-001': ['{count} parts of the style are drawn nearly the same by other programs: {examples}.', ''],
  'STY-001.one': ['One part of the style is drawn nearly the same by other programs: {examples}.', ''],
  'STY-002': [
    '{count} parts of the style are kept for QGIS only; other programs leave them out: {examples}.',
    'Look at the style report for what to choose instead.',
  ],
  'STY-002.one': [
    'One part of the style is kept for QGIS only; other programs leave it out: {examples}.',
    'Look at the style report for what to choose instead.',
  ],
  'STY-003': [
    '{count} parts of the style would look wrong outside QGIS: {examples}.',
    'Look at the style report for what to do.',
  ],
  'STY-003.one': [
    'One part of the style would look wrong outside QGIS: {examples}.',
    'Look at the style report for what to do.',
  ],
  'STY-004': [
    'QGIS can write nothing of this style for other programs; it is published for QGIS alone, and others draw the layer in a way of their own.',
    'Choose single symbols, categories, ranges or rules.',
  ],
  'STY-005.missing': [
    "The symbol file '{asset}' is missing on this computer.",
    'Find it, or choose another symbol.',
  ],
  'STY-005.too-large': [
    "The symbol file '{asset}' is too large to travel inside the style.",
    'Make it smaller, or choose another symbol.',
  ],
  'STY-006': [
    "The font '{font}' is not installed here, so that you see another one.",
    'Install it, or choose another.',
  ],
  'STY-007': [
    'The style for other programs (SLD) has {size} kB, and the catalogue takes {limit} kB; it is published for QGIS alone.',
    'Embed fewer or smaller images in the symbols.',
  ],
  'STY-008': [
    'The QGIS style has {size} kB, and the catalogue takes {limit} kB.',
    'Embed fewer or smaller images in the symbols.',
  ],
}

const toCatalogue = (table: Readonly<Record<string, readonly [string, string]>>): Record<string, Words> => {
  const catalogue: Record<string, Words> = {}
  for (const key of Object.keys(table)) {
    const [cause = '', remedy = ''] = table[key] ?? []
    catalogue[key] = { cause, remedy }
  }
  return catalogue
}

export const english: Catalogue = Object.assign(toCatalogue(sentences), toCatalogue(styleSentences))

/** Fills the placeholders; a key that the catalogue does not have is said in English. */
export const say = (
  message: { key: string; values: MessageValues },
  catalogue: Catalogue = english,
): Words => {
  const { key, values } = message
  const general = key.replace(/\..*$/, '')
  const words = catalogue[key] ?? english[key] ?? catalogue[general] ?? english[general]
  if (!words) return { cause: key, remedy: '' }
  return { cause: fill(words.cause, values), remedy: fill(words.remedy, values) }
}

/** In one pass, so that braces in a name stay as they are. */
const fill = (text: string, values: MessageValues): string =>
  text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name]
    return value === undefined ? placeholder : String(value)
  })
