/** The thread that reads styles: hostile ones end within its limits, and the next is read as if nothing had been. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { createStyleReader } from '../../backend/src/render/style-reader.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const folder = sharedData('sld')
const bytes = (text: string) => new TextEncoder().encode(text)
const plain = (name: string) =>
  bytes(
    `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><UserStyle><Name>${name}</Name><FeatureTypeStyle><Rule><LineSymbolizer/></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`,
  )

/** A thread that does what no style of ours can be made to do. */
const stubborn = (body: string) => {
  const path = join(tmpdir(), `secims-stubborn-${process.pid}-${stubs.length}.mjs`)
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ bytes }) => { if (bytes.length > 1) { ${body} } parentPort.postMessage({ check: { name: 'read', errors: [], warnings: [] } }) })
parentPort.postMessage({ ready: true })`,
  )
  stubs.push(path)
  return pathToFileURL(path)
}
const stubs: string[] = []
afterAll(() => {
  for (const path of stubs) rmSync(path)
})

describe('styles are read in a thread of their own (issue 5, items 1 and 6; C1)', () => {
  test('several at once, each with its own answer', async () => {
    const reader = createStyleReader()
    const names = ['one', 'two', 'three']
    const found = await Promise.all(names.map((name) => reader.check(plain(name))))
    expect(found.map(({ name, style }) => [name, style?.name])).toEqual(names.map((name) => [name, name]))
    await reader.close()
  })

  test('one that takes too long is refused with its name, and the next is read', async () => {
    const reader = createStyleReader({ timeoutMs: 1000, file: stubborn('for (;;) {}') })
    const slow = reader.check(new Uint8Array(2), { fileName: 'slow.sld' })
    const next = reader.check(new Uint8Array(1))
    expect((await slow).errors).toEqual([
      { code: 'SLD_TOO_SLOW', message: expect.stringContaining('The style slow.sld') },
    ])
    expect(await next).toMatchObject({ name: 'read' })
    await reader.close()
  })

  test('one that takes too much memory is refused, and the next is read', async () => {
    const reader = createStyleReader({
      memoryMb: 16,
      file: stubborn('const all = []; for (;;) all.push({ text: String(all.length).repeat(20) })'),
    })
    const large = reader.check(new Uint8Array(2))
    const next = reader.check(new Uint8Array(1))
    expect((await large).errors).toMatchObject([{ code: 'SLD_TOO_MUCH_MEMORY' }])
    expect(await next).toMatchObject({ name: 'read' })
    await reader.close()
  })

  test('what is asked for while it stops is refused, not forgotten', async () => {
    const reader = createStyleReader({ file: stubborn('for (;;) {}') })
    const asked = Promise.allSettled([reader.check(new Uint8Array(2)), reader.check(new Uint8Array(2))])
    await reader.close()
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test.skipIf(!folder)(
    `every hostile style gets an answer, and the thread goes on${folder ? '' : ` (${whySkipped})`}`,
    async () => {
      const reader = createStyleReader()
      const files = readdirSync(folder ?? '').filter((name) => name.startsWith('adversarial'))
      expect(files.length).toBeGreaterThan(20)
      for (const file of files) {
        const { errors, warnings } = await reader.check(readFileSync(join(folder ?? '', file)))
        expect.soft(errors.length + warnings.length, file).toBeGreaterThanOrEqual(0)
      }
      expect(await reader.check(plain('after'))).toMatchObject({ name: 'after', errors: [] })
      await reader.close()
    },
  )
})
