/** What a request for a style is about: a style, the layers that are drawn with it, and where that is addressed. */
import type { HttpContext } from '../../contract/handler.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import type { CollectionStyle, PublishedCollection } from '../../repositories/collections.ts'
import type { Collections } from '../../services/collections.ts'
import { layersWith, type StyledLayer } from '../../services/style-drawing.ts'
import { chosenStyle } from '../../services/style-models.ts'

export type StyleTarget = {
  id: string
  title: string
  version: number
  /** Of the catalogue; null for the plain style that every layer has. */
  stored: CollectionStyle | null
  /** One at least; one only where a collection is addressed. */
  layers: readonly [StyledLayer, ...StyledLayer[]]
  /** Of the collection whose style it is; null for the style of all the layers. */
  collection: PublishedCollection | null
  /** Absolute, without query. */
  address: string
}

/** More layers than a web map can hold are left to the collections' own styles. */
export const mostLayers = 20

type Face = Pick<HttpContext, 'faceUrl'>

export const collectionStyleAddress = ({ faceUrl }: Face, collectionId: string, styleId: string): string =>
  `${faceUrl}/collections/${collectionId}/styles/${styleId}`

const absent = (id: string) => generalProblems.notFound({ what: 'style', id: id.slice(0, 100) })

const storedOf = (layer: StyledLayer): CollectionStyle | null =>
  layer.collection.styles.find(({ id }) => id === layer.style.id) ?? null

export const styleOfCollection = (
  collection: PublishedCollection,
  styleId: string,
  face: Face,
): StyleTarget => {
  const style = chosenStyle(collection, styleId)
  if (!style) throw absent(styleId)
  const layer = { collection, style }
  return {
    ...style,
    stored: storedOf(layer),
    layers: [layer],
    collection,
    address: collectionStyleAddress(face, collection.id, style.id),
  }
}

export const styleOfAll = async (
  collections: Pick<Collections, 'current'>,
  styleId: string,
  face: Face,
): Promise<StyleTarget> => {
  const { list } = await collections.current()
  const [first, ...more] = layersWith(list, styleId)
  if (!first) throw absent(styleId)
  const stored = storedOf(first)
  return {
    id: styleId,
    title: stored?.title ?? styleId,
    version: first.style.version,
    stored,
    layers: [first, ...more.slice(0, mostLayers - 1)],
    collection: null,
    address: `${face.faceUrl}/styles/${styleId}`,
  }
}
