/**
 * Draws the same data with the same style in QGIS and here, from the SLD alone and with its QML, and tells how alike the
 * pictures are.
 *
 *   node test/styles/fidelity/run.ts [FOLDER] [--seed N] [--only WORDS] [--drawn] [--every N] [--commit]
 *
 * Needs /usr/bin/python3 with qgis.core. `--drawn` compares with what QGIS has left in the folder before, `--every 3`
 * a third of it; `--commit` writes
 * results.md and its pictures beside this file.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { type Case, createDrawing, type Drawn, readCases, readPicture, type Source } from './cases.ts'
import { type LabelLikeness, labelLikeness } from './label-likeness.ts'
import { writeReport } from './report.ts'
import { type Picture, similarity } from './similarity.ts'

export type Score = {
  ssim: number
  lowPass: number
  labels: LabelLikeness | null
  losses: string[]
  /** Why nothing was drawn. */
  error: string | null
}

export type Result = { case: Case; scores: Record<Source, Score> }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    drawn: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    commit: { type: 'boolean', default: false },
  },
})
const folder = positionals[0] ?? join(tmpdir(), 'sec-ims-fidelity')
const shared = fileURLToPath(new URL('../../../../shared/data', import.meta.url))

const drawInQgis = (): void => {
  mkdirSync(folder, { recursive: true })
  const script = fileURLToPath(new URL('draw.py', import.meta.url))
  const given = [
    '--seed',
    values.seed,
    '--only',
    values.only,
    ...(existsSync(shared) ? ['--shared', shared] : []),
  ]
  const python = spawnSync('/usr/bin/python3', [script, folder, ...given], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
  })
  if (python.status !== 0) throw new Error('QGIS did not draw; is python3-qgis installed?')
}

const blurred = async ({ rgba, width, height }: Picture): Promise<Picture> => {
  const { data, info } = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .blur(4)
    .resize({ width: Math.round(width / 4) })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

const nothing = (error: string): Score => ({ ssim: 0, lowPass: 0, labels: null, losses: [], error })

const scoreOf = async (one: Case, drawn: Drawn, theirs: Picture, theirsBlurred: Picture): Promise<Score> => ({
  ssim: similarity(drawn.picture, theirs),
  lowPass: similarity(await blurred(drawn.picture), theirsBlurred),
  labels: one.tier === 'C' ? labelLikeness(one, drawn.labels) : null,
  losses: [...new Set(drawn.losses.map(({ code }) => code))],
  error: null,
})

/** Pictures that are more alike are not looked at. */
const kept = 0.999

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

if (!values.drawn) drawInQgis()
const wanted = new RegExp(values.only)
const draw = createDrawing(folder)
const results: Result[] = []
const every = Number(values.every)
const cases = readCases(folder).filter(({ id }, index) => wanted.test(id) && index % every === 0)
for (const one of cases) {
  const theirs = await readPicture(join(folder, one.png))
  const theirsBlurred = await blurred(theirs)
  const scores = {} as Record<Source, Score>
  for (const source of ['sld', 'qml'] as const) {
    try {
      const drawn = await draw(one, source)
      const score = await scoreOf(one, drawn, theirs, theirsBlurred)
      if (score.ssim < kept) {
        const { width, height } = drawn.picture
        await sharp(drawn.picture.rgba, { raw: { width, height, channels: 4 } })
          .png({ compressionLevel: 1 })
          .toFile(join(folder, `${one.id}.${source}.png`))
      }
      scores[source] = { ...score, ssim: rounded(score.ssim), lowPass: rounded(score.lowPass) }
    } catch (error) {
      scores[source] = nothing(error instanceof Error ? error.message : String(error))
    }
  }
  results.push({ case: one, scores })
}
writeFileSync(join(folder, 'results.json'), JSON.stringify(results))
await writeReport(results, folder, {
  commitTo: values.commit ? fileURLToPath(new URL('.', import.meta.url)) : null,
  every,
})
