/**
 * The program in the browser: its files under `/assets/`, and the pages that are drawn by it – the editor, my records
 * (R1.10, R4). What it may do, the server decides; these pages hold nothing that is not public.
 */
import { type NextFunction, type Request, type Response, Router } from 'express'
import { bundleWeb, type WebEntry } from '../../web/bundle.ts'
import type { Config } from '../config/config.ts'
import { type MountOptions, sendError } from '../contract/mount.ts'
import { siteUrlOf } from '../http/addresses.ts'
import { html, renderPage } from '../http/html.ts'
import { respond } from '../http/respond.ts'
import { cacheHeaders } from '../ogc/common/caching.ts'
import { sendPage } from './pages.ts'

type AppPage = { path: string; title: string; entry: WebEntry; styleSheet?: string }

const appPages: AppPage[] = [
  { path: '/metadata-editor', title: 'Metadata editor', entry: 'editor' },
  { path: '/my-records', title: 'My records', entry: 'my-records' },
  { path: '/admin', title: 'Administration', entry: 'admin' },
  { path: '/submit', title: 'Submit data', entry: 'submission' },
  { path: '/submissions/:reference', title: 'Submission', entry: 'submission' },
  { path: '/map', title: 'Map viewer', entry: 'map', styleSheet: 'maplibre-gl.css' },
]

const oneYear = 'public, max-age=31536000, immutable'
const fiveMinutes = 'public, max-age=300'

export type WebParts = { config: Pick<Config, 'siteTitle'> }

/** Mounted at the root, before what answers 404. */
export const web = ({ config: { siteTitle } }: WebParts, options: MountOptions): Router => {
  const router = Router()
  // Once, when somebody asks first: a server that only serves programs never needs it.
  let bundle: ReturnType<typeof bundleWeb> | undefined
  const files = () => {
    bundle ??= bundleWeb()
    return bundle
  }
  const guarded =
    (answer: (request: Request, response: Response) => Promise<boolean | undefined>) =>
    async (request: Request, response: Response, next: NextFunction) => {
      try {
        if ((await answer(request, response)) === false) next()
      } catch (error) {
        await sendError(error, request, response, options)
      }
    }

  // Browsers ask for the second address unasked, on pages and on pictures alike.
  router.get(
    ['/assets/:name', '/favicon.ico'],
    guarded(async (request, response) => {
      const file = (await files()).get(String(request.params['name'] ?? 'icon.ico'))
      if (!file) return false
      await respond(
        request,
        response,
        {
          status: 200,
          headers: {
            ...cacheHeaders(file.etag),
            'Cache-Control': file.isLasting ? oneYear : fiveMinutes,
            ...(file.policy !== undefined && { 'Content-Security-Policy': file.policy }),
          },
          raw: { contentType: file.contentType, bytes: file.bytes, isLasting: true },
        },
        new AbortController().signal,
      )
      return true
    }),
  )
  for (const { path, title, entry, styleSheet } of appPages)
    router.get(
      path,
      guarded(async (request, response) => {
        const siteUrl = siteUrlOf(request, options.publicUrl)
        const text = renderPage({
          title,
          siteTitle,
          siteUrl,
          script: entry,
          ...(styleSheet !== undefined && { styleSheet }),
          ...(entry === 'map' && { section: 'map' as const }),
          ...(entry === 'submission' && { section: 'submit' as const }),
          body: html`<div id="app"></div>
<noscript><h1>${title}</h1><p>This page needs JavaScript. Searching, reading and downloading work without it: see the <a href="${siteUrl}/">catalogue</a>.</p></noscript>`,
        })
        await sendPage(request, response, text)
        return true
      }),
    )
  return router
}
