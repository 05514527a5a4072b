/**
 * A coverage as netCDF in the classic format with 64-bit offsets (CDF-2), by the CF conventions 1.8: every netCDF library
 * reads it. The classic format has no unsigned integers beyond a byte of text, so those become the next larger type.
 */
import { setImmediate } from 'node:timers/promises'
import { bandTitle, type Coverage, type CoverageBand } from '../domain/coverage.ts'
import type { Samples, SampleType } from '../domain/raster.ts'
import { isGeographic } from '../geo/crs.ts'
import { metresPerUnitOf } from '../geo/crs-units.ts'

// Types of the classic format.
const BYTE = 1
const CHAR = 2
const SHORT = 3
const INT = 4
const FLOAT = 5
const DOUBLE = 6

const DIMENSION = 10
const VARIABLE = 11
const ATTRIBUTE = 12

const sizes: Record<number, number> = { [BYTE]: 1, [CHAR]: 1, [SHORT]: 2, [INT]: 4, [FLOAT]: 4, [DOUBLE]: 8 }

const stored: Record<SampleType, number> = {
  int8: BYTE,
  uint8: SHORT,
  int16: SHORT,
  uint16: INT,
  int32: INT,
  uint32: DOUBLE,
  float32: FLOAT,
  float64: DOUBLE,
}

const padded = (length: number) => Math.ceil(length / 4) * 4

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const writers: Record<number, (into: Buffer, value: number, at: number) => void> = {
  [BYTE]: (into, value, at) => into.writeInt8(value, at),
  [SHORT]: (into, value, at) => into.writeInt16BE(value, at),
  [INT]: (into, value, at) => into.writeInt32BE(value, at),
  [FLOAT]: (into, value, at) => into.writeFloatBE(value, at),
  [DOUBLE]: (into, value, at) => into.writeDoubleBE(value, at),
}

const numbers = (type: number, values: ArrayLike<number>, from = 0, to = values.length): Buffer => {
  const size = sizes[type] ?? 1
  const write = writers[type] ?? (() => {})
  const bytes = Buffer.alloc((to - from) * size)
  for (let at = from; at < to; at += 1) write(bytes, values[at] as number, (at - from) * size)
  return bytes
}

const withPadding = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)])

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([int(bytes.length), withPadding(bytes)])
}

type Attribute = { name: string; value: string } | { name: string; type: number; value: number }

const attributeBytes = (one: Attribute): Buffer => {
  if (!('type' in one)) {
    const value = Buffer.from(one.value, 'utf8')
    return Buffer.concat([text(one.name), int(CHAR), int(value.length), withPadding(value)])
  }
  return Buffer.concat([text(one.name), int(one.type), int(1), withPadding(numbers(one.type, [one.value]))])
}

const list = (tag: number, items: Buffer[]): Buffer =>
  items.length === 0
    ? Buffer.concat([int(0), int(0)])
    : Buffer.concat([int(tag), int(items.length), ...items])

type Variable = {
  name: string
  dimensions: number[]
  attributes: Attribute[]
  type: number
  values: ArrayLike<number>
}

/** Names of the classic format: letters first, no slash, nothing that moves the cursor. */
const variableName = (band: CoverageBand, taken: Set<string>): string => {
  const plain = bandTitle(band)
    .replace(/[^\p{L}\p{N}_.@+-]+/gu, '_')
    .replace(/^[^\p{L}_]+/u, '')
  const name = plain === '' || taken.has(plain) ? `band_${band.number}` : plain
  taken.add(name)
  return name
}

/** Middles of cells, north first as the rows are. */
const axisValues = (first: number, step: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, at) => first + (at + 0.5) * step)

