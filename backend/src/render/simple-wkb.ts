/** Well-known binary of the simplest shapes, for pictures that show a symbol and no data. */

const point = (buffer: Buffer, at: number, x: number, y: number) => {
  buffer.writeDoubleLE(x, at)
  buffer.writeDoubleLE(y, at + 8)
}

export const pointWkb = (x: number, y: number): Uint8Array => {
  const bytes = Buffer.alloc(21)
  bytes.writeUInt8(1)
  bytes.writeUInt32LE(1, 1)
  point(bytes, 5, x, y)
  return bytes
}

export const rectangleWkb = (west: number, south: number, east: number, north: number): Uint8Array => {
  const ring = [west, south, east, south, east, north, west, north, west, south]
  const bytes = Buffer.alloc(13 + 8 * ring.length)
  bytes.writeUInt8(1)
  bytes.writeUInt32LE(3, 1)
  bytes.writeUInt32LE(1, 5)
  bytes.writeUInt32LE(ring.length / 2, 9)
  for (const [n, value] of ring.entries()) bytes.writeDoubleLE(value, 13 + 8 * n)
  return bytes
}
