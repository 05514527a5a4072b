/** How many slips of the fingers lie between two words. */

/** Letters left out, put in, replaced, or swapped with their neighbour, each once per place. */
export const slipsBetween = (one: string, other: string): number => {
  const [a, b] = [[...one], [...other]]
  let earlier: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (const [i, letter] of a.entries()) {
    const row = [i + 1]
    for (const [j, opposite] of b.entries()) {
      const replaced = (last[j] ?? 0) + (letter === opposite ? 0 : 1)
      const isSwapped = i > 0 && j > 0 && letter === b[j - 1] && opposite === a[i - 1]
      row.push(
        Math.min(
          replaced,
          (last[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          isSwapped ? (earlier[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    earlier = last
    last = row
  }
  return last[b.length] ?? 0
}

/** One slip in a short word, two in a longer one. */
export const isLikelyMeant = (typed: string, word: string): boolean =>
  slipsBetween(typed, word) <= (typed.length <= 4 ? 1 : 2)
