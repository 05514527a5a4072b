/**
 * Draws the same data with the same style in QGIS and here, and prints how alike the pictures are.
 * node test/styles/fidelity/run.ts [folder]; needs python3 with qgis.core.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { renderStyle } from '../../../backend/src/cli/render.ts'
import { createTerminal } from '../../../backend/src/cli/terminal.ts'
import { type Picture, similarity } from './similarity.ts'

type Listed = { box: number[]; size: number[]; styles: { name: string; tier: string; layer: string }[] }

const folder = process.argv[2] ?? join(tmpdir(), 'sec-ims-fidelity')

const read = async (path: string): Promise<Picture> => {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

const blurred = async (path: string): Promise<Picture> => {
  const { data, info } = await sharp(path)
    .flatten({ background: '#ffffff' })
    .blur(4)
    .resize({ width: 200 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

const medianOf = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const python = spawnSync('/usr/bin/python3', [fileURLToPath(new URL('draw.py', import.meta.url)), folder], {
  stdio: 'inherit',
  env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
})
if (python.status !== 0) throw new Error('QGIS did not draw; is python3-qgis installed?')

const { box, size, styles } = JSON.parse(readFileSync(join(folder, 'styles.json'), 'utf8')) as Listed
const terminal = { ...createTerminal({ isJson: false, saysYes: true }), say: () => {} }
const rows: { tier: string; style: string; ssim: number; lowPass: number }[] = []
for (const { name, tier, layer } of styles) {
  const [ours, theirs] = [join(folder, `${name}.ours.png`), join(folder, `${name}.qgis.png`)]
  const given = [
    '--data',
    join(folder, 'data.gpkg'),
    '--layer',
    layer,
    '--crs',
    'EPSG:3857',
    '--bbox',
    box.join(','),
  ]
  await renderStyle([join(folder, `${name}.sld`), ...given, '--size', size.join('x'), '-o', ours], terminal)
  rows.push({
    tier,
    style: name,
    ssim: Number(similarity(await read(ours), await read(theirs)).toFixed(4)),
    lowPass: Number(similarity(await blurred(ours), await blurred(theirs)).toFixed(4)),
  })
}
console.table(rows.toSorted((one, other) => one.ssim - other.ssim))
for (const tier of new Set(rows.map((row) => row.tier))) {
  const own = rows.filter((row) => row.tier === tier)
  const good = own.filter(({ ssim }) => ssim >= 0.95).length
  console.log(
    `tier ${tier}: ${own.length} styles, median SSIM ${medianOf(own.map(({ ssim }) => ssim))}, low-pass ${medianOf(own.map(({ lowPass }) => lowPass))}, ${good} at 0.95 or more`,
  )
}
