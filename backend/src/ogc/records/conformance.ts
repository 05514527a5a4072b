/**
 * Conformance classes of this face: only what is wholly there, under the names that clients look for. Of Record Core
 * Query Parameters, and with it Searchable Catalog, one rule is not kept on purpose: words separated by white space
 * need not follow each other here, because people who type two words mean both, not a phrase.
 */
const common = 'http://www.opengis.net/spec/ogcapi-common-'
const features = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/'
const records = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/'

export const recordsConformance: readonly string[] = [
  `${common}1/1.0/conf/core`,
  `${common}1/1.0/conf/landing-page`,
  `${common}1/1.0/conf/json`,
  `${common}1/1.0/conf/html`,
  `${common}1/1.0/conf/oas30`,
  `${common}2/1.0/conf/collections`,
  `${features}core`,
  `${features}geojson`,
  `${features}html`,
  `${features}oas30`,
  // The name before the final text, for clients that know no other.
  `${records}core`,
  `${records}record-core`,
  `${records}record-collection`,
  // The standard spells it both ways.
  `${records}record-api`,
  `${records}records-api`,
  `${records}sorting`,
  `${records}json`,
  `${records}html`,
  `${records}oas30`,
  `${records}autodiscovery`,
]
