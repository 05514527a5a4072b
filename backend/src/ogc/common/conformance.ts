/** Conformance classes by face: only what is wholly there, because clients and test suites believe it. */
import { cql2Conformance } from '../../cql2/conformance.ts'

const common = 'http://www.opengis.net/spec/ogcapi-common-'
const tilesPart = 'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf'
const jsonfgPart = 'http://www.opengis.net/spec/json-fg-1/1.0/conf'
/** The only part whose classes the standard names with https. */
const mapsPart = 'https://www.opengis.net/spec/ogcapi-maps-1/1.0/conf'
const featuresPart = 'http://www.opengis.net/spec/ogcapi-features-'
const stylesPart = 'http://www.opengis.net/spec/ogcapi-styles-1/'

/** What every collection of items has, be they features or records. */
export const itemsConformance: readonly string[] = [
  `${common}1/1.0/conf/core`,
  `${common}1/1.0/conf/landing-page`,
  `${common}1/1.0/conf/json`,
  `${common}1/1.0/conf/html`,
  `${common}1/1.0/conf/oas30`,
  `${common}2/1.0/conf/collections`,
  `${featuresPart}1/1.0/conf/core`,
  `${featuresPart}1/1.0/conf/geojson`,
  `${featuresPart}1/1.0/conf/html`,
  `${featuresPart}1/1.0/conf/oas30`,
  `${featuresPart}3/1.0/conf/queryables`,
  `${featuresPart}3/1.0/conf/queryables-query-parameters`,
  // QGIS asks the server to filter only if these two and cql2-text and basic-cql2 are there.
  `${featuresPart}3/1.0/conf/filter`,
  `${featuresPart}3/1.0/conf/features-filter`,
  ...cql2Conformance,
]

export const featuresConformance: readonly string[] = [
  ...itemsConformance,
  `${featuresPart}2/1.0/conf/crs`,
  // Editing is a draft that is being renamed: its classes have two names (G14).
  ...['create-replace-delete', 'update', 'optimistic-locking-etags'].flatMap((name) => [
    `${featuresPart}4/1.0/conf/${name}`,
    `${common}5/1.0/conf/${name}`,
  ]),
  `${featuresPart}4/1.0/conf/features`,
  // Features Part 5. Not its queryables: there the geometry must be no reference, and QGIS knows no other (G13).
  `${common}3/1.0/conf/schemas`,
  `${common}3/1.0/conf/advanced-property-roles`,
  `${common}3/1.0/conf/returnables-and-receivables`,
  `${common}3/1.0/conf/sortables`,
  `${common}3/1.0/conf/profile-parameter`,
  // The name of before it was approved: QGIS 3.44 and 4.0 take types from the schema only if it is there (G14).
  `${featuresPart}5/1.0/conf/schemas`,
  // Drafts, by the names that they have today; that of text search (Part 9) has none of its own yet.
  `${featuresPart}6/1.0/conf/properties`,
  `${featuresPart}6/1.0/conf/properties-features`,
  `${featuresPart}8/1.0/conf/sortables`,
  `${featuresPart}8/1.0/conf/sorting`,
  `${featuresPart}8/1.0/conf/features-sorting`,
  `${jsonfgPart}/core`,
  `${jsonfgPart}/types-schemas`,
  `${jsonfgPart}/profiles`,
  `${jsonfgPart}/api`,
  `${tilesPart}/core`,
  `${tilesPart}/tileset`,
  `${tilesPart}/tilesets-list`,
  // Tilesets of collections; those of the whole dataset would be another class.
  `${tilesPart}/geodata-tilesets`,
  `${tilesPart}/mvt`,
  `${tilesPart}/oas30`,
  // A draft: some programs know it by the number it has, others by the one it will have.
  ...['0.0', '1.0'].flatMap((version) =>
    ['core', 'mapbox-styles', 'sld-10', 'sld-11'].map((name) => `${stylesPart}${version}/conf/${name}`),
  ),
  // Not dataset-map, which wants one storage system of the whole dataset, nor the parameters of map tiles.
  `${mapsPart}/core`,
  `${mapsPart}/collection-map`,
  `${mapsPart}/styled-map`,
  `${mapsPart}/scaling`,
  `${mapsPart}/display-resolution`,
  `${mapsPart}/spatial-subsetting`,
  `${mapsPart}/crs`,
  `${mapsPart}/background`,
  `${mapsPart}/collections-selection`,
  `${mapsPart}/png`,
  `${mapsPart}/jpeg`,
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata',
]
