/** Runs uploads in a folder on a file system of 8 MB, and prints what came of them. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { as, idOfLocation, uploadsServer } from '../helpers/uploads-server.ts'

const folder = process.argv[2] ?? ''
const MB = 1_048_576
const csv = (bytes: number) => Buffer.from(`a,b\n${randomBytes(bytes / 2).toString('hex')}`)

const server = await uploadsServer({
  uploadFolder: join(folder, 'uploads'),
  blobFolder: join(folder, 'blobs'),
})
const editor = as(server, 'editor')
const count = async () => {
  const { uploads, blobs } = await server.leftovers()
  return { uploads: uploads.length, blobs: blobs.length }
}

const small = await editor.upload(new Blob([csv(MB)]), 'small.csv')
/** Without a length beforehand nobody can refuse it in time: the disk itself does. */
const streamed = (bytes: Uint8Array) => new Blob([bytes]).stream()
const form = Buffer.concat([
  Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'),
  csv(20 * MB),
  Buffer.from('\r\n--x--\r\n'),
])
const large = await editor.send('POST', '/api/v1/uploads', {
  body: streamed(form),
  headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
})
const afterLarge = await count()
const announced = await editor.upload(new Blob([csv(20 * MB)]), 'large.csv')
const created = await editor.tus.create('b.csv', 5 * MB)
// Leaves less room than a style needs, and more than nothing.
const filler = join(folder, 'filler')
try {
  for (;;) appendFileSync(filler, Buffer.alloc(65_536))
} catch {
  truncateSync(filler, statSync(filler).size - 65_536)
}
const sld = `<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.0.0"><NamedLayer><Name>l</Name><UserStyle><FeatureTypeStyle><Rule><LineSymbolizer/></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor><!--${'x'.repeat(500_000)}-->`
const style = await editor.style('POST', '/api/v1/styles', { sld: ['a.sld', sld] })
const id = idOfLocation(created.headers)
const piece = await editor.tus.patch(id, 0, streamed(csv(4 * MB)))
const offset = Number((await editor.tus.head(id)).headers.get('upload-offset'))
const offsetIsSizeOfFile = offset === statSync(server.now().folder.pathOf(id)).size
const reading = (await editor.get(`/api/v1/uploads/${small.body.id}`)).status
await editor.tus.remove(id)
const afterTermination = await count()
rmSync(filler)
const again = await editor.upload(new Blob([csv(MB)]), 'again.csv')
await server.drop()

console.log(
  JSON.stringify({
    small: [small.status, small.body.state],
    large: [large.status, large.body.code],
    afterLarge,
    style: [style.status, style.body.code],
    announced: [announced.status, announced.body.code],
    created: created.status,
    piece: [piece.status, piece.body.code],
    offsetIsSizeOfFile,
    reading,
    afterTermination,
    again: [again.status, again.body.state],
  }),
)
process.exit(0)
