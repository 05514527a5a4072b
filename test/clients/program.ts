/**
 * The whole program with collections that clients read and edit, behind a listener that passes everything on and notes it:
 * so a test can say what a client asked for, and that the server, not the client, did the work.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type TestProgram, testProgram, type Who } from '../helpers/program.ts'
import { type Published, publishFile } from '../helpers/publish.ts'
import { createFixture } from '../ogc/features-fixture.ts'

// Each QGIS takes seconds to start, and more on a machine that does other things too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

export type Asked = {
  method: string
  url: URL
  headers: Record<string, string | string[] | undefined>
  status: number
  /** What was answered, as text. */
  body: string
}

export type Listener = {
  /** http://127.0.0.1:port, without a path. */
  url: string
  /** In the order of the answers. */
  asked: Asked[]
  stop: () => Promise<void>
}

/** Links of the program follow the Host that a client used, so clients stay with the listener. */
export const listenBefore = async (target: string): Promise<Listener> => {
  const asked: Asked[] = []
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '', target)
    // What is compressed could not be looked into.
    const { 'accept-encoding': _encoding, ...headers } = incoming.headers
    const onward = request(url, { method: incoming.method, headers }, (answer) => {
      const chunks: Buffer[] = []
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        asked.push({
          method: incoming.method ?? '',
          url,
          headers: incoming.headers,
          status: answer.statusCode ?? 502,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type ClientProgram = {
  program: TestProgram
  listener: Listener
  /** The features face as clients reach it. */
  face: string
  asked: Asked[]
  folder: string
  publish: (who: Who, path: string, collectionId: string) => Promise<Published>
  /** Points on a grid, as GeoJSON, published by somebody. */
  publishPoints: (who: Who, collectionId: string, count: number) => Promise<Published>
  stop: () => Promise<void>
}

export const pointProperties = (n: number) => ({
  name: `Point ${n}`,
  kind: ['church', 'school', 'Market'][n % 3],
  visitors: n * 10,
  // Numbers that are not whole in every page of ten, from which older QGIS takes the type.
  rating: n / 8 + 0.0625,
  founded: `2020-01-${String(1 + (n % 28)).padStart(2, '0')}`,
})

export const clientProgram = async ({ hasFixture = true } = {}): Promise<ClientProgram> => {
  const program = await testProgram()
  const listener = await listenBefore(program.url)
  const folder = await mkdtemp(join(tmpdir(), 'secims-clients-'))
  if (hasFixture) await createFixture(program.database)
  const publish: ClientProgram['publish'] = (who, path, collectionId) =>
    publishFile(program.as(who), path, { collectionId })
  return {
    program,
    listener,
    folder,
    face: `${listener.url}/pygeoapi`,
    asked: listener.asked,
    publish,
    publishPoints: async (who, collectionId, count) => {
      const path = join(folder, `${collectionId}.geojson`)
      const features = Array.from({ length: count }, (_, n) => ({
        type: 'Feature',
        properties: pointProperties(n),
        geometry: {
          type: 'Point',
          coordinates: [-61.05 + (n % 50) * 0.002, 13.75 + Math.floor(n / 50) * 0.002],
        },
      }))
      await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }))
      return publish(who, path, collectionId)
    },
    stop: async () => {
      await listener.stop()
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Requests for the items of a collection, in order. */
export const itemsAsked = (asked: readonly Asked[], collectionId: string): Asked[] =>
  asked.filter(
    ({ method, url }) => method === 'GET' && url.pathname.endsWith(`/collections/${collectionId}/items`),
  )

/** How many features the answers held together. */
export const featuresAnswered = (asked: readonly Asked[]): number =>
  asked.reduce(
    (sum, { body }) => sum + ((JSON.parse(body) as { features?: unknown[] }).features?.length ?? 0),
    0,
  )
