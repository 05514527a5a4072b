/**
 * `sec-ims fidelity`: a layer drawn in QGIS with its QML and here, in the same part, size and resolution; the pictures, what
 * differs between them, and how much. With the SLD, too, it says what the SLD alone would have given.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import {
  comparePictures,
  differencePicture,
  type Picture,
  type PictureComparison,
} from '../styles/similarity.ts'
import { UsageError } from './publish.ts'
import { renderStyle } from './render.ts'
import type { Terminal } from './terminal.ts'

const options = {
  data: { type: 'string' },
  layer: { type: 'string' },
  sld: { type: 'string' },
  size: { type: 'string', default: '800x600' },
  bbox: { type: 'string' },
  crs: { type: 'string' },
  output: { type: 'string', short: 'o', default: 'fidelity' },
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
} as const

type Drawn = { width: number; height: number; box: number[]; crs: string }

const draw = async (
  style: string,
  given: readonly string[],
  output: string,
  terminal: Terminal,
): Promise<Drawn> => {
  const said: unknown[] = []
  const quiet: Terminal = {
    ...terminal,
    isJson: true,
    say: () => {},
    json: (value) => Boolean(said.push(value)),
  }
  await renderStyle([style, ...given, '-o', output], quiet)
  return said[0] as Drawn
}

/** QGIS comes with the system's Python, which need not be the first on the path. */
const pythons = () =>
  [process.env['QGIS_PYTHON'], '/usr/bin/python3', 'python3'].filter((one) => one !== undefined)
const script = fileURLToPath(new URL('./fidelity-qgis.py', import.meta.url))

const drawInQgis = (asked: Drawn & { file: string; layer: string; qml: string; output: string }): void => {
  const python = pythons().find(
    (one) => spawnSync(one, ['-c', 'import qgis.core'], { stdio: 'ignore' }).status === 0,
  )
  if (python === undefined)
    throw new UsageError(
      'QGIS with its Python is not on this computer; install it (Debian: python3-qgis), or name its Python in QGIS_PYTHON.',
    )
  const run = spawnSync(python, [script], { input: JSON.stringify(asked), encoding: 'utf8' })
  if (run.status !== 0)
    throw new UsageError(`QGIS did not draw: ${run.stderr.trim().split('\n').at(-1) ?? ''}`)
}

const readPicture = async (path: string): Promise<Picture> => {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

const toPercent = ({ ssim, lowPass, verdict }: PictureComparison): string =>
  `${verdict} (SSIM ${ssim.toFixed(4)}, without details ${lowPass.toFixed(4)})`

const exitCodes = { alike: 0, nearly: 0, different: 1 } as const

export const fidelity = async (argv: string[], terminal: Terminal): Promise<number> => {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true })
  const [qml = ''] = positionals
  if (!qml.toLowerCase().endsWith('.qml'))
    throw new UsageError('The QML is missing: it is what QGIS draws with.')
  const { data = '', layer = '', output } = values
  if (data === '') throw new UsageError('--data is missing. See sec-ims --help.')
  mkdirSync(output, { recursive: true })
  const at = (name: string) => join(output, name)
  const given = (['data', 'layer', 'size', 'bbox', 'crs'] as const).flatMap((name) => {
    const value = values[name]
    return value === undefined ? [] : [`--${name}`, value]
  })
  const drawn = await draw(qml, given, at('catalogue.png'), terminal)
  drawInQgis({ ...drawn, file: data, layer, qml, output: at('qgis.png') })
  const [ours, theirs] = await Promise.all([readPicture(at('catalogue.png')), readPicture(at('qgis.png'))])
  const comparison = comparePictures(ours, theirs)
  const difference = differencePicture(ours, theirs)
  if (difference) {
    const { width, height } = ours
    const png = await sharp(difference, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer()
    writeFileSync(at('difference.png'), png)
  }
  const { sld } = values
  let alone: PictureComparison | null = null
  if (sld !== undefined) {
    await draw(sld, given, at('sld-alone.png'), terminal)
    alone = comparePictures(await readPicture(at('sld-alone.png')), theirs)
  }
  terminal.say(`${output}: QGIS and the catalogue draw it ${toPercent(comparison)}.`)
  if (alone) terminal.say(`From the SLD alone: ${toPercent(alone)}.`)
  if (terminal.isJson) terminal.json({ output, ...drawn, ...comparison, sldAlone: alone })
  return exitCodes[comparison.verdict]
}
