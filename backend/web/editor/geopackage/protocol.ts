/** What the editor and its GeoPackage worker say to each other. */

export type GeopackageLayer = {
  name: string
  /** Only where the file says it, or counting is quick. */
  featureCount: number | null
  geometryType: string
}

/** Why the browser cannot take a layer out of the file. */
export type GeopackageFailure =
  | { kind: 'not-possible'; detail: string }
  | { kind: 'unreadable'; detail: string }
  | { kind: 'layer-too-large'; layer: string; limitBytes: number }

export type ToWorker = { kind: 'open'; file: Blob } | { kind: 'extract'; layer: string; limitBytes: number }

export type FromWorker =
  | { kind: 'opened'; layers: GeopackageLayer[] }
  | { kind: 'progress'; readBytes: number }
  | { kind: 'extracted'; bytes: ArrayBuffer; featureCount: number }
  | { kind: 'failed'; failure: GeopackageFailure }
