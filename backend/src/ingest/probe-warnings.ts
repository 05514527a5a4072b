/** Warnings of a probe (R4.18): those that follow from the geometries, and those that depend on where we are. */
import type { Box, Probe, ProbeLayer, ProbeWarning } from '../domain/probe.ts'
import type { EncoderStatistics } from './copy-encoder.ts'

/** What a reader that looked at every geometry has to say about them. */
export const geometryWarnings = (statistics: EncoderStatistics): ProbeWarning[] => {
  const { geometryTypes, geometryType, refused, sawZ } = statistics
  const found: ProbeWarning[] = statistics.warnings.filter(({ code }) => code !== 'z-padded' || sawZ)
  const { null: nulls = 0, ...types } = geometryTypes
  // A refused geometry counts as none, but is told apart below.
  const without = nulls - (refused?.total ?? 0)
  if (geometryType === 'Geometry') {
    const list = Object.entries(types).map(([type, count]) => `${count} ${type}`)
    const message = `The layer mixes geometry types (${list.join(', ')}); some programs show only one of them.`
    found.push({ code: 'mixed-geometry-types', message })
  }
  if (without > 0 && without === statistics.rows) {
    found.push({ code: 'no-geometries', message: 'Not one feature of the layer has a geometry.' })
  } else if (without > 0) {
    found.push({ code: 'null-geometries', message: `${without} feature(s) have no geometry.` })
  }
  if (refused) {
    const rows = refused.rows.join(', ')
    found.push({
      code: refused.reason === 'coordinates' ? 'coordinates-out-of-range' : 'geometry-broken',
      message: `${refused.total} feature(s) cannot be published until they are repaired (${refused.found}): ${rows}${refused.total > refused.rows.length ? ' …' : ''}.`,
    })
  }
  return found
}

export type Deployment = {
  /** EPSG codes this deployment works with; empty: any. */
  crsList: number[]
  /** National extent in CRS84; null: the whole world. */
  extent: Box | null
}

const overlaps = (one: Box, other: Box): boolean =>
  one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1]

const contains = (outer: Box, inner: Box): boolean =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]

const shown = (box: Box): string => box.map((value) => Number(value.toFixed(4))).join(', ')

const layerWarnings = (layer: ProbeLayer, { crsList, extent }: Deployment): ProbeWarning[] => {
  const found: ProbeWarning[] = []
  const epsg = layer.crs?.epsg ?? null
  if (epsg !== null && crsList.length > 0 && !crsList.includes(epsg)) {
    const message = `The layer is in EPSG:${epsg} (${layer.crs?.name ?? ''}), which is not among the coordinate systems used here: ${crsList.join(', ')}.`
    found.push({ code: 'crs-not-listed', message })
  }
  const box = layer.extentCrs84
  if (box === null || extent === null || contains(extent, box)) return found
  const swapped: Box = [box[1], box[0], box[3], box[2]]
  if (!overlaps(extent, box) && overlaps(extent, swapped)) {
    found.push({
      code: 'lat-lon-swapped',
      message: `The layer lies at ${shown(box)}; with latitude and longitude exchanged it would lie in the national extent. They are probably the wrong way round.`,
    })
  } else if (!overlaps(extent, box)) {
    const message = `The layer lies at ${shown(box)}, outside the national extent (${shown(extent)}).`
    found.push({ code: 'outside-extent', message })
  } else {
    const message = `Part of the layer lies outside the national extent (${shown(extent)}): it covers ${shown(box)}.`
    found.push({ code: 'partly-outside-extent', message })
  }
  return found
}

/** The same probe with the warnings that only this deployment can give. */
export const deploymentWarnings = (probe: Probe, deployment: Deployment): Probe => ({
  ...probe,
  layers: probe.layers.map((layer) => ({
    ...layer,
    warnings: [...layer.warnings, ...layerWarnings(layer, deployment)],
  })),
})
