/** Bytes on their way in (architecture §2): nothing trusts them before they have been read. */
import { extensionOf } from './file-name.ts'
import type { Probe, ProbeLayer } from './probe.ts'
import type { ProblemBody } from './problem.ts'
import { recordProblems } from './problems/record.ts'
import { uploadProblems } from './problems/upload.ts'

export type UploadState = 'receiving' | 'probing' | 'ready' | 'refused'

export type Upload = {
  id: string
  ownerId: string | null
  fileName: string
  sizeBytes: number
  receivedBytes: number
  state: UploadState
  sha256: string | null
  probe: Probe | null
  problem: ProblemBody | null
  /** `Upload-Metadata` as a resumable upload sent it. */
  tusMetadata: string | null
  /** An administrator took it from the server's own storage: the limits of size are for others (R5.7). */
  isFromStorage: boolean
  createdAt: string
  expiresAt: string
}

export type UploadLimits = { datasetBytes: number; geopackageBytes: number }

/** Whether reading has ended, one way or the other. */
export const isRead = ({ state }: { state: UploadState }): boolean => state === 'ready' || state === 'refused'

/** R5.1. */
export const acceptedExtensions = ['.geojson', '.zip', '.gpkg', '.tif', '.docx', '.pdf', '.csv', '.xlsx']

export const demandExtension = (fileName: string): void => {
  if (!acceptedExtensions.includes(extensionOf(fileName)))
    throw uploadProblems.fileTypeNotAccepted({ fileName, accepted: acceptedExtensions })
}

/** What every SQLite file, and so every GeoPackage, begins with. */
const sqliteMagic = 'SQLite format 3\0'
export const magicLength = sqliteMagic.length

const isSqlite = (head: Uint8Array) =>
  Buffer.from(head.subarray(0, magicLength)).toString('latin1') === sqliteMagic

/**
 * The most a file may weigh (R5.2, R5.3). A GeoPackage may be larger, because one layer of it is taken; that it is one,
 * its first bytes say. Before they are known (`head` absent) the name is believed.
 */
export const sizeLimitOf = (fileName: string, head: Uint8Array | undefined, limits: UploadLimits): number =>
  extensionOf(fileName) === '.gpkg' && (head === undefined || isSqlite(head))
    ? Math.max(limits.geopackageBytes, limits.datasetBytes)
    : limits.datasetBytes

/** Throws when a layer is too large to be published (R5.3); a file that is no GeoPackage was weighed when it came in. */
export const demandLayerFits = (
  upload: { sizeBytes: number; probe: Probe; isFromStorage?: boolean },
  layer: Pick<ProbeLayer, 'name' | 'sizeBytes'>,
  limits: Pick<UploadLimits, 'datasetBytes'>,
): void => {
  if (upload.isFromStorage) return
  const sizeBytes =
    upload.probe.format === 'GeoPackage' ? (layer.sizeBytes ?? upload.sizeBytes) : upload.sizeBytes
  if (sizeBytes > limits.datasetBytes)
    throw recordProblems.layerTooLarge({ layer: layer.name, sizeBytes, limitBytes: limits.datasetBytes })
}

/** Tells with the probe which layers publishing will refuse for their size. */
export const withSizeWarnings = (probe: Probe, limits: Pick<UploadLimits, 'datasetBytes'>): Probe => ({
  ...probe,
  layers: probe.layers.map((layer) =>
    probe.format === 'GeoPackage' && (layer.sizeBytes ?? 0) > limits.datasetBytes
      ? {
          ...layer,
          warnings: [...layer.warnings, { code: 'layer-too-large', message: sayTooLarge(layer, limits) }],
        }
      : layer,
  ),
})

const inMb = (bytes: number) => (bytes / 1_048_576).toFixed(1)
const sayTooLarge = (layer: ProbeLayer, { datasetBytes }: Pick<UploadLimits, 'datasetBytes'>) =>
  `The layer weighs about ${inMb(layer.sizeBytes ?? 0)} MB; at most ${inMb(datasetBytes)} MB can be published as one dataset.`
