/** The shim's validator says of messages what the protocol says; and small parts of the shim that need no server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

/** Verb, value, and what is said of it. */
type Case = [string, unknown, RegExp | 'fits']
const connection = 'c0123456789ab'

const parameters: Case[] = [
  ['settings.get', {}, 'fits'],
  ['settings.get', null, 'fits'],
  ['settings.get', { a: 1 }, /has "a", which is not expected/],
  ['settings.get', [], /p is \[\]; expected object/],
  ['nothing', {}, /no verb "nothing"/],
  ['settings.set', { connection: null }, 'fits'],
  ['settings.set', { host: null }, /p\.host is null; expected string/],
  ['settings.set', { host: 'chrome' }, /expected one of \["auto", "webengine", "webkit", "browser"\]/],
  ['settings.set', { connection: 'x'.repeat(65) }, /65 characters long; expected at most 64/],
  ['connections.test', { connection }, 'fits'],
  ['connections.test', { connection: `${connection}\n` }, /expected something like/],
  ['connections.test', { connection: ` ${connection}` }, /expected something like/],
  ['connections.test', {}, /p lacks connection/],
  ['layer.export', { layer: 'a', scope: 'all', targetEpsg: 4326 }, 'fits'],
  ['layer.export', { layer: 'a', scope: 'all', targetEpsg: 4326.5 }, /expected integer/],
  ['layer.export', { layer: 'a', scope: 'all', targetEpsg: true }, /expected integer/],
  ['layer.export', { layer: 'a', scope: 'all', targetEpsg: '4326' }, /expected integer/],
  ['layer.export', { layer: 'a', scope: 'all', targetEpsg: 5 }, /expected at least 1024/],
  ['layer.export', { layer: '', scope: 'all' }, /0 characters long; expected at least 1/],
  ['file.discard', { file: '/etc/passwd' }, /expected something like/],
  [
    'upload.send',
    { connection, file: 'f0123456789abcdef', fileName: 'größe.gpkg', note: { a: [1] } },
    'fits',
  ],
  ['upload.send', { connection, file: 'f0123456789abcdef', fileName: '../a' }, /expected something like/],
  ['upload.send', { connection, file: 'f0123456789abcdef', fileName: 'a\u0000' }, /expected something like/],
  ['api.call', { connection, operation: 'catalogue.getMe', query: { a: 'b', c: 1, d: true } }, 'fits'],
  ['api.call', { connection, operation: 'catalogue.getMe', query: { a: {} } }, /fits none of 3 forms/],
  [
    'api.call',
    { connection, operation: 'catalogue.getMe', path: { id: 5 } },
    /p\.path\.id is 5; expected string/,
  ],
  ['api.call', { connection, operation: 'a', form: Array(11).fill({ name: 'a', text: '' }) }, /at most 10/],
  ['layer.setLink', { layer: 'a', link: null }, 'fits'],
  ['layer.setLink', { layer: 'a', link: {} }, /p\.link lacks server/],
  [
    'layer.setMetadata',
    { layer: 'a', metadata: { keywords: { x: ['y'] }, temporal: [[null, 'z']] } },
    'fits',
  ],
  ['layer.setMetadata', { layer: 'a', metadata: { keywords: { x: [5] } } }, /keywords\.x\[0\] is 5/],
  ['layer.setMetadata', { layer: 'a', metadata: { temporal: [['z']] } }, /a list of 1; expected at least 2/],
]
const results: Case[] = [
  ['clipboard.copy', {}, 'fits'],
  ['clipboard.copy', { path: '/' }, /not expected/],
  ['connections.edit', { connection: null }, 'fits'],
  ['connections.edit', { connection: {} }, /lacks id/],
  ['api.call', { status: 204, body: null, text: null, etag: null, location: null }, 'fits'],
  ['api.call', { status: 204, body: [1], text: null, etag: null }, /lacks location/],
  ['map.extent', { extentCrs84: [1, 2, 3, 4.5] }, 'fits'],
  ['map.extent', { extentCrs84: [1, 2, 3] }, /expected at least 4/],
  ['map.extent', { extentCrs84: null }, 'fits'],
  ['upload.send', { uploadId: '0190b0f0-0000-7000-8000-000000000000', sha256: '', sizeBytes: 1 }, 'fits'],
  ['upload.send', { uploadId: 'roads', sha256: '', sizeBytes: 1 }, /expected a uuid/],
]
const messages: [unknown, RegExp | 'fits'][] = [
  [{ v: 1, t: 'hello', panel: '1' }, 'fits'],
  [{ v: 2, t: 'hello', panel: '1' }, /fits none/],
  [{ v: 1, t: 'call', id: 1, m: 'settings.get' }, 'fits'],
  [{ v: 1, t: 'call', id: 0, m: 'settings.get' }, /message\.id is 0; expected at least 1/],
  [{ v: 1, t: 'call', id: '1', m: 'settings.get' }, /expected integer/],
  [{ v: 1, t: 'call', id: 1, m: 'a', p: [] }, /message\.p is \[\]; expected object/],
  [{ v: true, t: 'cancel', id: 1 }, /expected integer/],
  [{ v: 1, t: 'cancel', id: 1, m: 'a' }, /not expected/],
  [{ v: 1, t: 'shout' }, /expected hello, call, ok, err, evt or cancel/],
  [{ v: 1, t: ['call'] }, /expected hello, call/],
  ['call', /expected hello, call/],
  [null, /expected hello, call/],
]
const small: [object, unknown, RegExp | 'fits'][] = [
  [{ oneOf: [{ type: 'integer' }, { type: 'number' }] }, 1, /fits 2 forms at once/],
  [{ oneOf: [{ type: 'integer' }, { type: 'string' }] }, 'a', 'fits'],
  [{ enum: [1] }, true, /expected one of/],
  [{ enum: [null] }, null, 'fits'],
  [{ type: 'number', maximum: 2 }, 2.5, /expected at most 2/],
  [{ type: 'object', minProperties: 1 }, {}, /an object of 0 members/],
  [
    {
      allOf: [
        { type: 'object', required: ['a'] },
        { type: 'object', required: ['b'] },
      ],
    },
    { a: 1 },
    /lacks b/,
  ],
  [{ type: 'array', items: { $ref: '#/components/schemas/T' } }, [[[]], []], 'fits'],
  [
    { type: 'array', items: { $ref: '#/components/schemas/T' } },
    JSON.parse('['.repeat(200) + ']'.repeat(200)),
    /nested more than 100 deep/,
  ],
]

