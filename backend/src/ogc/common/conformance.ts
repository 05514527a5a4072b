/** Conformance classes by face: only what is wholly there, because clients and test suites believe it. */
import { cql2Conformance } from '../../cql2/conformance.ts'

const common = 'http://www.opengis.net/spec/ogcapi-common-'
const tilesPart = 'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf'
const featuresPart = 'http://www.opengis.net/spec/ogcapi-features-'

export const featuresConformance: readonly string[] = [
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
  `${featuresPart}2/1.0/conf/crs`,
  `${featuresPart}3/1.0/conf/queryables`,
  `${featuresPart}3/1.0/conf/queryables-query-parameters`,
  // QGIS asks the server to filter only if these two and cql2-text and basic-cql2 are there.
  `${featuresPart}3/1.0/conf/filter`,
  `${featuresPart}3/1.0/conf/features-filter`,
  ...cql2Conformance,
  `${tilesPart}/core`,
  `${tilesPart}/tileset`,
  `${tilesPart}/tilesets-list`,
  // Tilesets of collections; those of the whole dataset would be another class.
  `${tilesPart}/geodata-tilesets`,
  `${tilesPart}/mvt`,
  `${tilesPart}/oas30`,
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixsetlimits',
  'http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata',
]
