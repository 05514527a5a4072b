/** The predictors of TIFF (Adobe's technical notes 1 and 3), done and undone in place, row by row. Little-endian throughout. */

export type PredictorShape = {
  /** Samples of one row: pixels times samples per pixel. */
  rowSamples: number
  rows: number
  /** Samples of one pixel, which are compared with those of the pixel before. */
  stride: number
}

/** Wraps around at the width of the samples, as the standard wants it. */
export type Integers = Uint8Array | Uint16Array | Uint32Array | BigUint64Array

/** Differences of neighbours (predictor 2). */
export const difference = (samples: Exclude<Integers, BigUint64Array>, shape: PredictorShape): void => {
  const { rowSamples, rows, stride } = shape
  for (let row = 0; row < rows; row += 1) {
    const from = row * rowSamples
    for (let at = from + rowSamples - 1; at >= from + stride; at -= 1)
      samples[at] = (samples[at] as number) - (samples[at - stride] as number)
  }
}

export const accumulate = (samples: Exclude<Integers, BigUint64Array>, shape: PredictorShape): void => {
  const { rowSamples, rows, stride } = shape
  for (let row = 0; row < rows; row += 1) {
    const from = row * rowSamples
    const end = from + rowSamples
    if (stride === 1) {
      let sum = samples[from] as number
      for (let at = from + 1; at < end; at += 1) {
        sum += samples[at] as number
        samples[at] = sum
      }
    } else
      for (let at = from + stride; at < end; at += 1)
        samples[at] = (samples[at] as number) + (samples[at - stride] as number)
  }
}

export const accumulate64 = (samples: BigUint64Array, { rowSamples, rows, stride }: PredictorShape): void => {
  for (let row = 0; row < rows; row += 1)
    for (let at = row * rowSamples + stride; at < (row + 1) * rowSamples; at += 1)
      samples[at] = (samples[at] as bigint) + (samples[at - stride] as bigint)
}

/** Predictor 3: bytes of one weight lie together, the heaviest first, and neighbours are subtracted. Returns a new array. */
export const splitFloats = (bytes: Uint8Array, size: number, shape: PredictorShape): Uint8Array => {
  const { rowSamples, rows, stride } = shape
  const rowBytes = rowSamples * size
  const planes = new Uint8Array(bytes.length)
  const words = size === 4 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) : null
  for (let row = 0; row < rows; row += 1) {
    const from = row * rowBytes
    if (words !== null) {
      const [second, third, fourth] = [from + rowSamples, from + 2 * rowSamples, from + 3 * rowSamples]
      for (let at = 0; at < rowSamples; at += 1) {
        const word = words[row * rowSamples + at] as number
        planes[from + at] = word >>> 24
        planes[second + at] = word >>> 16
        planes[third + at] = word >>> 8
        planes[fourth + at] = word
      }
    } else
      for (let at = 0; at < rowSamples; at += 1)
        for (let weight = 0; weight < size; weight += 1)
          planes[from + (size - 1 - weight) * rowSamples + at] = bytes[from + at * size + weight] as number
  }
  difference(planes, { rowSamples: rowBytes, rows, stride })
  return planes
}

/** Undoes predictor 3; `planes` is used up. */
export const joinFloats = (planes: Uint8Array, size: number, shape: PredictorShape): Uint8Array => {
  const { rowSamples, rows, stride } = shape
  const rowBytes = rowSamples * size
  accumulate(planes, { rowSamples: rowBytes, rows, stride })
  const bytes = new Uint8Array(rowBytes * rows)
  const words = size === 4 ? new Uint32Array(bytes.buffer) : null
  for (let row = 0; row < rows; row += 1) {
    const from = row * rowBytes
    if (words !== null) {
      const [second, third, fourth] = [from + rowSamples, from + 2 * rowSamples, from + 3 * rowSamples]
      for (let at = 0; at < rowSamples; at += 1)
        words[row * rowSamples + at] =
          ((planes[from + at] as number) << 24) |
          ((planes[second + at] as number) << 16) |
          ((planes[third + at] as number) << 8) |
          (planes[fourth + at] as number)
    } else
      for (let at = 0; at < rowSamples; at += 1)
        for (let weight = 0; weight < size; weight += 1)
          bytes[from + at * size + weight] = planes[from + (size - 1 - weight) * rowSamples + at] as number
  }
  return bytes
}