const variablesOf = ({ grid, type, noData, bands }: Coverage, crsWkt: string | null): Variable[] => {
  const [west, south, east, north] = grid.box
  const isDegrees = isGeographic(grid.epsg)
  const unit = isDegrees ? null : metresPerUnitOf(grid.epsg) === 1 ? 'm' : 'unknown'
  const [xName, yName] = isDegrees ? ['lon', 'lat'] : ['x', 'y']
  const taken = new Set([xName, yName, 'crs'])
  const kind = stored[type]
  const axis = (name: string, direction: 'X' | 'Y'): Attribute[] => [
    {
      name: 'standard_name',
      value: isDegrees ? (direction === 'X' ? 'longitude' : 'latitude') : `projection_${name}_coordinate`,
    },
    { name: 'units', value: unit ?? (direction === 'X' ? 'degrees_east' : 'degrees_north') },
    { name: 'axis', value: direction },
  ]
  return [
    {
      name: yName,
      dimensions: [0],
      type: DOUBLE,
      attributes: axis(yName, 'Y'),
      values: axisValues(north, -(north - south) / grid.height, grid.height),
    },
    {
      name: xName,
      dimensions: [1],
      type: DOUBLE,
      attributes: axis(xName, 'X'),
      values: axisValues(west, (east - west) / grid.width, grid.width),
    },
    {
      name: 'crs',
      dimensions: [],
      type: INT,
      attributes: [
        ...(isDegrees ? [{ name: 'grid_mapping_name', value: 'latitude_longitude' }] : []),
        ...(crsWkt === null
          ? []
          : [
              { name: 'crs_wkt', value: crsWkt },
              { name: 'spatial_ref', value: crsWkt },
            ]),
        {
          name: 'GeoTransform',
          value: [west, (east - west) / grid.width, 0, north, 0, -(north - south) / grid.height].join(' '),
        },
      ],
      values: [grid.epsg],
    },
    ...bands.map(
      (band): Variable => ({
        name: variableName(band, taken),
        dimensions: [0, 1],
        type: kind,
        attributes: [
          { name: 'long_name', value: bandTitle(band) },
          ...(band.unit === null ? [] : [{ name: 'units', value: band.unit }]),
          ...(noData === null ? [] : [{ name: '_FillValue', type: kind, value: noData }]),
          ...(band.scale === 1 && band.offset === 0
            ? []
            : [
                { name: 'scale_factor', type: DOUBLE, value: band.scale },
                { name: 'add_offset', type: DOUBLE, value: band.offset },
              ]),
          { name: 'grid_mapping', value: 'crs' },
        ],
        values: band.values,
      }),
    ),
  ]
}

const lengthOf = ({ type, values }: Variable): number => padded(values.length * (sizes[type] ?? 1))

const headerOf = ({ grid }: Coverage, variables: readonly Variable[], begins: readonly number[]): Buffer => {
  const isDegrees = isGeographic(grid.epsg)
  return Buffer.concat([
    Buffer.from('CDF\x02', 'latin1'),
    int(0),
    list(DIMENSION, [
      Buffer.concat([text(isDegrees ? 'lat' : 'y'), int(grid.height)]),
      Buffer.concat([text(isDegrees ? 'lon' : 'x'), int(grid.width)]),
    ]),
    list(ATTRIBUTE, [attributeBytes({ name: 'Conventions', value: 'CF-1.8' })]),
    list(
      VARIABLE,
      variables.map((variable, at) => {
        const offset = Buffer.alloc(8)
        offset.writeBigUInt64BE(BigInt(begins[at] ?? 0))
        return Buffer.concat([
          text(variable.name),
          int(variable.dimensions.length),
          ...variable.dimensions.map(int),
          list(ATTRIBUTE, variable.attributes.map(attributeBytes)),
          int(variable.type),
          // What does not fit is told by the dimensions.
          int(Math.min(lengthOf(variable), 2 ** 32 - 4)),
          offset,
        ])
      }),
    ),
  ])
}

const valuesAtOnce = 131_072

/** The file from its first byte to its last. `crsWkt` as PostGIS and GDAL write it (WKT 1). */
export async function* netcdfBytes(
  coverage: Coverage,
  crsWkt: string | null,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const variables = variablesOf(coverage, crsWkt)
  let position = headerOf(coverage, variables, []).length
  const begins = variables.map((variable) => {
    const begin = position
    position += lengthOf(variable)
    return begin
  })
  yield headerOf(coverage, variables, begins)
  for (const variable of variables) {
    const { type, values } = variable
    for (let from = 0; from < values.length; from += valuesAtOnce) {
      signal?.throwIfAborted()
      const bytes = numbers(type, values as Samples, from, Math.min(values.length, from + valuesAtOnce))
      yield from + valuesAtOnce >= values.length ? withPadding(bytes) : bytes
      await setImmediate()
    }
  }
}
