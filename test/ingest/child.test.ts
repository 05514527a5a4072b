/** The reading process: what it may do, what stops it, and that it never outlives anybody. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../backend/src/ingest/limits.ts'
import { type ReaderEvent, runReader } from '../../backend/src/ingest/run-child.ts'
import { type TestDatabase, testDatabase } from '../helpers/database.ts'
import { stagingBench } from './stage-file.ts'

let db: TestDatabase
const bench = stagingBench(() => db)
let large = ''
beforeAll(async () => {
  db = await testDatabase()
  large = bench.write({
    layers: [
      {
        name: 'many',
        geometry: { type: 'POINT' },
        fields: [{ name: 'note', type: 'TEXT' }],
        rows: Array.from({ length: 200_000 }, (_, index) => ({
          geometry: { type: 'Point' as const, coordinates: [-61 + index / 1e7, 14] },
          values: [`a longer note, number ${index}`],
        })),
      },
    ],
  })
})
afterAll(async () => {
  bench.close()
  await db?.drop()
})

const hasProc = existsSync('/proc/self/task')
const whyNot = hasProc ? '' : ' (left out: this system has no /proc)'

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** The embedded database runs in this process, so its only children are readers. */
const readers = (): number[] =>
  childrenOf(process.pid).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('ingest/child.ts'),
  )

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const eventually = async (isTrue: () => boolean, milliseconds = 5000): Promise<boolean> => {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (isTrue()) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return isTrue()
}

const load = (limits = {}, options: Partial<Parameters<typeof runReader>[1]> = {}) =>
  runReader(
    {
      task: 'load',
      path: large,
      fileName: 'x.gpkg',
      limits: { ...defaultLimits, ...limits },
      format: 'GeoPackage',
      options: { layer: 'many' },
    },
    { wallClockMs: 60_000, ...options },
  )

const drain = async (events: AsyncIterable<ReaderEvent>): Promise<ReaderEvent[]> => {
  const found: ReaderEvent[] = []
  for await (const event of events) found.push(event)
  return found
}

