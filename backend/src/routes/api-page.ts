/** A contract for reading: its operations by tag, with parameters, bodies, answers and problems. One page, no scripts. */
import { type OpenApiDocument, operationsOf, resolveRef } from '../contract/document.ts'
import type { HttpContext } from '../contract/handler.ts'
import { catalogue as problemCatalogue } from '../domain/problem.ts'
import { type Html, html, renderPage } from '../http/html.ts'

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const asCode = (values: readonly unknown[]): Html =>
  html`${values.map((value, at) => html`${at > 0 && ', '}<code>${String(value)}</code>`)}`

/** The contract names the requirements it answers; readers of the API do not know them. */
const withoutNumbers = (text: string) =>
  text.replace(/\s*\((?:[RQG]\d[\d.]*(?:[-–][RQG]?\d[\d.]*)?(?:, )?)+\)/g, '')

/** `backticks` and **stars** of the contract's texts. */
const inline = (text: string): Html =>
  html`${withoutNumbers(text)
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part) =>
      part.startsWith('`')
        ? html`<code>${part.slice(1, -1)}</code>`
        : part.startsWith('**')
          ? html`<b>${part.slice(2, -2)}</b>`
          : part,
    )}`

const described = (text: string): Html =>
  html`${text
    .split(/\n\s*\n/)
    .filter((part) => part.trim())
    .map((part) => html`<p>${inline(part)}</p>`)}`

// Schemas ----------------------------------------------------------------------------------------------

const nameOf = (schema: Node): string | null =>
  /^#\/components\/schemas\/(.+)$/.exec(textOf(schema['$ref']))?.[1] ?? null

const limits: [string, (value: unknown) => string][] = [
  ['minLength', (value) => (value === 1 ? 'not empty' : `at least ${value} characters`)],
  ['maxLength', (value) => `at most ${value} characters`],
  ['minimum', (value) => `from ${value}`],
  ['maximum', (value) => `to ${value}`],
  ['minItems', (value) => `at least ${value}`],
  ['maxItems', (value) => `at most ${value}`],
  ['pattern', (value) => `like ${value}`],
  ['default', (value) => `default ${JSON.stringify(value)}`],
]

const limitsOf = (schema: Node): string =>
  [
    ...limits.filter(([name]) => schema[name] !== undefined).map(([name, say]) => say(schema[name])),
    ...(schema['nullable'] === true ? ['may be null'] : []),
  ].join(', ')

const typeText = (schema: Node): Html | string => {
  const name = nameOf(schema)
  if (name === 'ProblemCode') return html`<a href="#problems">code</a>`
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`
  const choices = nodes(schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf'])
  if (choices.length > 0)
    return html`${choices.map((one, at) => html`${at > 0 && (schema['allOf'] ? ' and ' : ' or ')}${typeText(one)}`)}`
  if (Array.isArray(schema['enum'])) return html`one of ${asCode(schema['enum'])}`
  if (schema['type'] === 'array')
    return html`list of ${isNode(schema['items']) ? typeText(schema['items']) : 'anything'}`
  const format = textOf(schema['format'])
  return `${textOf(schema['type']) || 'anything'}${format && ` (${format})`}`
}

const isOptional = (schema: Node, name: string) =>
  !((schema['required'] as string[] | undefined) ?? []).includes(name)

/** The members of an object, or of the objects in a list; what has a name of its own is linked, not repeated. */
const members = (given: Node): Html | null => {
  const schema = given['type'] === 'array' && isNode(given['items']) ? given['items'] : given
  const properties = schema['properties']
  if (nameOf(schema) !== null || !isNode(properties)) return null
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Members"><table>
<thead><tr><th scope="col">Member</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${Object.entries(properties).map(([name, value]) => {
    const member = isNode(value) ? value : {}
    return html`<tr><th scope="row"><code>${name}</code>${isOptional(schema, name) && html` <span class="meta">optional</span>`}</th>
<td>${typeText(member)}</td><td>${inline([textOf(member['description']), limitsOf(member)].filter(Boolean).join('; '))}${members(member)}</td></tr>`
  })}</tbody></table></div>`
}

// Operations -------------------------------------------------------------------------------------------

const contentOf = (body: Node): Html =>
  html`${Object.entries(isNode(body['content']) ? body['content'] : {}).map(([type, media]) => {
    const schema = isNode(media) && isNode(media['schema']) ? media['schema'] : {}
    return html`<p><code>${type}</code>: ${typeText(schema)}</p>${members(schema)}`
  })}`

const parametersOf = (document: OpenApiDocument, item: Node, operation: Node): Html | false => {
  const parameters = [...nodes(item['parameters']), ...nodes(operation['parameters'])].map((one) =>
    resolveRef(document, one),
  )
  if (parameters.length === 0) return false
  return html`<h4>Parameters</h4>
<div class="scroll" tabindex="0" role="group" aria-label="Parameters"><table>
<thead><tr><th scope="col">Name</th><th scope="col">Where</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map((parameter) => {
    const schema = isNode(parameter['schema']) ? parameter['schema'] : {}
    return html`<tr><th scope="row"><code>${textOf(parameter['name'])}</code>${parameter['required'] !== true && html` <span class="meta">optional</span>`}</th>
<td>${textOf(parameter['in'])}</td><td>${typeText(schema)}</td>
<td>${inline([textOf(parameter['description']), limitsOf(schema)].filter(Boolean).join('; '))}</td></tr>`
  })}</tbody></table></div>`
}

const responsesOf = (document: OpenApiDocument, operation: Node): Html =>
  html`<h4>Answers</h4>
