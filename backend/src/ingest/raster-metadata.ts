/** What GDAL keeps beside the pixels: names, units and scales of bands. Read from its XML, and written anew: nothing of a file's own text goes on unseen. */
import type { BandColour } from '../domain/raster.ts'
import { attributeOf, childElements, readXml } from '../xml/read.ts'
import { xml, xmlText } from '../xml/write.ts'

export type BandWords = {
  name: string | null
  unit: string | null
  scale: number
  offset: number
  colour: BandColour | null
}

const NAME_CHARACTERS = 200

const colours: Record<string, BandColour> = {
  Gray: 'gray',
  Red: 'red',
  Green: 'green',
  Blue: 'blue',
  Alpha: 'alpha',
  Palette: 'palette',
  Undefined: 'undefined',
}

const clean = (text: string): string | null =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: names come from files.
    .replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, ' ')
    .trim()
    .slice(0, NAME_CHARACTERS) || null

const finite = (text: string, otherwise: number): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : otherwise
}

const plain = (): BandWords => ({ name: null, unit: null, scale: 1, offset: 0, colour: null })

export type Words = { bands: BandWords[]; isThematic: boolean }

/** What cannot be read says nothing; it is only an addition to the pixels. */
export const readGdalMetadata = (text: string | null, bandCount: number): Words => {
  const bands = Array.from({ length: bandCount }, plain)
  if (text === null || text.trim() === '') return { bands, isThematic: false }
  try {
    return fromItems(text, bands)
  } catch {
    return { bands: Array.from({ length: bandCount }, plain), isThematic: false }
  }
}

const fromItems = (text: string, bands: BandWords[]): Words => {
  let isThematic = false
  for (const item of childElements(readXml(Buffer.from(text.trim(), 'utf8')), 'Item')) {
    const name = attributeOf(item, 'name') ?? ''
    const band = bands[Number(attributeOf(item, 'sample') ?? Number.NaN)]
    if (name === 'LAYER_TYPE' && item.text === 'thematic') isThematic = true
    if (band === undefined) continue
    if (name === 'DESCRIPTION') band.name = clean(item.text)
    else if (name === 'UNITTYPE') band.unit = clean(item.text)
    else if (name === 'SCALE') band.scale = finite(item.text, 1)
    else if (name === 'OFFSET') band.offset = finite(item.text, 0)
    else if (name === 'COLORINTERP') band.colour = colours[item.text.trim()] ?? null
  }
  return { bands, isThematic }
}

const itemOf = (name: string, sample: number, role: string, value: string | number) =>
  xml`  <Item name="${name}" sample="${sample}" role="${role}">${value}</Item>\n`

/** null when there is nothing to say. */
export const writeGdalMetadata = (bands: readonly BandWords[]): string | null => {
  const items = bands.flatMap(({ name, unit, scale, offset }, sample) => [
    ...(name === null ? [] : [itemOf('DESCRIPTION', sample, 'description', name)]),
    ...(unit === null ? [] : [itemOf('UNITTYPE', sample, 'unittype', unit)]),
    ...(scale === 1 && offset === 0
      ? []
      : [itemOf('OFFSET', sample, 'offset', offset), itemOf('SCALE', sample, 'scale', scale)]),
  ])
  return items.length === 0 ? null : xmlText(xml`<GDALMetadata>\n${items}</GDALMetadata>\n`)
}
