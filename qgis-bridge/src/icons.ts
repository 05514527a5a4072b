/**
 * The plugin's icons, drawn here: 24 px, two strokes wide, in colours that can be read on light and on dark. QGIS gives
 * them to toolbars, menus and the layer tree.
 */
import { type Xml, xml, xmlText } from '../../backend/src/xml/write.ts'

const teal = '#1a8a86'
const grey = '#7d8791'
const amber = '#d98a00'
const red = '#d6493d'

const icon = (content: Xml): string =>
  `${xmlText(xml`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${content}</svg>`)}\n`

/** A sheet of the map, seen from the side. */
const sheet = (top: number, colour: string) =>
  xml`<path stroke="${colour}" d="M12 ${top} 21 ${top + 4.5} 12 ${top + 9} 3 ${top + 4.5}Z"/>`
const edge = (top: number, colour: string) =>
  xml`<path stroke="${colour}" d="M3 ${top} 12 ${top + 4.5} 21 ${top}"/>`
const dot = (colour: string, sign: Xml) => xml`<circle cx="12" cy="12" r="9" fill="${colour}"/>${sign}`

/** File name → SVG. */
export const icons = {
  /** The plugin itself: layers going up. */
  'secims.svg': icon(
    xml`${edge(12.5, grey)}${edge(17, grey)}<path stroke="${teal}" d="M12 13V2M7.5 6.5 12 2l4.5 4.5"/>`,
  ),
  'publish.svg': icon(
    xml`<path stroke="${teal}" d="M12 15V3M7 8l5-5 5 5"/><path stroke="${grey}" d="M3 15v5h18v-5"/>`,
  ),
  'update.svg': icon(
    xml`<path stroke="${teal}" d="M20 11A8 8 0 0 0 6 6.5L3.5 9M4 13a8 8 0 0 0 14 4.5l2.5-2.5"/><path stroke="${teal}" d="M3.5 4v5h5M20.5 20v-5h-5"/>`,
  ),
  'catalogue.svg': icon(
    xml`<circle cx="10" cy="10" r="7" stroke="${teal}"/><path stroke="${grey}" d="m15.5 15.5 5.5 5.5"/>`,
  ),
  'add-to-map.svg': icon(xml`${sheet(9, grey)}<path stroke="${teal}" d="M12 2v8M8.5 6.5 12 10l3.5-3.5"/>`),
  'unpublish.svg': icon(
    xml`<path stroke="${red}" d="M12 3v12M7 10l5 5 5-5"/><path stroke="${grey}" d="M3 15v5h18v-5"/>`,
  ),
  'server.svg': icon(
    xml`<rect x="3" y="4" width="18" height="6" rx="1" stroke="${grey}"/><rect x="3" y="14" width="18" height="6" rx="1" stroke="${grey}"/><path stroke="${teal}" d="M7 7h.01M7 17h.01"/>`,
  ),
  /** In the layer tree: as published, changed since, and no longer there. */
  'published.svg': icon(dot(teal, xml`<path stroke="#ffffff" d="m7.5 12.5 3 3 6-6.5"/>`)),
  'changed.svg': icon(dot(amber, xml`<path stroke="#ffffff" d="M12 7v6M12 16.8v.01"/>`)),
  'gone.svg': icon(dot(red, xml`<path stroke="#ffffff" d="m8.5 8.5 7 7M15.5 8.5l-7 7"/>`)),
} as const
