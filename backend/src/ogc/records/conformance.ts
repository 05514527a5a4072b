/**
 * Conformance classes of this face: only what is wholly there, under the names that clients look for. Of Record Core
 * Query Parameters, and with it Searchable Catalog, two rules are not kept on purpose: words separated by white space
 * need not follow each other, because people who type two words mean both, not a phrase (as in pycsw); and where no
 * record has the words, those with similar ones are given, and the answer says so.
 */
import { cql2Conformance } from '../../cql2/conformance.ts'

const common = 'http://www.opengis.net/spec/ogcapi-common-'
const features = 'http://www.opengis.net/spec/ogcapi-features-'
const records = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/'

export const recordsConformance: readonly string[] = [
  `${common}1/1.0/conf/core`,
  `${common}1/1.0/conf/landing-page`,
  `${common}1/1.0/conf/json`,
  `${common}1/1.0/conf/html`,
  `${common}1/1.0/conf/oas30`,
  `${common}2/1.0/conf/collections`,
  `${features}1/1.0/conf/core`,
  `${features}1/1.0/conf/geojson`,
  `${features}1/1.0/conf/html`,
  `${features}1/1.0/conf/oas30`,
  `${features}3/1.0/conf/queryables`,
  `${features}3/1.0/conf/queryables-query-parameters`,
  `${features}3/1.0/conf/filter`,
  `${features}3/1.0/conf/features-filter`,
  ...cql2Conformance,
  // Earned here only: records have lists.
  'http://www.opengis.net/spec/cql2/1.0/conf/array-functions',
  'http://www.opengis.net/spec/cql2/1.0/conf/array-operators',
  // The name before the final text, for clients that know no other.
  `${records}core`,
  `${records}record-core`,
  `${records}record-collection`,
  // The standard spells it both ways.
  `${records}record-api`,
  `${records}records-api`,
  // And this one: the requirements say filtering, the tests cql-filter.
  `${records}filtering`,
  `${records}cql-filter`,
  `${records}sorting`,
  `${records}query-param-profile`,
  `${records}crawlable-catalog`,
  `${records}json`,
  `${records}html`,
  `${records}oas30`,
  `${records}autodiscovery`,
]
