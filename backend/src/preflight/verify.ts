/** Whether what is served is what was exported; 'published' is said only when every check holds. */
import type { components } from '../contract/bridge.gen.ts'
import type { CollectionFacts, ExportedFile, LayerFacts } from './facts.ts'

/** What collection.check of the bridge saw. */
export type SeenInQgis = {
  isValid: boolean
  message: string
  featureCount: number | null
  crs: string
  extent: number[] | null
  geometryType: string
  fields: components['schemas']['LayerField'][]
  hasFirstFeature: boolean
}

export type VerificationCheck = {
  what:
    | 'opens'
    | 'count'
    | 'first-feature'
    | 'extent'
    | 'crs'
    | 'geometry'
    | 'fields'
    | 'server-count'
    | 'server-fields'
    | 'server-crs'
  expected: string
  found: string
  ok: boolean
}

export const verify = (_input: {
  exported: ExportedFile
  layer: Pick<LayerFacts, 'kind' | 'geometryType'>
  /** The exported extent in degrees; null when it cannot be said. */
  extentCrs84: number[] | null
  seen: SeenInQgis
  server: CollectionFacts | null
}): VerificationCheck[] => {
  throw new Error('not written yet')
}
