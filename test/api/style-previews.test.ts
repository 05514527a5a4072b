/** A style on the data before either is published, over HTTP (R7.4, R7.9; issue 6, point 5). */
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { operations } from '../../backend/src/contract/catalogue.gen.ts'
import { rasterBench } from '../fixtures/gdal-raster.ts'
import { example } from '../helpers/examples.ts'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'
import { completeMetadata } from '../helpers/wizard.ts'

type Body = operations['previewStyle']['requestBody']['content']['application/json']

const sld = (paint: string) => `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"
  xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><Name>wells</Name><UserStyle><FeatureTypeStyle><Rule>
  <Name>Wells</Name>${paint}</Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`
const square = (colour: string) =>
  sld(
    `<PointSymbolizer><Graphic><Mark><WellKnownName>square</WellKnownName><Fill><CssParameter name="fill">${colour}</CssParameter></Fill></Mark><Size>30</Size></Graphic></PointSymbolizer>`,
  )

let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(() => program.stop())

const wells = (name: string, positions: [number, number][]) => ({
  name,
  text: JSON.stringify({
    type: 'FeatureCollection',
    features: positions.map((coordinates, at) => ({
      type: 'Feature',
      properties: { name: `Well ${at}`, depth: at },
      geometry: { type: 'Point', coordinates },
    })),
  }),
})

const uploaded = async (who: Who, { name, text }: { name: string; text: string }) => {
  const form = new FormData()
  form.append('file', new Blob([text]), name)
  const client = program.as(who)
  const upload = await client.expectOk(
    client.api.POST('/uploads', {
      params: { query: { wait: 30 } },
      body: form as never,
      bodySerializer: (body) => body as never,
    }),
  )
  return { uploadId: upload.id, layer: upload.probe?.layers[0]?.name ?? '' }
}

const preview = (body: Body, who: Who = 'editor') => {
  const client = program.as(who)
  return client.expectOk(client.api.POST('/style-previews', { body }))
}

const pixels = async (png: string) => {
  const { data, info } = await sharp(Buffer.from(png, 'base64'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3),
  ]
  const share = (colour: number[]) => {
    let count = 0
    for (let pixel = 0; pixel < data.length; pixel += 3)
      if (colour.every((value, band) => data[pixel + band] === value)) count += 1
    return count / (info.width * info.height)
  }
  return { width: info.width, height: info.height, at, share }
}

test('R7.4 the features of a file that is only uploaded are drawn in a style that is not, with legend and counts', async () => {
  const data = await uploaded('editor', wells('wells.geojson', [[-61, 13.9]]))
  const { check, picture, legend, losses } = await preview({
    data,
    sld: square('#d40000'),
    width: 300,
    height: 200,
  })
  expect(check).toMatchObject({ isAccepted: true, findings: [] })
  expect(legend).toMatchObject([{ title: 'Wells' }])
  expect(losses).toEqual([])
  expect(picture).toMatchObject({ epsg: 3857, shownCount: 1, totalCount: 1 })
  const seen = await pixels(picture?.png ?? '')
  expect([seen.width, seen.height]).toEqual([300, 200])
  expect(seen.at(150, 100)).toEqual([212, 0, 0])
  expect(seen.share([212, 0, 0])).toBeCloseTo(900 / 60_000, 2)
  const { total } = await program.as('editor').expectOk(program.as('editor').api.GET('/styles'))
  expect(total).toBe(0)
})

test('R7.4 what is wrong with a style comes instead of a picture, and what is only doubtful beside it', async () => {
  const data = await uploaded(
    'editor',
    wells('doubtful.geojson', [
      [-61, 13.9],
      [-60.9, 14],
    ]),
  )
  const broken = await preview({ data, sld: '<kml/>' })
  expect(broken).toMatchObject({
    picture: null,
    legend: [],
    check: { isAccepted: false, findings: [{ code: 'SLD_ROOT' }] },
  })
  const doubtful = await preview({
    data,
    sld: square('#00d400').replace(
      '<PointSymbolizer>',
      '<ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>no_such_field</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter><PointSymbolizer>',
    ),
  })
  expect(doubtful.check.findings.length).toBeGreaterThan(0)
  expect(doubtful.picture).not.toBeNull()
})

