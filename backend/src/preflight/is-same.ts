/** Whether two values of JSON say the same; the order of members does not matter, and absent is undefined. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, at) => isSame(item, other[at]))
    )
  if (!isObject(one) || !isObject(other)) return false
  return [...Object.keys(one), ...Object.keys(other)].every((name) => isSame(one[name], other[name]))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
