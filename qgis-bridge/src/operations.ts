/** The operations of the server that the plugin may call, as a table the shim looks them up in (decision 0008). */
import catalogue from '../../backend/src/contract/catalogue.gen.json' with { type: 'json' }
import { type OpenApiDocument, type Operation, operationsOf } from '../../backend/src/contract/document.ts'
import features from '../../backend/src/contract/features.gen.json' with { type: 'json' }
import records from '../../backend/src/contract/records.gen.json' with { type: 'json' }
import { thePublic } from '../../backend/src/domain/actor.ts'
import { can, isAction } from '../../backend/src/domain/policy.ts'

export type ServerOperation = {
  method: string
  /** From the server's root, with the face's folder. */
  path: string
  query: string[]
  body: 'json' | 'merge-patch' | 'form' | null
  answer: 'json' | 'text'
  /** Without a token the server will refuse. A token is sent along in any case: it shows what the public does not see. */
  needsToken: boolean
}

const documents: Record<Face, unknown> = { catalogue, features, records }
type Face = 'catalogue' | 'features' | 'records'

/** Everything the panel and the algorithms use; nothing else can be called through the bridge. */
const wanted: Record<Face, string[]> = {
  catalogue: [
    'getMe',
    'getSettings',
    'listDomains',
    'listRecords',
    'createRecord',
    'getRecord',
    'changeRecord',
    'deleteRecord',
    'checkRecord',
    'deprecateRecord',
    'planPublication',
    'publishRecord',
    'listPublications',
    'getPublication',
    'cancelPublication',
    'keepLikeness',
    'unpublishCollection',
    'getUpload',
    'deleteUpload',
    'listStyles',
    'createStyle',
    'getStyle',
    'replaceStyle',
    'deleteStyle',
    'getStyleSld',
    'getStyleQml',
    'checkStyle',
    'getStyleReport',
  ],
  features: ['getLanding', 'getCollection', 'getItems', 'getSchema', 'getQueryables'],
  records: ['getCatalog', 'getRecords', 'getRecord'],
}

const bodyOf = ({ id, bodyTypes }: Operation): ServerOperation['body'] => {
  if (bodyTypes.length === 0) return null
  if (bodyTypes.includes('application/json')) return 'json'
  if (bodyTypes.includes('application/merge-patch+json')) return 'merge-patch'
  if (bodyTypes.includes('multipart/form-data')) return 'form'
  throw new Error(
    `The operation ${id} takes ${bodyTypes.join(', ')}; the bridge sends JSON, merge patches and forms.`,
  )
}

/** Text only where the contract offers nothing but text. */
const answerOf = (document: OpenApiDocument, { method, path }: Operation): ServerOperation['answer'] => {
  const item = document.paths[path]?.[method] as {
    responses: Record<string, { content?: Record<string, unknown> }>
  }
  const types = Object.keys(item.responses['200']?.content ?? {})
  return types.length > 0 && types.every((type) => /xml$/.test(type)) ? 'text' : 'json'
}

const toServerOperation = (document: OpenApiDocument, operation: Operation): ServerOperation => {
  const { id, method, path, parameters, action } = operation
  if (!isAction(action)) throw new Error(`The operation ${id} names no action of the policy: '${action}'`)
  return {
    method: method.toUpperCase(),
    path: `${document.servers?.[0]?.url ?? ''}${path}`,
    query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    body: bodyOf(operation),
    answer: answerOf(document, operation),
    needsToken: !can(thePublic, action),
  }
}

const ofFace = (face: Face): [string, ServerOperation][] => {
  const document = documents[face] as OpenApiDocument
  const all = new Map(operationsOf(document).map((operation) => [operation.id, operation]))
  return wanted[face].map((id) => {
    const operation = all.get(id)
    if (!operation)
      throw new Error(`The plugin uses ${face}.${id}, but the contract openapi/ has no such operation.`)
    return [`${face}.${id}`, toServerOperation(document, operation)]
  })
}

export const createOperations = (): Record<string, ServerOperation> =>
  Object.fromEntries((['catalogue', 'features', 'records'] as const).flatMap(ofFace))
