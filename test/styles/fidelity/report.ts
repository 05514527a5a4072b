/** Tells the results: to the terminal, and as results.md with small pictures of the worst. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Source, Tier } from './cases.ts'
import { reasons } from './reasons.ts'
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

type Told = {
  /** The folder of results.md; null for the terminal only. */
  commitTo: string | null
  /** Each so-many-th case was drawn. */
  every: number
}

export const writeReport = async (
  results: Result[],
  folder: string,
  { commitTo, every }: Told,
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
  if (commitTo !== null) await writePage(results, folder, commitTo, every)
}

const reasonOf = (id: string): string => reasons.find(([pattern]) => pattern.test(id))?.[1] ?? ''

/** Of a picture, where both differ most. */
const detail = { width: 160, height: 110 }

type Raw = { data: Buffer; width: number; height: number }

const readRaw = async (path: string): Promise<Raw> => {
  const { data, info } = await sharp(path)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

const mostDifferent = (one: Raw, other: Raw): { left: number; top: number } => {
  let best = { left: 0, top: 0, sum: -1 }
  for (let top = 0; top + detail.height <= one.height; top += 40)
    for (let left = 0; left + detail.width <= one.width; left += 40) {
      let sum = 0
      for (let y = top; y < top + detail.height; y += 2)
        for (let x = left; x < left + detail.width; x += 2) {
          const at = 3 * (y * one.width + x)
          sum += Math.abs((one.data[at] ?? 0) - (other.data[at] ?? 0))
        }
      if (sum > best.sum) best = { left, top, sum }
    }
  return best
}

/** QGIS left, ours right. */
const writeDetail = async (folder: string, id: string, source: Source, to: string): Promise<void> => {
  const paths = [join(folder, `${id}.qgis.png`), join(folder, `${id}.${source}.png`)] as const
  const { left, top } = mostDifferent(await readRaw(paths[0]), await readRaw(paths[1]))
  const [theirs, ours] = await Promise.all(
    paths.map((path) =>
      sharp(path)
        .extract({ left, top, ...detail })
        .png()
        .toBuffer(),
    ),
  )
  await sharp({
    create: { width: 2 * detail.width + 4, height: detail.height, channels: 3, background: '#808080' },
  })
    .composite([
      { input: theirs ?? Buffer.of(), left: 0, top: 0 },
      { input: ours ?? Buffer.of(), left: detail.width + 4, top: 0 },
    ])
    .png({ palette: true, colours: 32, compressionLevel: 9 })
    .toFile(to)
}

const headings = {
  made: 'made by QGIS 3.22 for this test',
  files: 'files of others, as QGIS reads them',
  training: "layers of QGIS's training projects",
} as const

/** Pictures of styles and data that others own are not kept. */
const writePage = async (
  results: Result[],
  folder: string,
  commitTo: string,
  every: number,
): Promise<void> => {
  rmSync(join(commitTo, 'pictures'), { recursive: true, force: true })
  mkdirSync(join(commitTo, 'pictures'))
  const lines = [
    '# How alike our pictures and those of QGIS are',
    '',
    'Made by `node test/styles/fidelity/run.ts --commit`: the same data, box and size (800 × 600, 640 × 480 and 720 × 420 in',
    'EPSG:3857, 4326 and 2006) at 0.28 mm per pixel, drawn by QGIS 3.22 from the layer as it is styled, and by the painter: once',
    'from the SLD alone, once repaired with the QML. SSIM is that of the pixels; low-pass that of the pictures blurred and made',
    'smaller by four. Labels are at the same place within 3 px or their height. What QGIS makes of a file of others is what is',
    'compared with that file; its QML is what QGIS read.',
    '',
    ...(every > 1
      ? [`Drawn here was one of each ${every} cases, in the order in which they are made.`, '']
      : []),
    '| Tier | Styles | Source | Number | SSIM, median | low-pass, median | ≥ 0.95 (D: 0.98) | Labels |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | --- |',
  ]
  for (const { tier, corpus, own } of grouped(results))
    for (const source of ['sld', 'qml'] as const) {
      const scores = own.map(({ scores: both }) => both[source])
      const { styles, median, lowPass, good, labels } = summaryOf(tier, scores)
      lines.push(
        `| ${tier} ${tiers[tier]} | ${headings[corpus]} | ${source === 'sld' ? 'SLD' : 'with QML'} | ${styles} | ${median.toFixed(4)} | ${lowPass.toFixed(4)} | ${(100 * good).toFixed(1)} % | ${labels} |`,
      )
    }
  for (const tier of ['A', 'B', 'C', 'D'] as const)
    for (const source of ['qml', 'sld'] as const) {
      lines.push(
        '',
        `## The ten worst of ${tier}, ${source === 'sld' ? 'from the SLD alone' : 'with the QML'}`,
        '',
      )
      lines.push(
        '| Style | SSIM | low-pass | Labels | Presumably because | QGIS, ours |',
        '| --- | ---: | ---: | --- | --- | --- |',
      )
      for (const { case: one, scores } of worst(results, tier, source, 10)) {
        const { ssim, lowPass, labels, error } = scores[source]
        const name = `${one.id}.${source}.png`
        const isKept = one.corpus === 'made' && error === null && ssim < 0.999
        if (isKept) await writeDetail(folder, one.id, source, join(commitTo, 'pictures', name))
        const counted =
          labels === null ? '' : `${labels.near} of ${labels.theirs}, ${labels.overlaps} overlap`
        lines.push(
          `| ${one.id} | ${ssim.toFixed(4)} | ${lowPass.toFixed(4)} | ${counted} | ${error ?? reasonOf(one.id)} | ${isKept ? `![](pictures/${name})` : ''} |`,
        )
      }
    }
  writeFileSync(join(commitTo, 'results.md'), `${lines.join('\n')}\n`)
}
