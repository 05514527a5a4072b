/** Reads a request posted as XML. Bounded in bytes, depth and elements; no DOCTYPE, no entities (security E). */
import { isProblem } from '../../domain/problem.ts'
import { cswProblems } from '../../domain/problems/csw.ts'
import { attributeOf, childElements, firstChild, readXml, type XmlElement } from '../../xml/read.ts'
import type { RawRequest } from './raw-request.ts'

export const xmlLimits = { maxBytes: 256 * 1024, maxDepth: 48, maxElements: 5000 }

/** What is wrong with the XML itself is told in the words of this service. */
export const xmlOf = (read: () => XmlElement): XmlElement => {
  try {
    return read()
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown
    throw cswProblems.cswRequestUnreadable({ why: thrown.message }, { cause: thrown })
  }
}

const textsOf = (parent: XmlElement, ...locals: string[]): string[] =>
  locals.flatMap((local) =>
    childElements(parent, local)
      .map((child) => child.text.trim())
      .filter(Boolean),
  )

const readConstraint = (query: XmlElement): RawRequest['constraint'] => {
  const constraint = firstChild(query, 'Constraint')
  if (!constraint) return null
  const filter = firstChild(constraint, 'Filter')
  if (filter) return { kind: 'filter', filter }
  const cql = firstChild(constraint, 'CqlText')
  if (cql) return { kind: 'cql', text: cql.text }
  throw cswProblems.cswFilterWrong({ why: 'it holds neither ogc:Filter nor csw:CqlText' })
}

const readSort = (query: XmlElement): RawRequest['sort'] => {
  const sortBy = firstChild(query, 'SortBy')
  if (!sortBy) return []
  return childElements(sortBy, 'SortProperty').map((property) => ({
    name: firstChild(property, 'PropertyName')?.text.trim() ?? '',
    isDescending: firstChild(property, 'SortOrder')?.text.trim().toUpperCase().startsWith('D') ?? false,
  }))
}

const splitNames = (text: string | undefined): string[] => text?.split(/[\s,]+/).filter(Boolean) ?? []

const sectionsOf = (root: XmlElement): string[] | undefined => {
  const sections = firstChild(root, 'Sections')
  return sections && textsOf(sections, 'Section')
}

export const readXmlRequest = (bytes: Uint8Array): RawRequest => {
  const root = xmlOf(() => readXml(bytes, { ...xmlLimits, what: 'The request' }))
  if (root.name.local === 'Envelope')
    throw cswProblems.cswRequestUnreadable({
      why: 'The request comes in a SOAP envelope. Send what is in its body without the envelope, as application/xml.',
    })
  const values = new Map(
    root.attributes
      .filter(({ name }) => name.namespace === '')
      .map(({ name, value }) => [name.local.toLowerCase(), value.trim()]),
  )
  const query = firstChild(root, 'Query')
  const setName = firstChild(query ?? root, 'ElementSetName')?.text.trim()
  if (setName) values.set('elementsetname', setName)
  if (firstChild(root, 'ResponseHandler')) values.set('responsehandler', 'given')
  const versions = firstChild(root, 'AcceptVersions')
  const sections = sectionsOf(root)
  const typeNames = query
    ? splitNames(attributeOf(query, 'typeNames') ?? attributeOf(query, 'typeName'))
    : textsOf(root, 'TypeName')
  return {
    operation: root.name.local,
    values,
    lists: new Map<string, string[]>([
      ['typenames', typeNames],
      ['elementname', query ? textsOf(query, 'ElementName') : []],
      ['id', textsOf(root, 'Id')],
      ['propertyname', textsOf(root, 'PropertyName')],
      ['parametername', textsOf(root, 'ParameterName')],
      ...(sections ? [['sections', sections] as [string, string[]]] : []),
      ...(versions ? [['acceptversions', textsOf(versions, 'Version')] as [string, string[]]] : []),
    ]),
    sort: query ? readSort(query) : [],
    constraint: query ? readConstraint(query) : null,
    isXml: true,
  }
}
