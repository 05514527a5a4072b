/** Checks requests (always) and responses (in tests) against the schemas of the contract. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import ajvFormats from 'ajv-formats'
import type { JsonSchema, OpenApiDocument, Operation, Parameter } from './document.ts'

export type Mistake = { where: string; message: string }
export type Check = (value: unknown) => Mistake[]

const say = (error: ErrorObject, place: string): Mistake => {
  const path = `${place}${error.instancePath.replaceAll('/', '.')}`.replace(/^\./, '') || 'body'
  const { params } = error
  if (error.keyword === 'additionalProperties')
    return { where: path, message: `'${params['additionalProperty']}' is not known here` }
  if (error.keyword === 'required')
    return { where: path, message: `'${params['missingProperty']}' is missing` }
  if (error.keyword === 'enum')
    return { where: path, message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` }
  return { where: path, message: error.message ?? 'does not fit' }
}

/** Texts that neither XML nor the database can keep: with NUL, or with half of a surrogate pair. */
export const brokenTexts = (value: unknown, where: string): Mistake[] => {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed()
      ? [{ where, message: 'has a NUL or half of a character, which no text has' }]
      : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...brokenTexts(name, `${where} (a name)`),
    ...brokenTexts(member, `${where}.${name}`),
  ])
}

/** Compiled when it is first needed: all of them take longer than the rest of a start. */
const toCheck = (compile: () => ValidateFunction, place: string): Check => {
  let compiled: ValidateFunction | undefined
  return (value) => {
    compiled ??= compile()
    return compiled(value) ? [] : (compiled.errors ?? []).slice(0, 20).map((error) => say(error, place))
  }
}

const nothingToCheck: Check = () => []

/**
 * Makes checks for the operations of one document. Values of parameters are coerced to their types in place. That the schemas
 * are schemas is asked in a test, not at each start: it takes half a second.
 */
export const createChecks = (document: OpenApiDocument, { areSchemasChecked = false } = {}) => {
  const settings = {
    strict: false,
    allErrors: true,
    validateFormats: true,
    validateSchema: areSchemasChecked,
    meta: areSchemasChecked,
  } as const
  const forValues = new Ajv(settings)
  const forParameters = new Ajv({ ...settings, coerceTypes: true, useDefaults: true })
  for (const ajv of [forValues, forParameters]) {
    // The package is CommonJS; its function is the default export of the default export.
    ;(ajvFormats as unknown as { default: (target: Ajv) => void }).default(ajv)
    ajv.addFormat('binary', true)
    ajv.addSchema({ $id: 'contract', components: document.components })
  }
  const anchored = (schema: JsonSchema): JsonSchema =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/')) as JsonSchema

  const parameterSchema = (parameters: Parameter[]): JsonSchema => ({
    type: 'object',
    properties: Object.fromEntries(
      parameters.map((p) => [p.in === 'header' ? p.name.toLowerCase() : p.name, p.schema]),
    ),
    required: parameters
      .filter((p) => p.required)
      .map((p) => (p.in === 'header' ? p.name.toLowerCase() : p.name)),
  })

  return {
    parameters: (operation: Operation, place: Parameter['in']): Check => {
      const parameters = operation.parameters.filter((p) => p.in === place)
      if (parameters.length === 0) return nothingToCheck
      return toCheck(
        () => forParameters.compile(anchored(parameterSchema(parameters))),
        place === 'path' ? 'path' : place === 'query' ? 'query' : 'header',
      )
    },
    body: ({ jsonBody }: Operation): Check | null =>
      jsonBody ? toCheck(() => forValues.compile(anchored(jsonBody.schema)), 'body') : null,
    response: (operation: Operation): ((status: number, value: unknown) => Mistake[]) => {
      const checks = new Map(
        [...operation.responses].map(([status, schema]) => [
          status,
          toCheck(() => forValues.compile(anchored(schema)), 'response'),
        ]),
      )
      return (status, value) => {
        const check = checks.get(String(status)) ?? checks.get(`${Math.floor(status / 100)}XX`)
        return check ? check(value) : []
      }
    },
  }
}
