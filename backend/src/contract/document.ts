/** The bundled contract as data: operations with their parameters, bodies and responses, ready to mount. */

export type JsonSchema = Record<string, unknown>
export type OpenApiDocument = {
  openapi: string
  info: Record<string, unknown>
  servers?: { url: string }[]
  tags?: { name: string; description?: string }[]
  paths: Record<string, Record<string, unknown>>
  components: Record<string, Record<string, unknown>>
  [extension: string]: unknown
}

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: JsonSchema
  explode?: boolean
}

export type Operation = {
  id: string
  method: string
  /** As in the contract: /records/{recordId}. */
  path: string
  summary: string
  action: string
  /** Query parameters beyond the declared ones are the handler's business (property filters). */
  hasOpenQuery: boolean
  parameters: Parameter[]
  /** Content type → schema, of bodies that are JSON; other bodies the handler reads itself. */
  jsonBody: { contentTypes: string[]; schema: JsonSchema; required: boolean } | null
  bodyTypes: string[]
  /** Status → schema of its JSON content. */
  responses: Map<string, JsonSchema>
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options']
const isJson = (contentType: string) => /^application\/(?:[\w.+-]+\+)?json$/.test(contentType)

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Follows one `$ref` within the document; deeper ones are left to the validator. */
export const resolveRef = (document: OpenApiDocument, value: unknown): Node => {
  let node: unknown = value
  for (let hops = 0; isNode(node) && typeof node['$ref'] === 'string'; hops += 1) {
    if (hops > 20) throw new Error(`The contract refers in a circle: ${node['$ref']}`)
    const path = node['$ref'].replace(/^#\//, '').split('/')
    node = path.reduce<unknown>(
      (at, part) => (isNode(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
      document,
    )
  }
  if (!isNode(node)) throw new Error(`The contract lacks what ${JSON.stringify(value)} refers to`)
  return node
}

const toParameter = (document: OpenApiDocument, value: unknown): Parameter => {
  const node = resolveRef(document, value)
  return {
    name: String(node['name']),
    in: node['in'] as Parameter['in'],
    required: node['required'] === true,
    schema: (node['schema'] ?? {}) as JsonSchema,
    explode: node['explode'] as boolean | undefined,
  }
}

const jsonContent = (node: Node): [string, JsonSchema][] =>
  Object.entries((node['content'] ?? {}) as Record<string, Node>)
    .filter(([contentType]) => isJson(contentType))
    .map(([contentType, media]) => [contentType, (media['schema'] ?? {}) as JsonSchema])

const toOperation = (document: OpenApiDocument, path: string, item: Node, method: string): Operation => {
  const node = item[method] as Node
  const parameters = [
    ...((item['parameters'] ?? []) as unknown[]),
    ...((node['parameters'] ?? []) as unknown[]),
  ]
  const body = node['requestBody'] === undefined ? null : resolveRef(document, node['requestBody'])
  // Of bodies that are large or depend on data, such as features, the handler reads what it needs.
  const bodies = body && body['x-raw-body'] !== true ? jsonContent(body) : []
  const responses = new Map<string, JsonSchema>()
  for (const [status, response] of Object.entries(node['responses'] as Node)) {
    const schema = jsonContent(resolveRef(document, response))[0]?.[1]
    if (schema) responses.set(status, schema)
  }
  return {
    id: String(node['operationId']),
    method,
    path,
    summary: String(node['summary'] ?? ''),
    action: String(node['x-action'] ?? ''),
    hasOpenQuery: node['x-open-query'] === true,
    parameters: parameters.map((parameter) => toParameter(document, parameter)),
    jsonBody: bodies[0]
      ? {
          contentTypes: bodies.map(([type]) => type),
          schema: bodies[0][1],
          required: body?.['required'] === true,
        }
      : null,
    bodyTypes: body ? Object.keys((body['content'] ?? {}) as Node) : [],
    responses,
  }
}

export const operationsOf = (document: OpenApiDocument): Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => isNode(item[method]))
      .map((method) => toOperation(document, path, item, method)),
  )

/** Two contracts that are one API to its clients; where both have a component of one name, it is the first one's. */
export const joinDocuments = (first: OpenApiDocument, second: OpenApiDocument): OpenApiDocument => {
  const components: OpenApiDocument['components'] = { ...second.components, ...first.components }
  for (const [kind, members] of Object.entries(second.components))
    components[kind] = { ...members, ...first.components[kind] }
  const tags = [...(first.tags ?? []), ...(second.tags ?? [])]
  return {
    ...first,
    ...(tags.length > 0 && { tags }),
    paths: { ...first.paths, ...second.paths },
    components,
  }
}
