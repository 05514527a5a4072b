/** What QGIS and the server draw of the same layer, in the same part, size and resolution, is the same (issue 5, point 7). */
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparePictures, type Picture } from '../../backend/src/styles/similarity.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

const example = (name: string, extension: string) =>
  join(import.meta.dirname, '../../examples', name, `${name}.${extension}`)

const decode = async (base64: string): Promise<Picture> => {
  const { data, info } = await sharp(Buffer.from(base64, 'base64'))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

describe.skipIf(!hasQgis())(`Pictures of QGIS and the server${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let program: TestProgram
  let shim: ShimPackage
  beforeAll(async () => {
    program = await testProgram()
    shim = shimPackage()
  })
  afterAll(async () => {
    shim?.remove()
    await program?.stop()
  })

  const picturesOf = async (name: string) => {
    const editor = program.as('editor')
    const styleId = await addStyle(editor, example(name, 'sld'), example(name, 'qml'))
    const { collectionId } = await publishFile(editor, example(name, 'gpkg'), { collectionId: name, styleId })
    const { qgis, server, ...kept } = (await runPyQgis('pictures.py', {
      plugins: shim.plugins,
      file: example(name, 'gpkg'),
      qml: example(name, 'qml'),
      server: program.url,
      collectionId,
      width: 480,
      height: 320,
    })) as { qgis: string; server: string; kept: boolean; styles: string[]; current: string }
    return { qgis: await decode(qgis), server: await decode(server), kept }
  }

  // Labels are placed by each program in its own way, so that a style full of them is only nearly the same.
  test.each(['parishes_quarters', 'rivers', 'health_centres'])(
    '%s looks in the catalogue as it does in QGIS',
    async (name) => {
      const { qgis, server } = await picturesOf(name)
      expect([qgis.width, qgis.height]).toEqual([480, 320])
      const { ssim, lowPass, verdict } = comparePictures(qgis, server)
      expect(verdict, `SSIM ${ssim}, low-pass ${lowPass}`).not.toBe('different')
    },
    300_000,
  )

  test('a picture of something else is told apart, and the published style is one of the layer’s', async () => {
    const { qgis, kept } = await picturesOf('roads')
    expect(kept).toEqual({
      path: expect.stringContaining('/pygeoapi/collections/roads/map?'),
      kept: true,
      styles: expect.arrayContaining(['Published in the catalogue']),
      current: 'default',
    })
    const white = { ...qgis, rgba: new Uint8Array(qgis.width * qgis.height * 4).fill(255) }
    expect(comparePictures(qgis, white).verdict).toBe('different')
  }, 300_000)
})