describe('what it sends', () => {
  test('a schema, whole rows, progress that grows, and the statistics', async () => {
    const events = await drain(load())
    expect(events[0]).toMatchObject({ kind: 'schema', schema: { srid: 4326, keepsFid: true } })
    expect(events.at(-1)).toMatchObject({
      kind: 'loaded',
      statistics: { rows: 200_000, geometryTypes: { Point: 200_000 } },
    })
    const shares = events.flatMap((event) => (event.kind === 'progress' ? [event.share ?? 0] : []))
    expect(shares.length).toBeGreaterThan(10)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    // Each batch begins with a row of three fields whose id is eight bytes long.
    const rows = events.flatMap((event) =>
      event.kind === 'rows' ? [Buffer.concat(event.pieces).subarray(0, 6).toString('hex')] : [],
    )
    expect(new Set(rows)).toEqual(new Set(['000300000008']))
  })

  test('a file that is nothing known, not there, or a folder ends in a problem or an error at once', async () => {
    const text = bench.newPath('x.gpkg')
    writeFileSync(text, 'hello')
    await expect(bench.probe(text)).rejects.toMatchObject({ name: 'Problem' })
    await expect(bench.probe(`${text}.not`)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(bench.probe(bench.folder, { onCrash: () => {} })).rejects.toMatchObject({ name: 'Problem' })
  })
})

describe('what stops it', () => {
  test('the clock', async () => {
    const started = performance.now()
    await expect(drain(load({}, { wallClockMs: 150 }))).rejects.toMatchObject({
      code: 'reader-stopped',
      extensions: { reason: 'time' },
    })
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  test('the clock also while nobody takes what it sends', async () => {
    const events = load({}, { wallClockMs: 1000 })
    await events.next()
    await new Promise((resolve) => setTimeout(resolve, 1200))
    await expect(drain(events)).rejects.toMatchObject({ extensions: { reason: 'time' } })
  })

  test.skipIf(!hasProc)(`memory, where the system tells${whyNot}`, async () => {
    const events = load({ memoryBytes: 20 * 1024 * 1024 })
    // On a busy machine the guard may look before the first event has come.
    const readSlowly = async () => {
      await events.next()
      await new Promise((resolve) => setTimeout(resolve, 600))
      await drain(events)
    }
    await expect(readSlowly()).rejects.toMatchObject({
      code: 'reader-stopped',
      message: expect.stringContaining('20 MB'),
      extensions: { reason: 'memory' },
    })
  })

  test('more output than allowed', async () => {
    await expect(drain(load({ outputBytes: 1_000_000 }))).rejects.toMatchObject({
      extensions: { reason: 'output' },
    })
  })

  test('an abort, whose reason is passed on', async () => {
    const controller = new AbortController()
    const events = load({}, { signal: controller.signal })
    await events.next()
    controller.abort(new Error('cancelled by the editor'))
    await expect(drain(events)).rejects.toThrow('cancelled by the editor')
    await expect(drain(load({}, { signal: controller.signal }))).rejects.toThrow('cancelled by the editor')
  })

  test.skipIf(!hasProc)(`being killed, which is reported and not waited for${whyNot}`, async () => {
    const reports: unknown[] = []
    const events = load({}, { onCrash: (report) => reports.push(report) })
    await events.next()
    for (const pid of readers()) process.kill(pid, 'SIGKILL')
    await expect(drain(events)).rejects.toMatchObject({
      code: 'reader-stopped',
      extensions: { reason: 'crash' },
    })
    expect(reports).toMatchObject([{ signal: 'SIGKILL' }])
  })

  test('its consumer, by not asking on', async () => {
    for await (const event of load()) if (event.kind === 'rows') break
    if (hasProc) expect(readers()).toEqual([])
  })
})

describe.skipIf(!hasProc)(`what it is${whyNot}`, () => {
  test('a process group of its own that sees no environment of ours and may read code and the one file', async () => {
    process.env['SECIMS_TEST_SECRET'] = 'canary-9f3'
    const events = load()
    await events.next()
    const [pid = 0] = readers()
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    expect(environment).not.toContain('canary-9f3')
    expect(
      environment
        .split('\0')
        .filter(Boolean)
        .map((line) => line.split('=')[0])
        .filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name ?? ''))
        .toSorted(),
    ).toEqual(['LANG', 'NODE_COMPILE_CACHE', 'TZ'])
    const group = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2])
    expect(group).not.toBe(process.pid)
    expect(group).toBe(pid)
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    expect(args).toContain('--permission')
    const root = new URL('../..', import.meta.url).pathname
    const readable = args
      .filter((arg) => arg.startsWith('--allow-fs-read='))
      .map((arg) => arg.slice(16).replace(root, ''))
    expect(readable).toEqual([
      'backend/src',
      'node_modules',
      'package.json',
      expect.stringContaining('sec-ims-code-'),
      large,
    ])
    expect(args.filter((arg) => /^--allow-(?!fs-)/.test(arg))).toEqual([])
    const limits = readFileSync(`/proc/${pid}/limits`, 'utf8')
    expect(limits).toMatch(/Max cpu time\s+65\s/)
    await events.return(undefined)
    expect(isAlive(pid)).toBe(false)
    delete process.env['SECIMS_TEST_SECRET']
  })

  test('gone when the server is killed, even while it waits to be read', async () => {
    const server = spawn(
      process.execPath,
      [new URL('hold-reader.ts', import.meta.url).pathname, large, 'many'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [said] = await once(server.stdout, 'data')
    const [pid = 0] = String(said).split(' ').filter(Boolean).map(Number)
    expect(isAlive(pid)).toBe(true)
    server.kill('SIGKILL')
    expect(await eventually(() => !isAlive(pid))).toBe(true)
  })

  test('gone after everything that these tests did', () => {
    expect(readers()).toEqual([])
  })
})
