/**
 * What a reader waits for at the pages before the map, in Chromium: first paint and largest paint, how much moves, how long the
 * page is busy after a key, and what comes over the line. On a slow island connection (1.6 Mbit/s, 150 ms) with a processor a
 * quarter as fast, as Lighthouse measures phones, and without these. Run: node test/bench/web.bench.ts [--times 5] [--write]
 */
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { hasChromium, openBrowser, widths } from '../helpers/browser.ts'
import { addRecord } from '../helpers/catalogue.ts'
import { testProgram } from '../helpers/program.ts'
import { addStyle, publishFile } from '../helpers/publish.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: { times: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
})
const times = Number(options.times)
const example = join(import.meta.dirname, '../../examples/marine_reserves')

type Seen = {
  firstPaint: number
  largestPaint: number
  shift: number
  keyToList: number
  busyAfterKey: number
  scriptBytes: number
  allBytes: number
}

/** Runs in the page before anything of it does. */
const watcher = `
window.__seen = { largest: 0, shift: 0, busy: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.__seen.largest = one.startTime })
  .observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.__seen.shift += one.value })
  .observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.__seen.busy = Math.max(window.__seen.busy, one.duration) })
  .observe({ type: 'event', buffered: true, durationThreshold: 16 });
`

const look = async (
  browser: Browser,
  url: string,
  { isSlow, path }: { isSlow: boolean; path: string },
): Promise<Seen> => {
  const context = await browser.newContext({
    viewport: isSlow ? widths.phone : widths.desktop,
    locale: 'en-GB',
  })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  if (isSlow) {
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (0.75 * 1024 * 1024) / 8,
    })
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  }
  await page.addInitScript(watcher)
  let scriptBytes = 0
  let allBytes = 0
  const scripts = new Set<string>()
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    allBytes += encodedDataLength
    if (scripts.has(requestId)) scriptBytes += encodedDataLength
  })
  await page.goto(url + path)
  await page.waitForLoadState('networkidle')
  const at = await page.evaluate(
    "({ first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN, ...window.__seen })",
  )
  const { first, largest, shift } = at as { first: number; largest: number; shift: number }
  let keyToList = Number.NaN
  if (path.startsWith('/catalogue')) {
    await page.locator('#finder[data-ready="true"]').waitFor()
    const startedAt = performance.now()
    await page.locator('#q').press('l')
    await page.locator('#count', { hasNotText: 'of 61' }).waitFor()
    keyToList = performance.now() - startedAt
  }
  const { busy } = (await page.evaluate('window.__seen')) as { busy: number }
  await context.close()
  return {
    firstPaint: first,
    largestPaint: largest,
    shift,
    keyToList,
    busyAfterKey: busy,
    scriptBytes,
    allBytes,
  }
}

const middle = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const main = async () => {
  if (!hasChromium) throw new Error('There is no Chromium; CHROMIUM names one')
  const program = await testProgram()
  const browser = await openBrowser()
  try {
    const editor = program.as('editor')
    const { record } = await publishFile(editor, join(example, 'marine_reserves.gpkg'), {
      collectionId: 'marine_reserves',
      metadata: JSON.parse(await readFile(join(example, 'metadata.json'), 'utf8')),
      styleId: await addStyle(editor, join(example, 'marine_reserves.sld')),
    })
    for (let n = 0; n < 60; n += 1)
      await addRecord(program.database, {
        title: `${n % 2 ? 'Survey' : 'Land use'} sheet ${n}`,
        keywords: [`sheet ${n % 7}`, 'cadastre'],
      })
    const pages = {
      home: '/',
      catalogue: '/catalogue',
      record: `/records/collections/metadata:main/items/${record.id}?f=html`,
    }
    const rows: string[] = []
    for (const [name, path] of Object.entries(pages))
      for (const isSlow of [false, true]) {
        const seen: Seen[] = []
        // The first visit finds nothing made yet.
        for (let n = 0; n < times + 1; n += 1) {
          const one = await look(browser, program.url, { isSlow, path })
          if (n > 0) seen.push(one)
        }
        const of = (which: keyof Seen) => middle(seen.map((one) => one[which]))
        const ms = (which: keyof Seen) => (Number.isNaN(of(which)) ? '–' : Math.round(of(which)))
        const kb = (which: keyof Seen) => Math.round(of(which) / 1024)
        rows.push(
          `| ${name} | ${isSlow ? 'phone, slow line' : 'desktop'} | ${ms('firstPaint')} | ${ms('largestPaint')} | ${of('shift').toFixed(3)} | ${ms('keyToList')} | ${name === 'catalogue' ? ms('busyAfterKey') : '–'} | ${kb('scriptBytes')} | ${kb('allBytes')} |`,
        )
        console.log(rows.at(-1))
      }
    const text = `Chromium, ${times} visits each with nothing kept, the middle one; milliseconds and kilobytes over the line. The slow line has 1.6 Mbit/s and 150 ms, its processor is a quarter as fast, as Lighthouse has it. Key to list: from a letter typed to the new list, of which 220 ms wait for the next letter. Beside it ${loadavg()[0]?.toFixed(1)} processes wanted the two processors.

| Page | Reader | first paint | largest paint | layout shift | key to list | busy after a key | script KB | all KB |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`
    writeSection('Pages in the browser', text.split('\n'))
  } finally {
    await browser.close()
    await program.stop()
  }
}

await main()
