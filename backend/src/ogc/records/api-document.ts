/** The OpenAPI document that clients get: the contract with the catalogue's literal path (G4) and this server's page size (G3). */
import type { OpenApiDocument } from '../../contract/document.ts'
import { CATALOG_ID } from './links.ts'

type Node = Record<string, unknown>

/** What begins with x- concerns this server only. */
const withoutOurs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutOurs)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith('x-'))
      .map(([name, member]) => [name, withoutOurs(member)]),
  )
}

const withoutCatalogId = (operation: Node): Node => ({
  ...operation,
  parameters: ((operation['parameters'] ?? []) as Node[]).filter(
    (parameter) => parameter['$ref'] !== '#/components/parameters/catalogId',
  ),
})

const literalPaths = (paths: OpenApiDocument['paths']): OpenApiDocument['paths'] =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path.replace('{catalogId}', CATALOG_ID),
      { ...item, get: withoutCatalogId(item['get'] as Node) },
    ]),
  )

export const toApiDocument = (
  contract: OpenApiDocument,
  { title, faceUrl, itemsPerPage }: { title: string; faceUrl: string; itemsPerPage: number },
): OpenApiDocument => {
  const plain = withoutOurs(contract) as OpenApiDocument
  const { limit, catalogId: _literalNow, ...others } = plain.components['parameters'] as Record<string, Node>
  const withMaximum = { ...limit, schema: { ...(limit?.['schema'] as Node), maximum: itemsPerPage } }
  return {
    ...plain,
    info: { ...plain.info, title },
    servers: [{ url: faceUrl }],
    paths: literalPaths(plain.paths),
    components: { ...plain.components, parameters: { limit: withMaximum, ...others } },
  }
}
