/** Which properties of the features a style reads, its geometry aside. */
import type { Style } from './model.ts'

/** Members that name a geometry. */
const geometries = new Set(['geometry', 'other'])

const namesIn = (part: unknown): string[] => {
  if (typeof part !== 'object' || part === null) return []
  if (Array.isArray(part)) return part.flatMap(namesIn)
  const { kind, name } = part as { kind?: unknown; name?: unknown }
  if (kind === 'property' && typeof name === 'string') return [name]
  return Object.entries(part).flatMap(([key, value]) => (geometries.has(key) ? [] : namesIn(value)))
}

/** Each once, in the order in which they are read. */
export const propertiesOf = ({ featureTypeStyles }: Style): string[] => [
  ...new Set(namesIn(featureTypeStyles)),
]
