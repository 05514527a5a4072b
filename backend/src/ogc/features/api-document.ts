/**
 * The OpenAPI document that clients get: the contract, with one literal path per collection (G4), whose features
 * have the collection's properties as parameters, and with the page size of this server (G3).
 */
import type { JsonSchema, OpenApiDocument, Operation } from '../../contract/document.ts'
import { operationsOf } from '../../contract/document.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { kindOf, queryableColumns } from './property-filter.ts'

type Node = Record<string, unknown>

/** Query parameters that the contract declares for features. */
export const declaredItemParameters = (document: OpenApiDocument): string[] =>
  operationsOf(document)
    .filter((operation: Operation) => operation.id === 'getItems')
    .flatMap(({ parameters }) =>
      parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name),
    )

/** What concerns this server only. */
const isOurs = (name: string) => name.startsWith('x-')

const withoutOurs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutOurs)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isOurs(name))
      .map(([name, member]) => [name, withoutOurs(member)]),
  )
}

const isCollectionId = (parameter: unknown) =>
  (parameter as Node)['$ref'] === '#/components/parameters/collectionId'

const propertyParameters = (collection: PublishedCollection, declared: readonly string[]): Node[] =>
  queryableColumns(collection, declared).map((column) => ({
    name: column.name,
    in: 'query',
    required: false,
    style: 'form',
    explode: false,
    schema: kindOf(column).schema as JsonSchema,
  }))

const forCollection = (
  operation: Node,
  collection: PublishedCollection,
  declared: readonly string[],
): Node => ({
  ...operation,
  operationId: `${collection.id}.${operation['operationId']}`,
  summary: `${collection.title}: ${operation['summary']}`,
  parameters: [
    ...((operation['parameters'] ?? []) as Node[]).filter((parameter) => !isCollectionId(parameter)),
    ...(operation['operationId'] === 'getItems' ? propertyParameters(collection, declared) : []),
  ],
})

const withLimit = (
  components: OpenApiDocument['components'],
  maximum: number,
): OpenApiDocument['components'] => {
  const parameters = components['parameters'] as Record<string, Node>
  const limit = parameters['limit'] as Node
  return {
    ...components,
    parameters: { ...parameters, limit: { ...limit, schema: { ...(limit['schema'] as Node), maximum } } },
  }
}

/** What rasters do not have. */
const ofFeatures = /\{collectionId\}\/(items|queryables|sortables|schema|tiles)/

export const toApiDocument = (
  contract: OpenApiDocument,
  {
    title,
    faceUrl,
    itemsPerPage,
    collections,
  }: { title: string; faceUrl: string; itemsPerPage: number; collections: readonly PublishedCollection[] },
): OpenApiDocument => {
  const plain = withoutOurs(contract) as OpenApiDocument
  const declared = declaredItemParameters(contract)
  const paths: OpenApiDocument['paths'] = {}
  for (const [path, item] of Object.entries(plain.paths)) {
    if (!path.includes('{collectionId}')) {
      paths[path] = item
      continue
    }
    for (const collection of collections) {
      if (collection.kind === 'raster' && ofFeatures.test(path)) continue
      paths[path.replace('{collectionId}', collection.id)] = Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [
          method,
          forCollection(operation as Node, collection, declared),
        ]),
      )
    }
  }
  return {
    ...plain,
    info: { ...plain.info, title },
    servers: [{ url: faceUrl }],
    paths,
    components: withLimit(plain.components, itemsPerPage),
  }
}
