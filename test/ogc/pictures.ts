/** Pictures of maps in tests: their pixels, and styles to draw them with. */
import { join } from 'node:path'
import sharp from 'sharp'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import type { TestServer } from '../helpers/collections.ts'

export type Pixel = [red: number, green: number, blue: number, alpha: number]

export type Picture = {
  width: number
  height: number
  format: string
  at: (x: number, y: number) => Pixel
  /** How many pixels have something drawn on them. */
  drawn: () => number
  bytes: Buffer
}

export const readPicture = async (response: Response): Promise<Picture> => {
  const encoded = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(`${response.status}: ${encoded.toString().slice(0, 500)}`)
  const image = sharp(encoded)
  const { format } = await image.metadata()
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number): Pixel => {
    const from = 4 * (y * info.width + x)
    return [...data.subarray(from, from + 4)] as Pixel
  }
  const drawn = () => {
    let count = 0
    for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) count += 1
    return count
  }
  return { width: info.width, height: info.height, format: format ?? '', at, drawn, bytes: data }
}

const sld = (rules: string) => `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc">
<NamedLayer><se:Name>layer</se:Name><UserStyle><se:Name>layer</se:Name><se:FeatureTypeStyle>${rules}</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`

const parameter = (name: string, value: string) =>
  `<se:SvgParameter name="${name}">${value}</se:SvgParameter>`

export const filled = (color: string, filter = ''): string =>
  `<se:Rule><se:Name>${color}</se:Name>${filter}<se:PolygonSymbolizer><se:Fill>${parameter('fill', color)}</se:Fill></se:PolygonSymbolizer></se:Rule>`

export const marked = (color: string, size: number, filter = ''): string =>
  `<se:Rule><se:Name>${color}</se:Name>${filter}<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>square</se:WellKnownName><se:Fill>${parameter('fill', color)}</se:Fill></se:Mark><se:Size>${size}</se:Size></se:Graphic></se:PointSymbolizer></se:Rule>`

export const labelled = (property: string): string =>
  `<se:Rule><se:Name>labels</se:Name><se:TextSymbolizer><se:Label><ogc:PropertyName>${property}</ogc:PropertyName></se:Label><se:Font>${parameter('font-family', 'DejaVu Sans')}${parameter('font-size', '12')}</se:Font><se:Fill>${parameter('fill', '#000000')}</se:Fill></se:TextSymbolizer></se:Rule>`

export const equals = (property: string, value: string): string =>
  `<ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>${property}</ogc:PropertyName><ogc:Literal>${value}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`

/** A style in the store, and on the record of the collection; the first one is the default. */
export const addTestStyle = async (
  server: TestServer,
  { collectionId, styleId, rules }: { collectionId: string; styleId: string; rules: string },
): Promise<void> => {
  const { knex } = server.db
  const sha256 = await storeSld(server, rules)
  await knex('style').insert({ id: styleId, title: styleId, sld_version: '1.1.0', sld_sha256: sha256 })
  const { record_id: recordId } = await knex('collection').where({ id: collectionId }).first('record_id')
  const present = await knex('record_style').where({ record_id: recordId }).first()
  await knex('record_style').insert({
    record_id: recordId,
    style_id: styleId,
    is_default: present === undefined,
  })
  await knex('epoch').increment('value', 1)
}

const storeSld = async ({ db }: TestServer, rules: string): Promise<string> => {
  const store = await openDiskBlobStore(join(db.dataDir, 'data', 'blobs'))
  const bytes = Buffer.from(sld(rules))
  const { sha256 } = await store.put(bytes)
  await db.knex('blob').insert({ sha256, size_bytes: bytes.length }).onConflict().ignore()
  return sha256
}

export const changeTestStyle = async (server: TestServer, styleId: string, rules: string): Promise<void> => {
  const { knex } = server.db
  await knex('style')
    .where({ id: styleId })
    .update({ sld_sha256: await storeSld(server, rules), version: knex.raw('version + 1') })
  await knex('epoch').increment('value', 1)
}
