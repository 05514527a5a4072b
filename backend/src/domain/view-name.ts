/** Names under which database users see a collection: `schema.table` (R6.19, R6.20). */
import { raise } from './problem.ts'
import { recordProblems } from './problems/record.ts'

const viewPart = /^[a-z_][a-z0-9_]{0,62}$/
const ownSchemas = new Set(['secims', 'staging', 'data', 'pg_catalog', 'information_schema'])
const reservedNames = new Set([
  'spatial_ref_sys',
  'geometry_columns',
  'geography_columns',
  'table',
  'select',
  'user',
  'order',
  'group',
])

/** `schema.table`, with public as the standard schema. */
export const parseViewName = (name: string): { schema: string; table: string } => {
  const parts = name.split('.')
  const [schema, table] = parts.length === 1 ? ['public', parts[0]] : parts
  const refuse = (why: string) => raise(recordProblems.viewNameInvalid({ name, why }))
  if (parts.length > 2) return refuse('it has more than one dot')
  if (!schema || !table || !viewPart.test(schema) || !viewPart.test(table))
    return refuse('it is not a plain name')
  if (ownSchemas.has(schema) || schema.startsWith('pg_'))
    return refuse(`the schema '${schema}' belongs to the system`)
  if (reservedNames.has(table)) return refuse(`'${table}' is reserved`)
  return { schema, table }
}
