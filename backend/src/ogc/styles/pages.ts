/** Styles as pages: what they look like, in which formats they are had, and what each format cannot say. */
import type { HttpContext } from '../../contract/handler.ts'
import type { components } from '../../contract/styles.gen.ts'
import { type Html, html } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { code, facePage, facts, formatLinks, shownNumber } from '../common/page.ts'
import { collectionStyleAddress, type StyleTarget } from './target.ts'
import { webMapPage } from './web-map.ts'

type Metadata = components['schemas']['styleMetadata']
type Loss = components['schemas']['loss']

const trailOf = (http: HttpContext, collection: PublishedCollection | null) =>
  collection === null
    ? [
        { title: 'API', href: `${http.faceUrl}/?f=html` },
        { title: 'Styles', href: `${http.faceUrl}/styles?f=html` },
      ]
    : [
        { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
        { title: collection.title, href: `${http.faceUrl}/collections/${collection.id}?f=html` },
        { title: 'Styles', href: `${http.faceUrl}/collections/${collection.id}/styles?f=html` },
      ]

/** The first of its layers, drawn with it. */
const previewAddress = ({ id, layers: [{ collection }] }: StyleTarget, http: HttpContext): string =>
  `${collectionStyleAddress(http, collection.id, id)}/map?width=336&height=224&transparent=true&f=png`

export const stylesPage = (
  siteTitle: string,
  http: HttpContext,
  collection: PublishedCollection | null,
  targets: readonly StyleTarget[],
): string => {
  const trail = trailOf(http, collection).map((step, at, all) =>
    at === all.length - 1 ? { title: step.title } : step,
  )
  return facePage(http, {
    siteTitle,
    title: collection === null ? 'Styles' : `${collection.title}: styles`,
    trail,
    body: html`<h1>${collection === null ? 'Styles' : html`Styles of ${collection.title}`}</h1>
<p class="lead">${collection === null ? 'How the published layers are drawn.' : 'How this layer is drawn. The first one is used unless another is asked for.'}</p>
${
  targets.length === 0
    ? html`<p>${collection === null ? 'No published layer has a style.' : 'This collection has no geometry, and so no style.'}</p>`
    : html`<ul class="cards">${targets.map(
        (target) =>
          html`<li><img class="picture" src="${previewAddress(target, http)}" width="336" height="224" loading="lazy" decoding="async" alt=""><a href="${target.address}?f=html">${target.title}</a><span>${target.stored === null ? 'Plain symbols, for layers without a style of their own' : `${target.layers.length} layer${target.layers.length === 1 ? '' : 's'}`}</span></li>`,
      )}</ul>`
}
${formatLinks(http)}`,
  })
}

const lossList = (losses: Loss[], native: boolean): Html => {
  if (losses.length === 0)
    return html`<span>${native ? 'the file that was published' : 'nothing is lost'}</span>`
  return html`<details><summary>${losses.length} thing${losses.length === 1 ? '' : 's'} it cannot say</summary>
<ul>${losses.map(({ message, rule }) => html`<li>${message}${rule && html` (${rule})`}</li>`)}</ul></details>`
}

const layerList = (layers: Metadata['layers'], http: HttpContext): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Layers"><table>
<thead><tr><th scope="col">Layer</th><th scope="col">Properties that are used</th><th scope="col">Drawn from 1 :</th><th scope="col">to 1 :</th></tr></thead>
<tbody>${layers.map(
    (layer) =>
      html`<tr><th scope="row"><a href="${http.faceUrl}/collections/${layer.id}?f=html">${layer.title}</a></th><td>${layer.attributes.map(({ id }) => id).join(', ') || 'none'}</td><td class="number">${layer.minScaleDenominator === undefined ? 'all' : shownNumber(Math.round(layer.minScaleDenominator))}</td><td class="number">${layer.maxScaleDenominator === undefined ? 'all' : shownNumber(Math.round(layer.maxScaleDenominator))}</td></tr>`,
  )}</tbody>
</table></div>`

export const stylePage = (
  siteTitle: string,
  http: HttpContext,
  target: StyleTarget,
  metadata: Metadata,
): string => {
  const { address, collection } = target
  const mapbox = `${address}?f=mapbox`
  return facePage(http, {
    siteTitle,
    title: target.title,
    trail: [...trailOf(http, collection), { title: target.title }],
    body: html`<h1>${target.title}</h1>
<div class="columns"><div>
${collection !== null && html`<p class="map"><img src="${address}/map?width=400&f=png" alt="${`The layer ${collection.title} in the style ${target.title}`}" width="400" loading="lazy"></p>`}
<h2>Legend</h2>
<p><img src="${address}/legend?f=svg" alt="${`Legend of ${target.title}`}"></p>
${facts([
  ['Id', html`<code>${target.id}</code>`],
  ['Version', String(target.version)],
])}
<h2>Formats</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Formats"><table>
<thead><tr><th scope="col">Format</th><th scope="col">Beside the layer as it is drawn here</th></tr></thead>
<tbody>${metadata.stylesheets.map(
      ({ title, link, native, losses }) =>
        html`<tr><th scope="row"><a href="${link.href}">${title}</a></th><td>${lossList(losses, native)}</td></tr>`,
    )}</tbody>
</table></div>
<h2>Layers</h2>
${layerList(metadata.layers, http)}
${
  metadata.findings.length > 0 &&
  html`<h2>Said when it was read</h2>
<ul>${metadata.findings.map(({ code, message }) => html`<li><code>${code}</code> ${message}</li>`)}</ul>`
}
</div>
<section class="use" aria-labelledby="use">
<h2 id="use">Use this style</h2>
<details open>
<summary>In a web map (MapLibre)</summary>
<p>Save these lines as <code>map.html</code> and open the file:</p>
${code(webMapPage({ title: target.title, styleAddress: mapbox }))}
<p>A map that you have already takes <code class="copy">${mapbox}</code> as its style. MapLibre comes from unpkg.com here; a copy of its files beside the page does as well.</p>
</details>
<details>
<summary>QGIS</summary>
<p>A layer opened from this catalogue with the SEC-IMS plugin has its style already. For a layer opened otherwise, download the <a href="${address}?f=${target.stored?.hasQml ? 'qml' : 'sld11'}">style file</a> and load it in the layer's properties, under <b>Style</b>, <b>Load Style</b>.</p>
</details>
<details>
<summary>Vector tiles in QGIS</summary>
<p>As style URL of a vector tile connection give <code class="copy">${mapbox}</code></p>
</details>
</section>
</div>
${formatLinks(http, [{ href: `${address}/metadata`, title: 'JSON' }])}`,
  })
}
