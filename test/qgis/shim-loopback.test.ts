/** The browser host's own web server: who may talk to it, in which order messages arrive, and which page has the word. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

type Answer = [number, unknown]
type Told = Record<string, unknown> & {
  wrong: Record<string, number>
  page: [number, string, string, string]
  files: number[]
  broken: number[]
  answers: { t: string; id?: number; r?: { locale: string } }[]
}

describe.skipIf(!hasQgis())(`the browser host${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let shim: ShimPackage
  let told: Told
  beforeAll(async () => {
    shim = shimPackage()
    told = (await runPyQgis('shim_loopback.py', { plugins: shim.plugins })) as Told
  })
  afterAll(() => shim?.remove())

  test('refuses a wrong token, Origin or Host with 403, and logs it (E17, security H)', () => {
    const { PUT, OPTIONS, ...others } = told.wrong
    for (const [what, status] of Object.entries(others)) expect(status, what).toBe(403)
    expect([PUT, OPTIONS]).toEqual([501, 501])
    expect(told['refused']).toBe(Object.keys(others).length)
    expect(told['secretLength']).toBe(43)
    expect(told['secretInLog']).toBe(false)
  })

  test('gives the panel with a policy, and no other file', () => {
    const [status, policy, type, cache] = told.page
    expect(status).toBe(200)
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/)
    expect([type, cache]).toEqual(['text/html; charset=utf-8', 'no-store'])
    expect(told.files).toEqual([200, ...told.files.slice(1).map(() => 404)])
    expect(told.broken).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 413])
  })

  test('gives messages on in order and once, whatever order posts arrive in', () => {
    expect(told['first look']).toEqual([200, { seq: 0, messages: [] }])
    expect([told['early'], told['hello'], told['third'], told['second'], told['again']] as Answer[]).toEqual([
      [200, { ack: 0 }],
      [200, { ack: 2 }],
      [200, { ack: 2 }],
      [200, { ack: 4 }],
      [200, { ack: 4 }],
    ])
    expect(told.answers.map(({ t, id, r }) => [t, id, r?.locale])).toEqual([
      ['hello', undefined, undefined],
      ['ok', 1, 'fr'],
      ['ok', 2, 'en'],
      ['ok', 3, 'en'],
    ])
    expect(told['again from 3']).toEqual([3])
    expect(told['acknowledged']).toEqual([200, { seq: 4, messages: [] }])
    expect(told['middle ms']).toBeLessThan(30)
  })

  test('a second page takes over, and the first is told so at once', () => {
    expect(told['second page']).toEqual([200, { ack: 1 }])
    expect(told['first page afterwards']).toEqual([
      [410, { reason: 'moved' }],
      true,
      [410, { reason: 'moved' }],
    ])
    expect(told["second page's answer"]).toBe('hello')
  })

  test('closing tells the page that waits, and leaves no thread behind', () => {
    expect(told['serving']).toEqual([2, 0])
    expect(told['waiting']).toEqual([[410, { reason: 'closed' }]])
  })

  test('what nobody reads does not grow without bound; closing closes the port', () => {
    expect(told['ahead']).toBe(429)
    expect(told['kept']).toBeLessThanOrEqual(5000)
    expect(told['lost']).toEqual([410, { reason: 'moved' }])
    expect(told['closedInMs']).toBeLessThan(2000)
    expect(told['afterwards']).toBe('closed')
    expect(told['late']).toEqual([])
  })
})
