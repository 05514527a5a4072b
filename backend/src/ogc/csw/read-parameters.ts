/** Reads a request made of parameters (KVP), in an address or in a form: names in any case, unknown ones ignored. */
import { cswProblems } from '../../domain/problems/csw.ts'
import { readXml } from '../../xml/read.ts'
import type { RawRequest } from './raw-request.ts'
import { xmlLimits, xmlOf } from './read-xml.ts'

const listNames: Record<string, string> = {
  typename: 'typenames',
  typenames: 'typenames',
  elementname: 'elementname',
  id: 'id',
  sections: 'sections',
  acceptversions: 'acceptversions',
  propertyname: 'propertyname',
  parametername: 'parametername',
  namespace: 'namespace',
}

const split = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

/** Title:A, dct:modified:D. */
const readSort = (text: string): RawRequest['sort'] =>
  split(text).map((part) => {
    const found = /^(.*?)(?::(A|D|ASC|DESC))?$/i.exec(part)
    return { name: found?.[1] ?? part, isDescending: (found?.[2] ?? 'A').toUpperCase().startsWith('D') }
  })

const readConstraint = (text: string, language: string | undefined): RawRequest['constraint'] => {
  if (language === undefined)
    throw cswProblems.cswParameterMissing({
      parameter: 'constraintLanguage',
      example: 'constraintLanguage=CQL_TEXT',
    })
  if (language.toUpperCase() === 'CQL_TEXT') return { kind: 'cql', text }
  if (language.toUpperCase() !== 'FILTER')
    throw cswProblems.cswParameterWrong({
      parameter: 'constraintLanguage',
      given: language,
      expected: 'CQL_TEXT or FILTER',
    })
  return {
    kind: 'filter',
    filter: xmlOf(() => readXml(new TextEncoder().encode(text), { ...xmlLimits, what: 'The constraint' })),
  }
}

export const readParameters = (parameters: URLSearchParams): RawRequest => {
  const given = new Map<string, string>()
  for (const [name, value] of parameters) {
    const key = name.toLowerCase()
    if (given.has(key))
      throw cswProblems.cswParameterWrong({
        parameter: name,
        given: value,
        expected: 'the parameter only once',
      })
    given.set(key, value)
  }
  const values = new Map<string, string>()
  const lists = new Map<string, string[]>()
  for (const [name, value] of given) {
    const list = listNames[name]
    if (list !== undefined) lists.set(list, split(value))
    // A parameter without value is one that was not given.
    else if (value.trim() !== '') values.set(name, value.trim())
  }
  const constraint = given.get('constraint')?.trim()
  return {
    operation: values.get('request') ?? null,
    values,
    lists,
    sort: readSort(given.get('sortby') ?? ''),
    constraint: constraint ? readConstraint(constraint, values.get('constraintlanguage')) : null,
    isXml: false,
  }
}
