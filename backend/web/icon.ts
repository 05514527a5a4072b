/** The catalogue's icon, from one drawing: the island on the colour of the pages; as SVG, and as the ICO that browsers ask for unasked. */
import sharp from 'sharp'
import { outlineDegrees } from '../src/domain/outline.ts'

const side = 64
const margin = 8

const shore = (): string => {
  const xs = outlineDegrees.map(([x]) => x)
  const ys = outlineDegrees.map(([, y]) => y)
  const [west, south, east, north] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  // A degree of longitude is a little shorter than one of latitude here.
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = (side - 2 * margin) / Math.max(north - south, (east - west) * narrow)
  const [x0, y0] = [(side - (east - west) * narrow * scale) / 2, (side - (north - south) * scale) / 2]
  return outlineDegrees
    .map(
      ([x, y]) => `${((x - west) * narrow * scale + x0).toFixed(1)} ${((north - y) * scale + y0).toFixed(1)}`,
    )
    .join('L')
}

export const iconSvg = (): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><rect width="${side}" height="${side}" rx="14" fill="#00617a"/><path d="M${shore()}Z" fill="#e9f4dc"/></svg>`

const sizes = [16, 32, 48]
const headBytes = 6
const entryBytes = 16

/** Pictures in PNG behind a directory, which every browser of this century reads. */
export const iconIco = async (): Promise<Buffer> => {
  const svg = Buffer.from(iconSvg())
  const pictures = await Promise.all(
    sizes.map((size) =>
      sharp(svg, { density: (72 * size) / side })
        .resize(size, size)
        .png()
        .toBuffer(),
    ),
  )
  const head = Buffer.alloc(headBytes + entryBytes * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let position = head.length
  for (const [at, picture] of pictures.entries()) {
    const entry = headBytes + entryBytes * at
    head.writeUInt8(sizes[at] ?? 0, entry)
    head.writeUInt8(sizes[at] ?? 0, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(picture.length, entry + 8)
    head.writeUInt32LE(position, entry + 12)
    position += picture.length
  }
  return Buffer.concat([head, ...pictures])
}
