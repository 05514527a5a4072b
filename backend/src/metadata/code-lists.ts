/**
 * The closed lists of ISO 19115 that a record chooses from, as ISO 19139 spells them, with the names people read.
 * The contract repeats the codes (openapi/schemas/record-metadata.yaml); a test compares them.
 */

/** R4.23: MD_ScopeCode, as far as it makes sense for a whole record. */
export const resourceTypes = {
  dataset: 'Dataset',
  series: 'Series of datasets',
  nonGeographicDataset: 'Table or document without geometry',
  service: 'Service',
  model: 'Model',
  tile: 'Tile',
  software: 'Software',
} as const
export type ResourceType = keyof typeof resourceTypes

/** R4.37: MD_TopicCategoryCode, all nineteen. */
export const topicCategories = {
  farming: 'Farming',
  biota: 'Plants, animals and habitats',
  boundaries: 'Boundaries',
  climatologyMeteorologyAtmosphere: 'Climate, weather and atmosphere',
  economy: 'Economy',
  elevation: 'Elevation',
  environment: 'Environment',
  geoscientificInformation: 'Geology and soils',
  health: 'Health',
  imageryBaseMapsEarthCover: 'Imagery, base maps and land cover',
  intelligenceMilitary: 'Military',
  inlandWaters: 'Inland waters',
  location: 'Location',
  oceans: 'Oceans and coasts',
  planningCadastre: 'Planning and cadastre',
  society: 'Society',
  structure: 'Buildings and structures',
  transportation: 'Transportation',
  utilitiesCommunication: 'Utilities and communication',
} as const
export type TopicCategory = keyof typeof topicCategories

/** R4.35: MD_SpatialRepresentationTypeCode. */
export const spatialRepresentationTypes = {
  vector: 'Vector',
  grid: 'Grid',
  textTable: 'Text or table',
  tin: 'Triangulated network',
  stereoModel: 'Stereo model',
  video: 'Video',
} as const
export type SpatialRepresentationType = keyof typeof spatialRepresentationTypes

/** R4.21, R4.27: CI_RoleCode. */
export const contactRoles = {
  pointOfContact: 'Point of contact',
  custodian: 'Custodian',
  owner: 'Owner',
  author: 'Author',
  originator: 'Originator',
  publisher: 'Publisher',
  distributor: 'Distributor',
  processor: 'Processor',
  principalInvestigator: 'Principal investigator',
  resourceProvider: 'Resource provider',
  user: 'User',
} as const
export type ContactRole = keyof typeof contactRoles

/** R4.34: MD_CharacterSetCode. */
export const characterSets = [
  'utf8',
  'utf16',
  'utf7',
  'ucs2',
  'ucs4',
  'usAscii',
  '8859part1',
  '8859part2',
  '8859part3',
  '8859part4',
  '8859part5',
  '8859part6',
  '8859part7',
  '8859part8',
  '8859part9',
  '8859part10',
  '8859part11',
  '8859part13',
  '8859part14',
  '8859part15',
  '8859part16',
  'jis',
  'shiftJIS',
  'eucJP',
  'eucKR',
  'ebcdic',
  'big5',
  'GB2312',
] as const
export type CharacterSet = (typeof characterSets)[number]

/** MD_ProgressCode. Whether a record is superseded is its state, not its metadata (R3.10). */
export const progressCodes = {
  completed: 'Completed',
  onGoing: 'Updated continually',
  planned: 'Planned',
  required: 'Needs to be made or updated',
  underDevelopment: 'Being made',
  historicalArchive: 'Historical archive',
  obsolete: 'No longer relevant',
} as const
export type ProgressCode = keyof typeof progressCodes

/** R9.2, R9.3. `OGC:API` is the landing page of an OGC API, whichever of its parts it has. */
export const webServiceProtocols = ['OGC:WMS', 'OGC:WFS', 'OGC:WMTS', 'OGC:API'] as const
export type WebServiceProtocol = (typeof webServiceProtocols)[number]

/** Languages offered first (Q23); any other three-letter code of ISO 639 is accepted too. */
export const languages = {
  eng: 'English',
  fra: 'French',
  acf: 'Saint Lucian Creole',
  spa: 'Spanish',
} as const

export const isOneOf = <Code extends string>(
  codes: readonly Code[] | Record<Code, unknown>,
  value: string,
): value is Code =>
  Array.isArray(codes) ? codes.includes(value as Code) : Object.keys(codes).includes(value)
