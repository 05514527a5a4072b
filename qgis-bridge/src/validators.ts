/**
 * Compiles the protocol (openapi/bridge.yaml) into the panel's validators: plain functions, because a panel under its
 * content security policy may not make code from text. Committed, because the panel's types and tests need them on a
 * fresh clone; `make contract` writes them and `make check` says when they are not current.
 */
import { Ajv } from 'ajv'
import ajvStandalone from 'ajv/dist/standalone/index.js'
import { transform } from 'esbuild'
import { type OpenApiDocument, operationsOf, resolveRef } from '../../backend/src/contract/document.ts'

type Schema = Record<string, unknown>
type Kind = 'message' | 'params' | 'result' | 'event'

const uuid = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
const annotations = ['description', 'example', 'title', 'format']
const nothing: Schema = { type: 'object', additionalProperties: false }

/**
 * As JSON Schema means it. OpenAPI 3.0's `nullable` beside `allOf` would ask null to be the object as well; here it
 * means "this, or null", as the generated types have it.
 */
const toJsonSchema = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(toJsonSchema)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, ...rest } = node as Schema
  const schema = Object.fromEntries(
    Object.entries(rest)
      .filter(([name, value]) => !(annotations.includes(name) && typeof value === 'string'))
      .map(([name, value]) => [
        name,
        name === '$ref' ? String(value).replace('#/components/schemas/', 'schema_') : toJsonSchema(value),
      ]),
  )
  if (rest['format'] === 'uuid') schema['pattern'] = uuid
  if (nullable !== true) return schema
  const type = schema['type']
  if (!Array.isArray(schema['allOf'])) return { ...schema, nullable: true }
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
  return { type: [type, 'null'], if: { type }, then: { allOf: schema['allOf'] } }
}

const schemaOf = (document: OpenApiDocument, holder: unknown): Schema => {
  const content = resolveRef(document, holder)['content'] as Record<string, { schema: Schema }> | undefined
  return content?.['application/json']?.schema ?? nothing
}

const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** What the events carry; an event that only says that something has changed carries nothing. */
const events: Record<string, Schema> = {
  progress: refTo('ProgressEvent'),
  layersChanged: refTo('LayersChangedEvent'),
  connectionsChanged: { type: 'object' },
  themeChanged: refTo('Theme'),
}
const messages = ['PanelHello', 'QgisHello', 'Call', 'Ok', 'Err', 'Evt', 'Cancel']

const schemasOf = (document: OpenApiDocument): Record<Kind, Record<string, Schema>> => {
  const params: Record<string, Schema> = {}
  const result: Record<string, Schema> = {}
  for (const { id, path, method } of operationsOf(document)) {
    const operation = document.paths[path]?.[method] as {
      requestBody?: unknown
      responses: Record<string, unknown>
    }
    params[id] = operation.requestBody === undefined ? nothing : schemaOf(document, operation.requestBody)
    result[id] = schemaOf(document, operation.responses['200'])
  }
  const event = resolveRef(document, refTo('Evt')) as { properties: { n: { enum: string[] } } }
  for (const name of event.properties.n.enum)
    if (!Object.hasOwn(events, name))
      throw new Error(
        `The protocol has the event '${name}', but qgis-bridge/src/validators.ts does not say what it carries.`,
      )
  return {
    message: Object.fromEntries(messages.map((name) => [name, refTo(name)])),
    params,
    result,
    event: events,
  }
}

