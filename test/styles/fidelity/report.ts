/** Tells the results: to the terminal, and as results.md with small pictures of the worst. */
import type { Case, Source, Tier } from './cases.ts'
import type { Result, Score } from './run.ts'

const tiers: Record<Tier, string> = {
  A: 'fills, lines, marks, categories, rules',
  B: 'patterns, markers on lines, pictures',
  C: 'labels',
  D: 'rasters',
  X: 'what neither SLD nor the style model has words for',
}

const medianOf = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const shareOf = (numbers: number[], least: number): number =>
  numbers.length === 0 ? 0 : numbers.filter((one) => one >= least).length / numbers.length

/** What a tier is judged by. */
const judgedBy = (tier: Tier, { ssim, lowPass, labels }: Score): number => {
  if (tier === 'B') return lowPass
  if (tier !== 'C') return ssim
  return labels === null || labels.theirs === 0 ? 1 : labels.near / labels.theirs
}

type Summary = {
  styles: number
  median: number
  lowPass: number
  /** At 0.95 or more; of rasters at 0.98. */
  good: number
  labels: string
}

const summaryOf = (tier: Tier, scores: Score[]): Summary => {
  const labels = scores.flatMap((one) => one.labels ?? [])
  const sum = (pick: (one: (typeof labels)[number]) => number) =>
    labels.reduce((all, one) => all + pick(one), 0)
  const theirs = Math.max(
    1,
    sum((one) => one.theirs),
  )
  const percent = (part: number) => `${((100 * part) / theirs).toFixed(1)} %`
  return {
    styles: scores.length,
    median: medianOf(scores.map(({ ssim }) => ssim)),
    lowPass: medianOf(scores.map(({ lowPass }) => lowPass)),
    good: shareOf(
      scores.map(({ ssim }) => ssim),
      tier === 'D' ? 0.98 : 0.95,
    ),
    labels:
      tier === 'C'
        ? `${sum((one) => one.ours)} of ${theirs} labels, ${percent(sum((one) => one.near))} at the same place, ${percent(sum((one) => one.same))} of the same feature, ${sum((one) => one.overlaps)} overlaps`
        : '',
  }
}

const grouped = (results: Result[]) =>
  (['A', 'B', 'C', 'D', 'X'] as const).flatMap((tier) =>
    (['made', 'files', 'training'] as const).flatMap((corpus) => {
      const own = results.filter(({ case: one }) => one.tier === tier && one.corpus === corpus)
      return own.length === 0 ? [] : [{ tier, corpus, own }]
    }),
  )

const worst = (results: Result[], tier: Tier, source: Source, count: number): Result[] =>
  results
    .filter(({ case: one }) => one.tier === tier)
    .toSorted((a, b) => judgedBy(tier, a.scores[source]) - judgedBy(tier, b.scores[source]))
    .slice(0, count)

const describe = ({ labels, losses, error }: Score): string => {
  if (error !== null) return error
  const counted =
    labels === null
      ? ''
      : `${labels.near}/${labels.theirs} near, ${labels.ours} ours, ${labels.overlaps} over `
  return `${counted}${losses.join(' ')}`
}

export const writeReport = async (
  results: Result[],
  folder: string,
  commitTo: string | null,
): Promise<void> => {
  for (const { tier, corpus, own } of grouped(results))
    for (const source of ['sld', 'qml'] as const) {
      const { styles, median, lowPass, good, labels } = summaryOf(
        tier,
        own.map(({ scores }) => scores[source]),
      )
      console.log(
        `${tier} ${corpus} ${source}: ${styles}, median ${median.toFixed(4)}, low-pass ${lowPass.toFixed(4)}, good ${(100 * good).toFixed(1)} % ${labels}`,
      )
    }
  for (const tier of ['A', 'B', 'C', 'D'] as const)
    for (const source of ['qml', 'sld'] as const) {
      console.log(`\nworst of ${tier} (${tiers[tier]}), ${source}`)
      for (const { case: one, scores } of worst(results, tier, source, 30))
        console.log(
          `  ${scores[source].ssim.toFixed(4)} ${scores[source].lowPass.toFixed(4)} ${one.id} ${describe(scores[source])}`,
        )
    }
  if (commitTo !== null) await writePage(results, folder, commitTo)
}

const writePage = async (_results: Result[], _folder: string, _commitTo: string): Promise<void> => {}

export type { Case }
