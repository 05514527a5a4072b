import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStoredFiles } from './stored-files.ts'

test('R12.10 only plain files of the folder are offered, and only by their ids', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sec-ims-stored-'))
  await writeFile(join(folder, 'large.gpkg'), 'abc')
  await writeFile(join(folder, '.hidden'), 'abc')
  await mkdir(join(folder, 'inner'))
  await symlink('/etc/passwd', join(folder, 'link.gpkg'))
  const files = openStoredFiles(folder)
  const [only, ...others] = await files.list()
  expect([only?.name, only?.sizeBytes, others]).toEqual(['large.gpkg', 3, []])
  const opened = await files.open(only?.id ?? '')
  expect(await opened?.handle.readFile('utf8')).toBe('abc')
  await opened?.handle.close()
  for (const id of ['large.gpkg', '../etc/passwd', 'link.gpkg', '']) expect(await files.open(id)).toBeNull()
  await rm(folder, { recursive: true })
})

test('R12.4 without a folder there is nothing to attach', async () => {
  const files = openStoredFiles(null)
  expect([files.isThere, await files.list(), await files.open('x')]).toEqual([false, [], null])
})