/** What stands around the compiled functions: finding the right one, and words for what it finds. */
const around = `
const toWords = (error) => {
  const where = error.instancePath.replace(/\\//g, '.').replace(/^\\./, '')
  const at = where ? where + ': ' : ''
  const p = error.params
  if (error.keyword === 'additionalProperties') return at + "'" + p.additionalProperty + "' is not known here"
  if (error.keyword === 'required') return at + "'" + p.missingProperty + "' is missing"
  if (error.keyword === 'enum') return at + 'must be one of ' + p.allowedValues.join(', ')
  if (error.keyword === 'type') return at + 'must be ' + [].concat(p.type).join(' or ')
  if (error.keyword === 'pattern') return at + 'does not have the expected form'
  if (p.limit !== undefined) return at + 'must have ' + error.keyword + ' ' + p.limit
  return at + 'does not fit (' + error.keyword + ')'
}
const byType = { call: 'Call', ok: 'Ok', err: 'Err', evt: 'Evt', cancel: 'Cancel' }
const messageName = (value) => {
  const t = value && value.t
  if (t === 'hello') return 'panel' in value ? 'PanelHello' : 'QgisHello'
  return typeof t === 'string' && Object.prototype.hasOwnProperty.call(byType, t) ? byType[t] : null
}
export const validate = (kind, name, value) => {
  const known = checks[kind]
  const found = kind === 'message' && name === 'Message' ? messageName(value) : name
  if (found === null) return ['t: must be one of hello, call, ok, err, evt, cancel']
  const check = Object.prototype.hasOwnProperty.call(known, found) ? known[found] : null
  if (check === null) return ["the protocol knows no " + kind + " '" + found + "'"]
  if (check(value)) return []
  return check.errors.filter((error) => error.keyword !== 'if').map(toWords)
}
`

const types = `// Generated from openapi/bridge.yaml by make contract; not edited.
/**
 * What is wrong with a value, in words; empty when nothing is. \`name\` is for a message the name of its schema, or
 * 'Message' for whichever its \`t\` says; for parameters and results the verb; for an event its name.
 */
export declare const validate: (
  kind: 'message' | 'params' | 'result' | 'event',
  name: string,
  value: unknown,
) => string[]
`

/** The panel's `validators.gen.js` and its types. */
export const createValidators = async (document: OpenApiDocument): Promise<{ js: string; types: string }> => {
  const ajv = new Ajv({
    strict: false,
    messages: false,
    allErrors: false,
    // The web view of QGIS 3.22 knows no flag u, and counting characters by code points would need a library.
    unicodeRegExp: false,
    unicode: false,
    validateFormats: false,
    inlineRefs: false,
    logger: false,
    code: { source: true, esm: true, lines: false, optimize: 2 },
  })
  // Each under a name of its own: parts of one big document would be compiled anew wherever they are referred to.
  for (const [name, schema] of Object.entries(document.components['schemas'] ?? {}))
    ajv.addSchema({ $id: `schema_${name}`, ...(toJsonSchema(schema) as Schema) })
  const exported: Record<string, string> = {}
  const table: string[] = []
  for (const [kind, schemas] of Object.entries(schemasOf(document))) {
    const rows = Object.entries(schemas).map(([name, schema]) => {
      const compiled = toJsonSchema(schema) as Schema
      const id =
        typeof compiled['$ref'] === 'string' ? compiled['$ref'] : `${kind}_${name.replace(/\W/g, '_')}`
      if (compiled['$ref'] === undefined) ajv.addSchema({ $id: id, ...compiled })
      exported[id] = id
      return `${JSON.stringify(name)}: ${id}`
    })
    table.push(`${kind}: {${rows.join(',')}}`)
  }
  const write = ajvStandalone as unknown as { default: (ajv: Ajv, names: Record<string, string>) => string }
  // Nobody reads where in the schema a mistake was found, and it is a quarter of the code.
  const compiled = write
    .default(ajv, exported)
    .replace(/^export const /gm, 'const ')
    .replace(/schemaPath:"[^"]*",/g, '')
  const { code } = await transform(`${compiled}\nconst checks = {${table.join(',')}}\n${around}`, {
    format: 'esm',
    target: 'es2015',
    treeShaking: true,
    minify: true,
    legalComments: 'none',
  })
  if (/\brequire\(|\bnew Function\b|\beval\(/.test(code))
    throw new Error(
      'The validators of the protocol need something the panel has not: a library, or code from text.',
    )
  return { js: `// Generated from openapi/bridge.yaml by make contract; not edited.\n${code}`, types }
}
