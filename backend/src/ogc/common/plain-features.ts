/** Features as objects, for pages that show them. */
import type { FeaturePage } from '../../services/features.ts'

/** The features themselves, for pages; numbers too great for JavaScript stay as they are written. */
export const readFeatures = async (page: FeaturePage): Promise<PlainFeature[]> => {
  const pieces: Buffer[] = []
  for await (const piece of page.pieces) pieces.push(piece)
  return parseExactly(`[${Buffer.concat(pieces).toString()}]`) as PlainFeature[]
}

export type PlainFeature = {
  id: number | string
  geometry: PlainGeometry | null
  properties: Record<string, unknown>
}
export type PlainGeometry = { type: string; coordinates?: unknown; geometries?: PlainGeometry[] }

export const parseExactly = (json: string): unknown =>
  JSON.parse(json, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value,
  )
