/** A page with a map in a style, whole, so that it can be saved and opened as it is. */
import { escapeHtml } from '../../http/html.ts'
import { plain } from '../common/page.ts'

/** The one that the catalogue's own map is made with. */
export const mapLibreAddress = 'https://unpkg.com/maplibre-gl@6.17.0/dist'

export const webMapPage = ({ title, styleAddress }: { title: string; styleAddress: string }): string =>
  `<!doctype html>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${mapLibreAddress}/maplibre-gl.css">
<style>html, body, #map { height: 100%; margin: 0 }</style>
<div id="map"></div>
<script type="module">
import { Map, NavigationControl } from '${mapLibreAddress}/maplibre-gl.mjs'

const map = new Map({ container: 'map', style: '${plain(styleAddress)}' })
map.addControl(new NavigationControl())
</script>`
