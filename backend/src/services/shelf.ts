/** Keeps the last answers of something that always answers the same; who asks meanwhile waits for the same answer. */
export const createShelf = <Value>(most: number) => {
  const kept = new Map<string, Promise<Value>>()
  return {
    get: (key: string, find: () => Promise<Value>): Promise<Value> => {
      const known = kept.get(key)
      if (known) {
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      const found = find()
      kept.set(key, found)
      found.catch(() => kept.delete(key))
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
      return found
    },
  }
}
