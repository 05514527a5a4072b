/** Chromium for tests of pages: pictures on request, axe, and a look out for what a page must never do. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const hasChromium = existsSync(executablePath)
const screenshots = process.env['SECIMS_SCREENSHOTS']
/** The folder of the user guide's figures, when they are to be taken anew (make figures). */
const figures = process.env['SECIMS_FIGURES']
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export const widths = {
  desktop: { width: 1280, height: 900 },
  tablet: { width: 820, height: 1100 },
  phone: { width: 390, height: 844 },
}

export type Visit = {
  page: Page
  context: BrowserContext
  /** Errors of the page's scripts and policy, and requests to other places than the site; to be empty. */
  complaints: string[]
  pick: (test: string) => ReturnType<Page['locator']>
  picture: (name: string) => Promise<void>
  /** A figure of the user guide, as the window shows it. */
  figure: (name: string) => Promise<void>
  close: () => Promise<void>
}

/** A browser of somebody's own: nothing kept from another. */
export const visit = async (
  browser: Browser,
  {
    url,
    size = widths.desktop,
    scheme = 'light',
    hasScripts = true,
  }: {
    url: string
    size?: { width: number; height: number }
    scheme?: 'light' | 'dark'
    hasScripts?: boolean
  },
): Promise<Visit> => {
  // Test files are older than the browser knows; a policy of the page must not keep axe out.
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    baseURL: url,
    locale: 'en-GB',
    javaScriptEnabled: hasScripts,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // What a server refuses, Chromium repeats here; pages say it in their own words.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      complaints.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith(url) && !/^(data|blob):/.test(asked)) complaints.push(`foreign request: ${asked}`)
  })
  return {
    page,
    context,
    complaints,
    pick: (test) => page.locator(`[data-test="${test}"]`),
    picture: async (name) => {
      if (!screenshots) return
      await mkdir(screenshots, { recursive: true })
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
    },
    figure: async (name) => {
      if (!figures) return
      await mkdir(figures, { recursive: true })
      const { default: sharp } = await import('sharp')
      await sharp(await page.screenshot())
        .png({ palette: true, colours: 128, effort: 8 })
        .toFile(join(figures, `${name}.png`))
    },
    close: () => context.close(),
  }
}

/** Of a picture, in its own pixels; 0 until it is there. */
export const naturalWidth = (picture: ReturnType<Page['locator']>): Promise<number> =>
  picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)

type Violation = { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }

/** What axe finds against WCAG 2.2 AA, in words; empty when there is nothing. */
export const axe = async (page: Page): Promise<string[]> => {
  const session = await page.context().newCDPSession(page)
  const { readFile } = await import('node:fs/promises')
  // Evaluated by the debugger: the policy of the page forbids scripts of others, as it should.
  await session.send('Runtime.evaluate', { expression: await readFile(axePath, 'utf8') })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((found) => JSON.stringify(found.violations))`,
    awaitPromise: true,
  })
  await session.detach()
  return (JSON.parse(String(result.value ?? '[]')) as Violation[]).flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`),
  )
}