<dl class="answers">${Object.entries(isNode(operation['responses']) ? operation['responses'] : {}).map(
    ([status, value]) => {
      const response = resolveRef(document, value)
      return html`<div><dt><code>${status}</code></dt><dd>${described(textOf(response['description']))}${contentOf(response)}</dd></div>`
    },
  )}</dl>`

const operationSection = (
  document: OpenApiDocument,
  { path, method, id }: { path: string; method: string; id: string },
): Html => {
  const item = document.paths[path] ?? {}
  const operation = isNode(item[method]) ? item[method] : {}
  const body = operation['requestBody'] === undefined ? null : resolveRef(document, operation['requestBody'])
  return html`<details class="operation" id="${id}">
<summary><code class="method ${method}">${method.toUpperCase()}</code> <code>${path}</code> <span>${inline(textOf(operation['summary']))}</span></summary>
${described(textOf(operation['description']))}
<p class="meta"><span>Operation <code>${id}</code></span>${textOf(operation['x-action']) && html`<span>for those who may ${textOf(operation['x-action'])}</span>`}</p>
${parametersOf(document, item, operation)}
${body && html`<h4>Body${body['required'] !== true && ' (optional)'}</h4>${contentOf(body)}`}
${responsesOf(document, operation)}
</details>`
}

const schemaSections = (document: OpenApiDocument): Html[] =>
  Object.entries(document.components['schemas'] ?? {})
    .filter((entry): entry is [string, Node] => isNode(entry[1]) && entry[0] !== 'ProblemCode')
    .map(
      ([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>
${described(textOf(schema['description']))}${members(schema) ?? html`<p>${typeText(schema)}${limitsOf(schema) && `, ${limitsOf(schema)}`}</p>`}</section>`,
    )

const problemRows = (): Html[] =>
  [...problemCatalogue]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([code, { status, title }]) =>
        html`<tr id="problem-${code}"><th scope="row"><code>${code}</code></th><td>${status}</td><td>${title}</td></tr>`,
    )

export const apiPage = (
  document: OpenApiDocument,
  http: Pick<HttpContext, 'siteUrl' | 'faceUrl'>,
  {
    siteTitle = 'SEC-IMS',
    documentUrl = `${http.faceUrl}/openapi.json`,
  }: { siteTitle?: string; documentUrl?: string } = {},
): string => {
  const operations = operationsOf(document)
  const title = textOf(document.info['title'])
  const ofTag = (tag: string) =>
    operations.filter(({ path, method }) => {
      const operation = document.paths[path]?.[method]
      return isNode(operation) && (operation['tags'] as string[] | undefined)?.[0] === tag
    })
  return renderPage({
    title: `${title}: API`,
    siteTitle,
    siteUrl: http.siteUrl,
    section: 'docs',
    trail: [{ title: 'Docs', href: `${http.siteUrl}/docs` }, { title }],
    body: html`<h1>${title}</h1>
<div class="lead">${described(textOf(document.info['description']))}</div>
<p>All addresses begin with <code class="copy">${http.faceUrl}</code>. For programs: <a href="${documentUrl}">OpenAPI ${document.openapi} document</a>.</p>
<nav class="contents" aria-label="Contents"><ul>${(document.tags ?? []).map(({ name }) => html`<li><a href="#tag-${name}">${name}</a></li>`)}<li><a href="#schemas">Schemas</a></li><li><a href="#problems">Problems</a></li></ul></nav>
${(document.tags ?? []).map(
  ({ name, description }) => html`<section id="tag-${name}"><h2>${name}</h2>
${description && described(description)}${ofTag(name).map((operation) => operationSection(document, operation))}</section>`,
)}
<section id="schemas"><h2>Schemas</h2>${schemaSections(document)}</section>
<section id="problems"><h2>Problems</h2>
<p>What goes wrong is told as <code>application/problem+json</code> (RFC 9457): what was found, what was expected, what to do. The <code>type</code> ends with one of these codes.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Problems"><table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Title</th></tr></thead>
<tbody>${problemRows()}</tbody></table></div></section>`,
  })
}
