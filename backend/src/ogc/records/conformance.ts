/**
 * Conformance classes of this face: only what is wholly there, under the names that clients look for. Of Record Core
 * Query Parameters, and with it Searchable Catalog, two rules are not kept on purpose: words separated by white space
 * need not follow each other, because people who type two words mean both, not a phrase (as in pycsw); and where no
 * record has the words, those with similar ones are given, and the answer says so.
 */
import { itemsConformance } from '../common/conformance.ts'

const records = 'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/'

export const recordsConformance: readonly string[] = [
  ...itemsConformance,
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