describe.skipIf(!hasQgis())(`the shim${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let shim: ShimPackage
  // biome-ignore lint/suspicious/noExplicitAny: what a script tells has a form for each of its steps
  let told: Record<string, any>
  beforeAll(async () => {
    shim = shimPackage()
    const request = {
      plugins: shim.plugins,
      parameters: parameters.map(([verb, value]) => [verb, value]),
      results: results.map(([verb, value]) => [verb, value]),
      messages: messages.map(([value]) => value),
      small: small.map(([schema, value]) => [schema, value]),
    }
    told = (await runPyQgis('shim_protocol.py', request)) as Record<string, unknown>
  })
  afterAll(() => shim?.remove())

  const agrees = (said: string[], cases: (readonly [...unknown[], RegExp | 'fits'])[]) => {
    expect(said).toHaveLength(cases.length)
    cases.forEach((each, at) => {
      const wanted = each.at(-1) as RegExp | 'fits'
      const shown = JSON.stringify(each.slice(0, -1)).slice(0, 200)
      if (wanted === 'fits') expect.soft(said[at], shown).toBe('fits')
      else expect.soft(said[at], shown).toMatch(wanted)
    })
  }

  test('checks parameters, results and messages against the protocol (security H)', () => {
    agrees(told['parameters'], parameters)
    agrees(told['results'], results)
    agrees(told['messages'], messages)
    agrees(told['small'], small)
    expect(told['unknownRule']).toContain("uses ['contentEncoding'], which this plugin cannot check")
  })

  test('has its native words in English and French, with the same values in them', () => {
    expect(told['words'].keys).toEqual([])
    expect(told['words'].values).toEqual([])
    expect(told['words'].same).toEqual(['title', 'part_style', 'alg_group_catalogue'])
  })

  test('tells of new colours until it is stopped', () => {
    expect(told['theme']).toEqual([false, [true]])
    expect(told['themeFits']).toBe('fits')
  })

  test('carries results, failures, mistakes and cancelling to whoever waits', () => {
    expect(told['flows']).toEqual([
      { result: 'works' },
      { failure: { code: 'offline', message: 'away' } },
      'internal',
      { failure: { code: 'cancelled', message: 'It was cancelled.' } },
    ])
    expect(told['waited']).toBe('works')
    expect(told['once']).toEqual([1])
  })
})
