/** The QGIS plugin handed out by the server: a page for people, a plugin repository for QGIS, and the zip (issue 3). */
import { hash } from 'node:crypto'
import type { Plugin } from '../../../qgis-bridge/src/build-plugin.ts'
import type { ServedPlugin } from '../../../qgis-bridge/src/served-plugin.ts'
import type { Config } from '../config/config.ts'
import type { Handlers, HttpContext } from '../contract/handler.ts'
import type { operations } from '../contract/qgis.gen.ts'
import { attachment } from '../domain/file-name.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { downloadHeaders } from '../http/file-body.ts'
import { html, htmlType, pageHeaders, renderPage } from '../http/html.ts'
import { cacheHeaders, weakEtag } from '../ogc/common/caching.ts'

/** The plugin is handed in, because only app.ts sees the folder qgis-bridge. */
export type QgisParts = { config: Pick<Config, 'siteTitle'>; plugin: ServedPlugin }

const guide = '/docs/public/user-guide/09-qgis-bridge.html'
/** A server without a fixed address has one plugin for each by which it is reached; more than a few nobody uses. */
const mostKept = 8

type Served = Plugin & { etag: string }

/** The plugin as this server gives it away: with its own address in it, so that people need not type one. */
const createShelf = ({ config, plugin }: QgisParts) => {
  const kept = new Map<string, Promise<Served>>()
  const build = async (siteUrl: string): Promise<Served> => {
    const built = await plugin.build({
      addresses: {
        homepage: `${siteUrl}/qgis`,
        repository: `${siteUrl}/qgis`,
        tracker: `${siteUrl}/qgis#help`,
      },
      suggestedConnections: [{ name: config.siteTitle, url: siteUrl }],
    })
    return { ...built, etag: `"${hash('sha256', built.zip, 'hex')}"` }
  }
  return (siteUrl: string): Promise<Served> => {
    const present = kept.get(siteUrl)
    if (present) return present
    const served = build(siteUrl)
    kept.set(siteUrl, served)
    served.catch(() => kept.delete(siteUrl))
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return served
  }
}

const pluginPage = ({ manifest, zip }: Plugin, siteTitle: string, { siteUrl, faceUrl }: HttpContext) =>
  renderPage({
    title: 'QGIS plugin',
    siteTitle,
    siteUrl,
    section: 'docs',
    trail: [{ title: 'Docs', href: `${siteUrl}/docs` }, { title: 'QGIS plugin' }],
    description: manifest.description,
    body: html`<h1>QGIS plugin: ${manifest.name}</h1>
<p class="lead">Publish layers from QGIS to this catalogue, with their styles and metadata, and open catalogue records in QGIS as they look here.</p>
<p class="actions"><a class="button" href="${faceUrl}/${manifest.package}-${manifest.version}.zip">Download version ${manifest.version}</a> <span class="meta">${Math.ceil(zip.length / 1024)} kB, for QGIS ${manifest.qgisMinimumVersion} and later</span></p>
<h2>Install it, with updates</h2>
<ol>
<li>In QGIS, open <b>Plugins → Manage and Install Plugins… → Settings</b>, press <b>Add…</b> under <b>Plugin Repositories</b>, and give it a name and this URL: <code class="copy">${faceUrl}/plugins.xml</code></li>
<li>Under <b>All</b>, search for <b>${manifest.name}</b> and press <b>Install Plugin</b>. QGIS tells you when there is a new version.</li>
<li>Open the panel with <b>Web → SEC-IMS</b> or its button in the toolbar. The connection to ${siteTitle} is there already; give it your token to publish. Searching and opening data needs none.</li>
</ol>
<p>Without a repository: download the zip above, then <b>Plugins → Manage and Install Plugins… → Install from ZIP</b>. You will not be told of new versions then.</p>
<h2 id="help">When something does not work</h2>
<p>The <a href="${siteUrl}${guide}">user guide, chapter 9</a>, says what each message means and what to do. For a token, or when the server answers oddly, ask the administrators of ${siteTitle}; <b>Copy details</b> in the panel gives you the text they need.</p>
<h2>Licence</h2>
<p>The plugin is free software under the GNU General Public License, version 2 or later. Its source is part of SEC-IMS, in the folder <code>qgis-bridge</code>; who runs ${siteTitle} gives it to you.</p>`,
  })

export const qgisHandlers = (parts: QgisParts): Handlers<operations> => {
  const { config, plugin } = parts
  const pluginFor = createShelf(parts)
  return {
    getPluginPage: async ({ http }) => {
      const text = pluginPage(await pluginFor(http.siteUrl), config.siteTitle, http)
      return {
        status: 200,
        headers: { ...cacheHeaders(weakEtag(text)), ...pageHeaders },
        raw: { contentType: htmlType, text },
      }
    },
    getPluginRepository: async ({ http, query }) => {
      const { manifest } = await pluginFor(http.siteUrl)
      const addresses = {
        download: `${http.faceUrl}/${manifest.package}-${manifest.version}.zip`,
        icon: `${http.faceUrl}/icon.svg`,
      }
      const text = plugin.toPluginsXml(manifest, addresses, query.qgis)
      return {
        status: 200,
        headers: cacheHeaders(weakEtag(text)),
        raw: { contentType: 'text/xml; charset=utf-8', text },
      }
    },
    getPluginIcon: async () => ({
      status: 200,
      headers: { ...downloadHeaders, ...cacheHeaders(weakEtag(plugin.icon)) },
      raw: { contentType: 'image/svg+xml', text: plugin.icon },
    }),
    downloadPlugin: async ({ http, path }) => {
      const { manifest, zip, etag } = await pluginFor(http.siteUrl)
      const versioned = `${manifest.package}-${manifest.version}.zip`
      if (path.fileName !== versioned && path.fileName !== `${manifest.package}.zip`)
        throw generalProblems.notFound({ what: 'file of the QGIS plugin', id: path.fileName })
      return {
        status: 200,
        headers: {
          ...downloadHeaders,
          ETag: etag,
          'Cache-Control': 'public, no-cache, no-transform',
          'Content-Disposition': attachment(versioned),
        },
        raw: { contentType: 'application/zip', bytes: zip },
      }
    },
  }
}
