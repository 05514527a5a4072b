import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import { validate } from '../panel/protocol/validators.gen.js'

const verbs = Object.values(protocol.paths).map(({ post }) => post.operationId)

test('every verb has a check of its parameters and of its result', () => {
  expect(verbs.length).toBeGreaterThan(20)
  for (const verb of verbs)
    for (const kind of ['params', 'result'] as const)
      expect(validate(kind, verb, 'no object'), `${kind} of ${verb}`).toEqual(['must be object'])
})

test('every event has a check of what it carries', () => {
  for (const name of protocol.components.schemas.Evt.properties.n.enum)
    expect(validate('event', name, 'no object'), name).toEqual(['must be object'])
})

describe('a message', () => {
  test.each([
    [{ v: 1, t: 'call', id: 1, m: 'layers.list' }],
    [{ v: 1, t: 'ok', id: 1, r: {} }],
    [{ v: 1, t: 'err', id: 1, e: { code: 'offline', message: 'The server could not be reached.' } }],
    [{ v: 1, t: 'evt', n: 'progress', p: {} }],
    [{ v: 1, t: 'cancel', id: 3 }],
    [{ v: 1, t: 'hello', panel: '0.1.0' }],
  ])('is recognised by what it is: %j', (message) => {
    expect(validate('message', 'Message', message)).toEqual([])
  })

  test.each<[unknown, string]>([
    [{ v: 2, t: 'call', id: 1, m: 'x' }, 'v: must be one of 1'],
    [{ v: 1, t: 'call', id: 0, m: 'x' }, 'id: must have minimum 1'],
    [{ v: 1, t: 'call', id: 1, m: 'x', token: 'y' }, "'token' is not known here"],
    [{ v: 1, t: 'ok', id: 1 }, "'r' is missing"],
    [{ v: 1, t: 'hello', plugin: '0.1.0' }, "'qgis' is missing"],
    [{ v: 1, t: 'constructor' }, 't: must be one of hello, call, ok, err, evt, cancel'],
    [null, 't: must be one of hello, call, ok, err, evt, cancel'],
    ['text', 't: must be one of hello, call, ok, err, evt, cancel'],
  ])('that is wrong is refused in words: %j', (message, complaint) => {
    expect(validate('message', 'Message', message)).toEqual([complaint])
  })
})

test('parameters are checked with their patterns, limits and nulls', () => {
  expect(validate('params', 'file.discard', { file: 'f0123456789abcdef' })).toEqual([])
  expect(validate('params', 'file.discard', { file: '/etc/passwd' })).toEqual([
    'file: does not have the expected form',
  ])
  expect(validate('params', 'layer.setLink', { layer: 'roads', link: null })).toEqual([])
  expect(validate('params', 'layer.setLink', { layer: 'roads', link: {} })).toEqual([
    "link: 'server' is missing",
  ])
  expect(validate('params', 'clipboard.copy', { text: 'x'.repeat(100_001) })).toEqual([
    'text: must have maxLength 100000',
  ])
  expect(validate('params', 'settings.set', { host: 'ie6' })).toEqual([
    'host: must be one of auto, webengine, webkit, browser',
  ])
  expect(validate('result', 'upload.send', { uploadId: 'mine', sha256: '', sizeBytes: 1 })).toEqual([
    'uploadId: does not have the expected form',
  ])
})

test('names that are not in the protocol are no names, whatever objects have', () => {
  for (const name of ['no.such', 'constructor', '__proto__', 'toString'])
    expect(validate('params', name, {})).toEqual([`the protocol knows no params '${name}'`])
})

test('the checks make no code from text, and need nothing beside themselves', () => {
  const code = readFileSync(new URL('../panel/protocol/validators.gen.js', import.meta.url), 'utf8')
  expect(code).not.toMatch(/new Function|\beval\(|\brequire\(|\bimport\b/)
  expect(code).not.toMatch(/RegExp\([^)]*"[a-z]*[suyv][a-z]*"\)/)
})
