/** Guesses which name somebody meant. */

/** Longer names are not compared letter by letter; a style may hold thousands. */
const MAX_LENGTH = 64

const editDistance = (one: string, other: string): number => {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1]
    for (let column = 0; column < other.length; column += 1) {
      current.push(
        Math.min(
          (current[column] ?? 0) + 1,
          (previous[column + 1] ?? 0) + 1,
          (previous[column] ?? 0) + (letter === other[column] ? 0 : 1),
        ),
      )
    }
    previous = current
  }
  return previous[other.length] ?? 0
}

/** The name that differs from the given one in letter case only or by a letter in three; null when none is near. */
export const nearestName = (given: string, names: readonly string[]): string | null => {
  const wanted = given.toLowerCase()
  const sameLetters = names.find((name) => name.toLowerCase() === wanted)
  if (sameLetters !== undefined) return sameLetters
  if (wanted.length > MAX_LENGTH) return null
  const near = names
    .filter((name) => name.length <= MAX_LENGTH)
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(Math.min(name.length, wanted.length) / 3)),
    )
    .sort((one, other) => one.distance - other.distance)
  return near[0]?.name ?? null
}
