/** `items` and `items/{id}` as they are written to: OGC API – Features Part 4, as QGIS speaks it (G17–G20). */
import type { operations } from '../../contract/features.gen.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import type { Actor } from '../../domain/actor.ts'
import { createFeatureCheck } from '../../services/feature-check.ts'
import { type Edited, type FeatureEditing, featureEtag } from '../../services/feature-editing.ts'
import type { Idempotency } from '../../services/idempotency.ts'
import { mediaTypes } from '../common/links.ts'
import { collectionAddress } from './collection-json.ts'
import { createBodyReader, readFeatureList, readGeoJson } from './editing-body.ts'
import { readFid } from './items.ts'
import type { FaceParts } from './parts.ts'

type Operations = Pick<
  operations,
  'getItemsOptions' | 'createItems' | 'getItemOptions' | 'replaceItem' | 'updateItem' | 'deleteItem'
>

export type EditingParts = Pick<FaceParts, 'config' | 'collections'> & {
  editing: FeatureEditing
  idempotency: Pick<Idempotency, 'once'>
}

const featureTypes = [
  mediaTypes.geojson,
  mediaTypes.json,
  'application/vnd.ogc.fg+json',
  'application/fg+json',
]
const patchTypes = ['application/merge-patch+json', mediaTypes.geojson, mediaTypes.json]

/** What an editor is told is for nobody else. */
const unshared = { 'Cache-Control': 'no-store' }

/** Ids of one creation follow one another. */
const idsOf = ({ firstFid, count }: Edited): (number | string)[] =>
  Array.from({ length: count }, (_, at) => {
    const fid = BigInt(firstFid) + BigInt(at)
    return Number.isSafeInteger(Number(fid)) ? Number(fid) : String(fid)
  })

export const editingHandlers = ({
  config,
  collections,
  editing,
  idempotency,
}: EditingParts): Handlers<Operations> => {
  const readBody = createBodyReader()

  const allow = async (
    collectionId: string,
    actor: Actor,
    methods: string[],
    accepts: Record<string, string>,
  ) => {
    const collection = await collections.getOfFeatures(collectionId)
    const isAllowed = await editing.isAllowed(collection, actor)
    return {
      status: 200 as const,
      headers: {
        ...unshared,
        Vary: 'Authorization',
        Allow: ['GET', 'HEAD', 'OPTIONS', ...(isAllowed ? methods : [])].join(', '),
        ...(isAllowed && accepts),
        'Content-Length': '0',
      },
    }
  }

  const addressOf = (http: HttpContext, collectionId: string, fid: string | number) =>
    `${collectionAddress(http, collectionId)}/items/${fid}`

  return {
    getItemsOptions: ({ path, actor }) =>
      allow(path.collectionId, actor, ['POST'], { 'Accept-Post': featureTypes.join(', ') }),

    getItemOptions: ({ path, actor }) =>
      allow(path.collectionId, actor, ['PUT', 'PATCH', 'DELETE'], { 'Accept-Patch': patchTypes[0] ?? '' }),

    createItems: async ({ path, headers, actor, http }) => {
      const collection = await collections.getOfFeatures(path.collectionId)
      await editing.demand(collection, actor)
      return readBody(http, featureTypes, async ({ value: body, fingerprint }) => {
        const { crs, value } = readGeoJson(http, collection, config.crsList, body)
        const { features, isBatch } = readFeatureList(value)
        const checked = await createFeatureCheck(collection, crs).features(features, isBatch)
        const key = headers['Idempotency-Key']
        return idempotency.once(
          {
            actor,
            key,
            operation: `createItems ${collection.id}`,
            fingerprint: `${crs.uri} ${fingerprint}`,
          },
          async (effectId) => {
            const requestId = key === undefined ? null : effectId
            const created = await editing.create(collection, checked, { actor, ip: http.ip, crs, requestId })
            const first = addressOf(http, collection.id, created.firstFid)
            return {
              status: 201 as const,
              headers: {
                ...unshared,
                // One of several has no claim to be called what was created.
                ...(isBatch ? {} : { Location: first }),
                ...(created.etag !== null && !isBatch && { ETag: featureEtag(created.etag) }),
              },
              body: {
                numberCreated: created.count,
                ids: idsOf(created),
                links: [
                  isBatch
                    ? {
                        rel: 'items',
                        href: `${collectionAddress(http, collection.id)}/items`,
                        type: mediaTypes.geojson,
                        title: 'Features of the collection',
                      }
                    : { rel: 'item', href: first, type: mediaTypes.geojson, title: 'The new feature' },
                ],
              },
            }
          },
        )
      })
    },

    replaceItem: async ({ path, headers, actor, http }) => {
      const collection = await collections.getOfFeatures(path.collectionId)
      await editing.demand(collection, actor)
      const fid = readFid(path.featureId)
      return readBody(http, featureTypes, async ({ value: body }) => {
        const { crs, value } = readGeoJson(http, collection, config.crsList, body)
        const [feature] = await createFeatureCheck(collection, crs).features([value], false)
        if (feature === undefined) throw new Error('a feature was checked away')
        const asked = { actor, ip: http.ip, crs, ifMatch: headers['If-Match'] }
        const etag = await editing.replace(collection, fid, feature, asked)
        return { status: 204 as const, headers: { ...unshared, ETag: featureEtag(etag) } }
      })
    },

    updateItem: async ({ path, headers, actor, http }) => {
      const collection = await collections.getOfFeatures(path.collectionId)
      await editing.demand(collection, actor)
      const fid = readFid(path.featureId)
      return readBody(http, patchTypes, async ({ value: body }) => {
        const { crs, value } = readGeoJson(http, collection, config.crsList, body)
        const check = createFeatureCheck(collection, crs)
        const asked = { actor, ip: http.ip, crs, ifMatch: headers['If-Match'] }
        const etag = await editing.update(
          collection,
          fid,
          (geometryType) => check.patch(value, fid, geometryType),
          asked,
        )
        return { status: 204 as const, headers: { ...unshared, ETag: featureEtag(etag) } }
      })
    },

    deleteItem: async ({ path, headers, actor, http }) => {
      const collection = await collections.getOfFeatures(path.collectionId)
      await editing.demand(collection, actor)
      const { crs } = readGeoJson(http, collection, config.crsList, null)
      await editing.remove(collection, readFid(path.featureId), {
        actor,
        ip: http.ip,
        crs,
        ifMatch: headers['If-Match'],
      })
      return { status: 204 as const, headers: unshared }
    },
  }
}
