/** Collections to edit, with owners, and requests as editors send them. */
import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { parseToken } from '../../backend/src/domain/token.ts'
import { createTestCollection, type TestCollection } from '../helpers/collections.ts'
import type { Who } from '../helpers/program.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of many shapes.
export type Json = any

export type Answer = { status: number; headers: Headers; json: Json; text: string }

export type Editor = {
  program: TestProgram
  /** The address of a collection. */
  address: (id: string) => string
  send: (
    who: Who | 'public',
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ) => Promise<Answer>
  /** Makes a collection whose record belongs to the editor, in the domain forestry. */
  make: (collection: TestCollection) => Promise<{ recordId: string; tableName: string }>
  stop: () => Promise<void>
}

export const geojson = 'application/geo+json'
export const mergePatch = 'application/merge-patch+json'

const typeOf = (method: string) => (method === 'PATCH' ? mergePatch : geojson)

export const startEditing = async (environment: Record<string, string> = {}): Promise<Editor> => {
  const program = await testProgram(environment)
  const face = `${program.url}/pygeoapi`
  const tokenId = (who: Who) => parseToken(program.tokenOf(who))?.id
  return {
    program,
    address: (id) => `${face}/collections/${id}`,
    send: async (who, method, path, { body, headers = {} } = {}) => {
      const sent: Record<string, string> = { ...headers }
      if (who !== 'public') sent['Authorization'] = `Bearer ${program.tokenOf(who)}`
      if (body !== undefined && sent['Content-Type'] === undefined) sent['Content-Type'] = typeOf(method)
      const response = await fetch(path.startsWith('http') ? path : `${face}/collections/${path}`, {
        method,
        headers: sent,
        redirect: 'manual',
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : null,
      }
    },
    make: async (collection) => {
      const made = await createTestCollection(program.database, collection)
      await program.database
        .knex('record')
        .where({ id: made.recordId })
        .update({ owner_id: tokenId('editor'), domain_id: 'forestry' })
      // What was made behind its back the program learns within a second.
      while ((await fetch(`${face}/collections/${collection.id}`)).status !== 200) await pause(50)
      return made
    },
    stop: program.stop,
  }
}

export const trees = (id: string, more: Partial<TestCollection> = {}): TestCollection => ({
  id,
  title: 'Trees',
  geometryType: 'Point',
  columns: [
    { name: 'species', type: 'string' },
    { name: 'height m', type: 'number' },
    { name: 'count', type: 'integer' },
    { name: 'alive', type: 'boolean' },
    { name: 'planted', type: 'date' },
    { name: 'seen', type: 'datetime' },
    { name: 'closes', type: 'time' },
  ],
  rows: Array.from({ length: 5 }, (_, at) => ({
    wkt: `POINT(${-61 + at / 100} ${13.8 + at / 100})`,
    values: [
      `Tree ${at}`,
      at / 2,
      at,
      true,
      `2020-01-0${at + 1}`,
      `2020-01-0${at + 1}T12:00:00Z`,
      '12:30:00',
    ],
  })),
  ...more,
})

export const point = (x: number, y: number, properties: Record<string, unknown> = {}) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [x, y] },
  properties,
})

/** Writes a request byte for byte, and gives the headers as they came: fetch would add some and change others. */
export const sendRaw = (
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body?: string },
): Promise<{ status: number; rawHeaders: string[]; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method,
        headers: body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
        agent: new Agent(),
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            rawHeaders: response.rawHeaders,
            text: Buffer.concat(parts).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
