/** The file people download: the original as it came, or of a GeoPackage with several layers only the published one. */
import type { ProbeLayer } from '../domain/probe.ts'
import type { OriginalFile, PublishableUpload } from '../domain/publication.ts'
import type { BlobStore } from '../files/blob-store.ts'

export type ExtractLayer = (request: {
  path: string
  fileName: string
  layer: string
  signal: AbortSignal
}) => AsyncIterable<Uint8Array>

/** Letters, digits and a few signs: the layer's name may be anything. */
const toFileName = (layer: string) =>
  layer
    .replace(/[^\p{L}\p{N} _.-]+/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(0, 80) || 'layer'

export const createOriginals = ({
  store,
  extractLayer,
}: {
  store: BlobStore
  extractLayer: ExtractLayer
}) => ({
  keep: async (
    upload: PublishableUpload,
    layer: ProbeLayer | null,
    signal: AbortSignal,
  ): Promise<OriginalFile> => {
    const { probe } = upload
    const only = layer ?? probe.layers[0] ?? null
    const facts = {
      mediaType: probe.mediaType,
      format: probe.format,
      epsg: only?.crs?.epsg ?? null,
      probe: layer ? { ...probe, layers: [layer] } : probe,
    }
    const path = store.pathOf?.(upload.sha256)
    if (layer === null || probe.format !== 'GeoPackage' || probe.layers.length < 2 || path === undefined)
      return { ...facts, sha256: upload.sha256, sizeBytes: upload.sizeBytes, fileName: upload.fileName }
    const stored = await store.put(
      extractLayer({ path, fileName: upload.fileName, layer: layer.name, signal }),
    )
    return { ...facts, ...stored, fileName: `${toFileName(layer.name)}.gpkg` }
  },
})

export type Originals = ReturnType<typeof createOriginals>
