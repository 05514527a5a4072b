/** Styles name pictures of the deployment's symbol library, which maps, legends and the command line then draw. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-library-'))
const places = join(folder, 'places.geojson')
const style = join(folder, 'places.sld')
const symbols = join(folder, 'symbols')

let program: TestProgram
beforeAll(async () => {
  mkdirSync(join(symbols, 'blocks'), { recursive: true })
  writeFileSync(
    join(symbols, 'blocks', 'red.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="#ff0000"/></svg>',
  )
  writeFileSync(
    places,
    '{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[-61,14]},"properties":{"a":1}}]}',
  )
  writeFileSync(
    style,
    `<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:xlink="http://www.w3.org/1999/xlink">
<NamedLayer><se:Name>places</se:Name><UserStyle><se:Name>places</se:Name><se:FeatureTypeStyle><se:Rule><se:PointSymbolizer><se:Graphic>
<se:ExternalGraphic><se:OnlineResource xlink:type="simple" xlink:href="blocks/red.svg"/><se:Format>image/svg+xml</se:Format></se:ExternalGraphic>
<se:Mark><se:WellKnownName>square</se:WellKnownName><se:Fill><se:SvgParameter name="fill">#0000ff</se:SvgParameter></se:Fill></se:Mark>
<se:Size>40</se:Size></se:Graphic></se:PointSymbolizer></se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`,
  )
  program = await testProgram({ SYMBOL_DIR: symbols })
})
afterAll(async () => {
  await program?.stop()
  rmSync(folder, { recursive: true })
})

const colourOf = async (picture: Uint8Array, x: number, y: number) => {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)]
}
const red = [255, 0, 0]

test('maps and legends draw the picture of that name', async () => {
  const styleId = await addStyle(program.as('editor'), style)
  const { collectionId } = await publishFile(program.as('editor'), places, { styleId })
  const pictureOf = async (path: string) => {
    const response = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/${path}`)
    expect(response.status).toBe(200)
    return new Uint8Array(await response.arrayBuffer())
  }
  const map = await pictureOf('map?f=png&width=100&height=100&bbox=-61.1,13.9,-60.9,14.1')
  expect(await colourOf(map, 50, 50)).toEqual(red)
  const legend = await pictureOf(`styles/${styleId}/legend?f=png`)
  const { data } = await sharp(legend).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const isRed = (at: number) => data[at] === 255 && data[at + 1] === 0 && data[at + 2] === 0
  expect(Array.from({ length: data.length / 3 }, (_, n) => n * 3).filter(isRed).length).toBeGreaterThan(20)
})

test('sec-ims style render draws it with --symbols, and the next alternative without', async () => {
  const render = async (...more: string[]) => {
    const output = join(folder, 'out.png')
    execFileSync(
      process.execPath,
      [
        'backend/bin/sec-ims.mjs',
        'style',
        'render',
        style,
        '--data',
        places,
        '--size',
        '100x100',
        '--bbox=-61.1,13.9,-60.9,14.1',
        '-o',
        output,
        ...more,
      ],
      { stdio: 'ignore' },
    )
    return colourOf(new Uint8Array(await sharp(output).png().toBuffer()), 50, 50)
  }
  expect(await render('--symbols', symbols)).toEqual(red)
  expect(await render()).toEqual([0, 0, 255])
})
