import { describe, expect, test } from 'vitest'
import { createCanceller } from './cancelling.ts'
import { isFailure } from './failure.ts'
import { createPort, type LinkState } from './port.ts'
import { validate } from './validators.gen.js'

const hello = {
  v: 1,
  t: 'hello',
  plugin: '0.1.0',
  qgis: '3.22.16',
  qt: '5.15.8',
  host: 'webkit',
  locale: 'en',
  theme: {
    isDark: false,
    colours: {
      window: '#efefef',
      windowText: '#000000',
      base: '#ffffff',
      text: '#000000',
      button: '#efefef',
      buttonText: '#000000',
      highlight: '#308cc6',
      highlightedText: '#ffffff',
      mid: '#b8b8b8',
      link: '#0000ff',
    },
    fontFamily: 'Sans',
    fontPx: 13,
  },
  capabilities: {},
  settings: { host: 'auto', locale: 'auto', connection: null },
}

const start = ({ isGreeted = true } = {}) => {
  const sent: Record<string, unknown>[] = []
  let onText: (text: string) => void = () => {}
  let onState: (state: LinkState) => void = () => {}
  const port = createPort({
    transport: {
      send: (text) => sent.push(JSON.parse(text)),
      onText: (listener) => {
        onText = listener
      },
      onState: (listener) => {
        onState = listener
      },
      start: () => {},
      takeOver: () => {},
    },
    validate,
    version: '1',
  })
  const receive = (message: object) => onText(JSON.stringify({ v: 1, ...message }))
  onState('open')
  if (isGreeted) receive(hello)
  return { port, sent, receive, become: onState }
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (thrown: unknown) => (isFailure(thrown) ? thrown.failure : null),
  )

describe('calls and events between panel and QGIS', () => {
  test('hello comes first; calls wait for the answer to it', async () => {
    const { port, sent, receive } = start({ isGreeted: false })
    const call = port.call('map.extent', {})
    expect(sent).toEqual([{ v: 1, t: 'hello', panel: '1' }])
    receive(hello)
    expect(sent[1]).toEqual({ v: 1, t: 'call', id: 1, m: 'map.extent', p: {} })
    receive({ t: 'ok', id: 1, r: { extentCrs84: null } })
    expect(await call).toEqual({ extentCrs84: null })
  })

  test('wrong parameters are refused before they are sent', async () => {
    const { port, sent } = start()
    const before = sent.length
    const failure = await failureOf(port.call('layer.style', { layer: '' }))
    expect(failure?.code).toBe('protocol')
    expect(sent).toHaveLength(before)
  })

  test('an answer that is not what was agreed is a failure, not data', async () => {
    const { port, receive } = start()
    const failure = failureOf(port.call('map.extent', {}))
    receive({ t: 'ok', id: 1, r: { extentCrs84: 'everywhere' } })
    expect((await failure)?.code).toBe('protocol')
  })

  test('a failure of QGIS arrives with its remedy', async () => {
    const { port, receive } = start()
    const failure = failureOf(port.call('map.extent', {}))
    receive({ t: 'err', id: 1, e: { code: 'internal', message: 'No map.', remedy: 'Open one.' } })
    expect(await failure).toEqual({ code: 'internal', message: 'No map.', remedy: 'Open one.' })
  })

  test('progress reaches the call it belongs to', async () => {
    const { port, receive } = start()
    const seen: number[] = []
    const call = port.call(
      'file.discard',
      { file: 'f0123456789abcdef' },
      { onProgress: ({ done }) => seen.push(done) },
    )
    receive({ t: 'evt', n: 'progress', p: { call: 1, stage: 'export', done: 40, total: 100 } })
    receive({ t: 'evt', n: 'progress', p: { call: 7, stage: 'export', done: 90, total: 100 } })
    receive({ t: 'ok', id: 1, r: {} })
    await call
    expect(seen).toEqual([40])
  })

  test('cancelling is asked for once, and the call still ends by its answer', async () => {
    const { port, sent, receive } = start()
    const canceller = createCanceller()
    const failure = failureOf(port.call('map.extent', {}, { cancelling: canceller }))
    canceller.cancel()
    canceller.cancel()
    expect(sent.filter(({ t }) => t === 'cancel')).toEqual([{ v: 1, t: 'cancel', id: 1 }])
    receive({ t: 'err', id: 1, e: { code: 'cancelled', message: 'Cancelled.' } })
    expect((await failure)?.code).toBe('cancelled')
  })

  test('when QGIS goes away, nobody waits for ever; it is greeted anew when it is back', async () => {
    const { port, sent, become } = start()
    const failure = failureOf(port.call('map.extent', {}))
    become('lost')
    expect((await failure)?.code).toBe('cancelled')
    become('open')
    expect(sent.filter(({ t }) => t === 'hello')).toHaveLength(2)
  })
})