test('R7.1 a style of the catalogue, the plain style, and a closer look at a part are drawn the same way', async () => {
  const data = await uploaded(
    'editor',
    wells('closer.geojson', [
      [-61, 13.9],
      [-60.9, 14],
    ]),
  )
  const plain = await preview({ data })
  expect(plain.picture).not.toBeNull()
  const styleId = await addStyle(program.as('editor'), example('health_centres/health_centres.sld'))
  expect((await preview({ data, styleId })).check.isAccepted).toBe(true)
  const whole = await preview({ data, sld: square('#d40000'), width: 200, height: 200 })
  const [west = 0, south = 0, east = 0, north = 0] = whole.picture?.box ?? []
  // Between the two wells there is nothing.
  const middle = [
    west + (east - west) * 0.45,
    south + (north - south) * 0.45,
    west + (east - west) * 0.55,
    south + (north - south) * 0.55,
  ]
  const part = await preview({ data, sld: square('#d40000'), box: middle, width: 200, height: 200 })
  expect((await pixels(whole.picture?.png ?? '')).share([212, 0, 0])).toBeGreaterThan(0.02)
  expect((await pixels(part.picture?.png ?? '')).share([212, 0, 0])).toBe(0)
})

test('R7.4 of a large file the beginning is drawn, and the answer says how much of it', async () => {
  const many = Array.from({ length: 60_000 }, (_, at): [number, number] => [-61 + at / 600_000, 13.9])
  const data = await uploaded('editor', wells('many.geojson', many))
  const { picture } = await preview({ data })
  expect(picture?.totalCount).toBe(60_000)
  expect(picture?.shownCount).toBeGreaterThanOrEqual(30_000)
  expect(picture?.shownCount).toBeLessThan(60_000)
})

test('R7.4 published data are drawn in the style that is tried out, and stay as they are', async () => {
  const { collectionId } = await publishFile(
    program.as('editor'),
    example('health_centres/health_centres.gpkg'),
    {
      metadata: completeMetadata('Health centres'),
    },
  )
  const { picture } = await preview({ data: { collectionId }, sld: square('#d40000') })
  expect((await pixels(picture?.png ?? '')).share([212, 0, 0])).toBeGreaterThan(0.005)
  const map = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/map?f=png&width=400`)
  const drawn = await pixels(Buffer.from(await map.arrayBuffer()).toString('base64'))
  expect(drawn.share([212, 0, 0])).toBe(0)
})

test.skipIf(!hasProgram('gdal_translate'))(
  'R7.9 a raster that is only uploaded is drawn as well',
  async () => {
    const bench = rasterBench()
    try {
      const upload = await program.as('editor').uploadFile(bench.write({}))
      const data = { uploadId: upload.id, layer: upload.probe?.layers[0]?.name ?? '' }
      const { picture, check } = await preview({ data })
      expect(check.isAccepted).toBe(true)
      expect(picture?.epsg).toBe(2006)
      const seen = await pixels(picture?.png ?? '')
      expect(seen.share([255, 255, 255])).toBeLessThan(0.5)
    } finally {
      bench.close()
    }
  },
)

test('R1.2 R2.15 the file of somebody else is not drawn; without a token nothing is; a file without coordinates says so', async () => {
  const data = await uploaded('editor', wells('mine.geojson', [[-61, 13.9]]))
  const other = await program.as('otherEditor').api.POST('/style-previews', { body: { data } })
  expect(other.response.status).toBe(404)
  const nobody = await program.as('public').api.POST('/style-previews', { body: { data } })
  expect(nobody.response.status).toBe(401)
  const table = await uploaded('editor', { name: 'table.csv', text: 'a,b\n1,2\n' })
  const { error } = await program.as('editor').api.POST('/style-previews', { body: { data: table } })
  expect(error).toMatchObject({ status: 422, code: 'preview-impossible' })
})
