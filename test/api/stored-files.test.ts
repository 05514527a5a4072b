/** Large files from the server's own storage (R5.7, R12.4, R12.10), and what web services offer (R9.5, R9.8), over HTTP. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOtherServices } from '../helpers/other-services.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { getRecord, publishRecord } from '../helpers/publish.ts'
import { addDraft, completeMetadata } from '../helpers/wizard.ts'

let program: TestProgram
let folder: string
let services: Awaited<ReturnType<typeof openOtherServices>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sec-ims-storage-'))
  await copyFile(join(import.meta.dirname, '../../examples/roads/roads.gpkg'), join(folder, 'roads.gpkg'))
  await writeFile(join(folder, 'notes.txt'), 'not accepted')
  services = await openOtherServices()
  // The file is larger than anybody may send here.
  program = await testProgram({
    STORAGE_DIR: folder,
    MAX_DATASET_MB: '0.01',
    MAX_GEOPACKAGE_MB: '0.02',
    FETCH_HOSTS: services.host,
  })
})
afterAll(async () => {
  services?.close()
  await program?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('R5.7 R12.4 a file beyond the limit is attached by an administrator, and published by the owner of the record', async () => {
  const administrator = program.as('administrator')
  const editor = program.as('editor')
  const record = await addDraft(editor, completeMetadata('Roads'))
  const { files } = await administrator.expectOk(administrator.api.GET('/stored-files'))
  expect(files.map(({ name }) => name)).toEqual(['notes.txt', 'roads.gpkg'])
  const id = files.find(({ name }) => name === 'roads.gpkg')?.id ?? ''
  const begun = await administrator.expectOk(
    administrator.api.POST('/stored-files/{fileId}/upload', {
      params: { path: { fileId: id } },
      body: { recordId: record.id },
    }),
  )
  const upload = await administrator.waitForUpload(begun.id)
  expect(upload.state).toBe('ready')
  const publication = await publishRecord(editor, await getRecord(editor, record.id), { uploadId: upload.id })
  expect(publication.result?.featureCount).toBeGreaterThan(0)
})

test('R12.10 nobody else sees the list, a path is no id, and what is not accepted elsewhere is not accepted here', async () => {
  const administrator = program.as('administrator')
  expect((await program.as('editor').api.GET('/stored-files')).response.status).toBe(403)
  expect((await program.as('public').api.GET('/stored-files')).response.status).toBe(401)
  const attach = async (who: 'editor' | 'administrator', fileId: string) =>
    (
      await program
        .as(who)
        .api.POST('/stored-files/{fileId}/upload', { params: { path: { fileId } }, body: {} })
    ).response.status
  const { files } = await administrator.expectOk(administrator.api.GET('/stored-files'))
  expect(await attach('editor', files[1]?.id ?? '')).toBe(403)
  expect(await attach('administrator', files[0]?.id ?? '')).toBe(415)
  for (const id of ['roads.gpkg', '..%2Fetc%2Fpasswd', 'x'])
    expect(await attach('administrator', id)).toBe(404)
})

test('R9.5 R9.8 capabilities are read for people who are signed in, from allowed or public servers only', async () => {
  const ask = (who: 'editor' | 'public', url: string, protocol: 'OGC:WFS' | 'OGC:WMTS' = 'OGC:WFS') =>
    program.as(who).api.POST('/service-capabilities', { body: { protocol, url } })
  const { data } = await ask('editor', `${services.url}?map=1`)
  expect(data).toMatchObject({
    title: 'Features of the island',
    layers: [{ name: 'gis:landslides', extentCrs84: [-61.07, 13.71, -60.88, 14.1], epsgs: [2006] }],
  })
  expect(services.asked.at(-1)).toBe('/ows?map=1&service=WFS&request=GetCapabilities')
  expect((await ask('public', services.url)).response.status).toBe(401)
  const before = services.asked.length
  expect((await ask('editor', `http://localhost:${services.host.split(':')[1]}/ows`)).error).toMatchObject({
    code: 'address-not-fetched',
  })
  expect(services.asked.length).toBe(before)
  expect((await ask('editor', `${new URL(services.url).origin}/nothing`, 'OGC:WMTS')).error).toMatchObject({
    code: 'other-server-refused',
  })
})
