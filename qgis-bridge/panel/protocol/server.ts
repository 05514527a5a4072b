/** Operations of the server's contract by name, typed from the contract; QGIS sends them. */
import type { operations as Catalogue } from '../../../backend/src/contract/catalogue.gen.ts'
import type { operations as Features } from '../../../backend/src/contract/features.gen.ts'
import type { operations as Records } from '../../../backend/src/contract/records.gen.ts'
import type { Cancelling } from './cancelling.ts'
import type { Port } from './port.ts'

type Faces = { catalogue: Catalogue; features: Features; records: Records }

export type OperationName = {
  [Face in keyof Faces]: `${Face}.${keyof Faces[Face] & string}`
}[keyof Faces]

type OperationOf<Name extends OperationName> = Name extends `${infer Face extends keyof Faces}.${infer Id}`
  ? Id extends keyof Faces[Face]
    ? Faces[Face][Id]
    : never
  : never

type Member<T, Key extends string> = T extends { [K in Key]?: infer Value }
  ? Exclude<Value, undefined>
  : never
type ParametersOf<Name extends OperationName> = Member<OperationOf<Name>, 'parameters'>
type PathOf<Name extends OperationName> = Member<ParametersOf<Name>, 'path'>
type QueryOf<Name extends OperationName> = Member<ParametersOf<Name>, 'query'>

type ContentOf<T> = T extends { content: infer Content } ? Content : never
type JsonIn<Content> = Content extends { 'application/json': infer Body }
  ? Body
  : Content extends { 'application/merge-patch+json': infer Body }
    ? Body
    : Content extends { 'application/geo+json': infer Body }
      ? Body
      : Content extends { 'application/schema+json': infer Body }
        ? Body
        : never
type FormIn<Content> = Content extends { 'multipart/form-data': infer Parts } ? keyof Parts & string : never
type RequestContentOf<Name extends OperationName> = ContentOf<Member<OperationOf<Name>, 'requestBody'>>

type Responses<Name extends OperationName> = Member<OperationOf<Name>, 'responses'>
type GoodAnswer<Name extends OperationName> = {
  [Status in keyof Responses<Name>]: Status extends 200 | 201 | 202
    ? JsonIn<ContentOf<Responses<Name>[Status]>>
    : never
}[keyof Responses<Name>]

export type FormPart<Part extends string = string> = {
  name: Part
  text: string
  fileName?: string
  contentType?: string
}

type Needed<Key extends string, T> = [T] extends [never] ? { [K in Key]?: undefined } : { [K in Key]: T }
type Possible<Key extends string, T> = { [K in Key]?: [T] extends [never] ? undefined : T }

export type OperationRequest<Name extends OperationName> = Needed<'path', PathOf<Name>> &
  Possible<'query', QueryOf<Name>> &
  Needed<'body', JsonIn<RequestContentOf<Name>>> &
  ([FormIn<RequestContentOf<Name>>] extends [never]
    ? { form?: undefined }
    : { form: FormPart<FormIn<RequestContentOf<Name>>>[] }) & {
    ifMatch?: string | undefined
    idempotencyKey?: string | undefined
    cancelling?: Cancelling | undefined
  }

export type OperationAnswer<Name extends OperationName> = {
  status: number
  body: GoodAnswer<Name>
  text: string | null
  etag: string | null
  location: string | null
}

export type CallOperation = <Name extends OperationName>(
  operation: Name,
  request: OperationRequest<Name>,
) => Promise<OperationAnswer<Name>>

/** Lists travel as the contract writes them: with commas. */
const toQuery = (query: Record<string, unknown>) => {
  const plain: Record<string, string | number | boolean> = {}
  for (const key of Object.keys(query)) {
    const value = query[key]
    if (value === undefined || value === null) continue
    if (Array.isArray(value)) plain[key] = value.join(',')
    else if (typeof value === 'number' || typeof value === 'boolean') plain[key] = value
    else plain[key] = String(value)
  }
  return plain
}

export const createServer =
  (port: Port, connection: string): CallOperation =>
  async (operation, request) => {
    const { path, query, body, form, ifMatch, idempotencyKey, cancelling } = request as {
      path?: Record<string, string>
      query?: Record<string, unknown>
      body?: Record<string, never>
      form?: FormPart[]
      ifMatch?: string
      idempotencyKey?: string
      cancelling?: Cancelling
    }
    const answer = await port.call(
      'api.call',
      {
        connection,
        operation,
        ...(path && { path }),
        ...(query && { query: toQuery(query) }),
        ...(body && { body }),
        ...(form && { form }),
        ...(ifMatch && { ifMatch }),
        ...(idempotencyKey && { idempotencyKey }),
      },
      cancelling && { cancelling },
    )
    return answer as never
  }
