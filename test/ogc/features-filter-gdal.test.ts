/** GDAL sends its attribute filters to the server, and gets what it would have found itself. */
import { execFile } from 'node:child_process'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../helpers/collections.ts'
import { hasProgram } from '../helpers/programs.ts'
import { createFixture } from './features-fixture.ts'

const run = promisify(execFile)

describe.skipIf(!hasProgram('ogr2ogr'))('GDAL (left out where ogr2ogr is not installed)', () => {
  let server: TestServer
  let listener: Server
  let face: string
  const asked: URL[] = []

  /** Passes everything on and remembers what was asked for. */
  const listen = async (target: string): Promise<Server> => {
    const made = createServer((incoming, outgoing) => {
      asked.push(new URL(incoming.url ?? '', target))
      const onward = request(new URL(incoming.url ?? '', target), { headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      onward.end()
    })
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
    return made
  }

  beforeAll(async () => {
    server = await startTestServer()
    await createFixture(server.db)
    listener = await listen(server.url)
    face = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/pygeoapi`
  })
  beforeEach(() => {
    asked.length = 0
  })
  afterAll(async () => {
    listener?.closeAllConnections()
    listener?.close()
    await server?.stop()
  })

  const idsWhere = async (id: string, where: string): Promise<number[]> => {
    const { stdout } = await run(
      'ogr2ogr',
      ['-f', 'GeoJSON', '/vsistdout/', `OAPIF:${face}`, id, '-preserve_fid', '-where', where],
      { maxBuffer: 1 << 26 },
    )
    return (JSON.parse(stdout) as { features: { id: number }[] }).features.map((feature) => feature.id)
  }

  const filtersAsked = () => [
    ...new Set(asked.flatMap(({ searchParams }) => searchParams.get('filter') ?? [])),
  ]

  /** GDAL looks through the answers once more, so that it matters that the server was asked at all. */
  test.each([
    ['places', 'visitors > 20000', [22, 23, 24]],
    ['places', "visitors >= 20000 AND name LIKE 'Place 2%'", [22, 23, 24]],
    ['places', "name ILIKE 'PLACE 2'", [3]],
    ['places', "visitors < 2000 OR name = 'Place 5'", [1, 2, 6]],
    ['places', 'NOT (visitors > 1000) OR name IS NULL AND visitors > 19000', [1, 2, 21]],
    ['places', 'visitors BETWEEN 1000 AND 2000', [2, 3]],
    ['places', 'visitors <> 0 AND visitors < 2000', [2]],
    ['places', 'rating > 2.5 AND rating < 2.75', []],
    ['places', "founded > '2020/01/22'", [23, 24]],
    ['places', "seen > '2020/01/01 21:30:00'", [23, 24]],
    ['hostile', `"$1 ?x :y" LIKE '$1%'`, [1]],
    ['hostile', `"o'clock" = 'it''s'`, []],
  ])('%s -where "%s"', async (id, where, expected) => {
    expect(await idsWhere(id, where)).toEqual(expected)
    expect(filtersAsked(), asked.map(String).join('\n')).toHaveLength(1)
  })

  test('what GDAL keeps to itself is right all the same', async () => {
    expect(await idsWhere('places', 'visitors IN (1000, 3000)')).toEqual([2, 4])
    expect(filtersAsked()).toEqual([])
  })
})
