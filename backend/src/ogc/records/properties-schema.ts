/** Queryables and sortables as members of a JSON schema (Features Part 3, Common Part 3). */
import type { Queryable } from '../../cql2/filter.ts'

export type PropertySchema = {
  title: string
  type?: 'string' | 'number' | 'integer' | 'boolean' | 'array'
  format?: string
  items?: { type: 'string' }
  'x-ogc-role'?: 'id' | 'primary-geometry' | 'primary-interval-start' | 'primary-interval-end'
}

const types: Record<Queryable['type'], Omit<PropertySchema, 'title'>> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  time: { type: 'string', format: 'time' },
  texts: { type: 'array', items: { type: 'string' } },
  geometry: { format: 'geometry-polygon', 'x-ogc-role': 'primary-geometry' },
}

const roles: Record<string, PropertySchema['x-ogc-role']> = {
  id: 'id',
  time_begin: 'primary-interval-start',
  time_end: 'primary-interval-end',
}

export const propertiesSchema = (
  properties: Record<string, { type: Queryable['type']; title: string }>,
): Record<string, PropertySchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { type, title }]) => {
      const role = roles[name]
      return [name, { title, ...types[type], ...(role && { 'x-ogc-role': role }) }]
    }),
  )
