/** Understands a request: which operation, with which checked parameters. The rules are those of OGC 07-006r1, clause 10. */
import type { CatalogueCondition, CatalogueSort } from '../../domain/catalogue-query.ts'
import { raise } from '../../domain/problem.ts'
import { cswProblems } from '../../domain/problems/csw.ts'
import { readCqlText } from './cql-text.ts'
import { readFilter } from './filter.ts'
import {
  type ElementSet,
  elementSets,
  findProperty,
  type OutputSchema,
  operations,
  outputFormats,
  outputSchemas,
  queryables,
  type ResultType,
  resultTypes,
  schemaLanguages,
  type TypeName,
  typeNames,
  VERSION,
} from './names.ts'
import type { RawRequest } from './raw-request.ts'
import { type RecordElement, recordElements } from './record-xml.ts'

export const sections = [
  'ServiceIdentification',
  'ServiceProvider',
  'OperationsMetadata',
  'Filter_Capabilities',
] as const
export type Section = (typeof sections)[number]

export type Elements = { set: ElementSet } | { names: RecordElement[] }

export type GetRecords = {
  operation: 'GetRecords'
  typeName: TypeName
  resultType: ResultType
  outputSchema: OutputSchema
  elements: Elements
  where: CatalogueCondition | null
  sort: CatalogueSort[]
  /** From 1. */
  startPosition: number
  maxRecords: number
  requestId: string | null
}

export type CswRequest =
  | { operation: 'GetCapabilities'; sections: Section[] }
  | { operation: 'DescribeRecord'; typeNames: TypeName[] }
  | { operation: 'GetDomain'; names: { kind: 'PropertyName' | 'ParameterName'; name: string }[] }
  | GetRecords
  | { operation: 'GetRecordById'; ids: string[]; elements: Elements; outputSchema: OutputSchema }

const mostIds = 100
const defaultMaxRecords = 10

const wrongValue = (parameter: string, given: string, expected: string) =>
  cswProblems.cswParameterWrong({ parameter, given, expected })
const missing = (parameter: string, example: string) =>
  cswProblems.cswParameterMissing({ parameter, example })

/** One of a list, by its exact spelling or another case. */
const oneOf = <Value extends string>(
  raw: RawRequest,
  parameter: string,
  known: readonly Value[],
  fallback: Value,
): Value => {
  const given = raw.values.get(parameter.toLowerCase())
  if (given === undefined) return fallback
  return (
    known.find((value) => value.toLowerCase() === given.toLowerCase()) ??
    raise(wrongValue(parameter, given, known.join(' or ')))
  )
}

const wholeNumber = (raw: RawRequest, parameter: string, least: number, fallback: number): number => {
  const given = raw.values.get(parameter.toLowerCase())
  if (given === undefined) return fallback
  const number = /^\+?\d{1,15}$/.test(given) ? Number(given) : Number.NaN
  if (!(number >= least)) throw wrongValue(parameter, given, `a whole number from ${least}`)
  return number
}

const readOutputSchema = (raw: RawRequest): OutputSchema => {
  const given = raw.values.get('outputschema')
  if (given === undefined) return 'csw'
  // GeoNetwork's own clients write the prefixes.
  const found = (Object.keys(outputSchemas) as OutputSchema[]).find(
    (name) => outputSchemas[name] === given || name === given || `${name}:IsoRecord` === given,
  )
  return found ?? raise(wrongValue('outputSchema', given, Object.values(outputSchemas).join(' or ')))
}

const demandOutputFormat = (raw: RawRequest) => {
  const given = raw.values.get('outputformat')
  const type = given?.split(';')[0]?.trim().toLowerCase()
  if (given !== undefined && !outputFormats.some((format) => format === type))
    throw wrongValue('outputFormat', given, outputFormats.join(' or '))
}

const readTypeName = (parameter: string, given: string): TypeName => {
  const local = given.split(':').at(-1) ?? ''
  return (
    (Object.keys(typeNames) as TypeName[]).find((name) => name === local) ??
    raise(wrongValue(parameter, given, Object.values(typeNames).join(' or ')))
  )
}

const readElements = (raw: RawRequest, fallback: ElementSet): Elements => {
  const names = raw.lists.get('elementname') ?? []
  if (names.length === 0) return { set: oneOf(raw, 'ElementSetName', elementSets, fallback) }
  if (raw.values.has('elementsetname'))
    throw wrongValue('ElementName', names.join(','), 'either ElementName or ElementSetName, not both')
  return {
    names: names.map((given) => {
      const local = (given.split('/').at(-1)?.split(':').at(-1) ?? '').toLowerCase()
      return (
        recordElements.find((name) => name.split(':')[1]?.toLowerCase() === local) ??
        raise(wrongValue('ElementName', given, recordElements.join(', ')))
      )
    }),
  }
}

const readSort = (raw: RawRequest): CatalogueSort[] =>
  raw.sort.slice(0, 10).map(({ name, isDescending }) => {
    const by = findProperty(name)
    if (by === null || by === 'anytext' || by === 'extent')
      throw cswProblems.cswPropertyUnknown({ name, purpose: 'sorted', known: queryables.filter(isSortable) })
    return { by, isDescending }
  })

const isSortable = (name: string) => !/AnyText|BoundingBox/.test(name)

const readGetRecords = (raw: RawRequest, mostRecords: number): GetRecords => {
  demandOutputFormat(raw)
  if (raw.values.has('responsehandler'))
    throw wrongValue('ResponseHandler', 'an address', 'no ResponseHandler: answers come at once')
  const [typeName, ...others] = raw.lists.get('typenames') ?? []
  if (typeName === undefined) throw missing('typeNames', 'typeNames=csw:Record')
  for (const other of others) readTypeName('typeNames', other)
  const { constraint } = raw
  return {
    operation: 'GetRecords',
    typeName: readTypeName('typeNames', typeName),
    resultType: oneOf(raw, 'resultType', resultTypes, 'hits'),
    outputSchema: readOutputSchema(raw),
    elements: readElements(raw, 'summary'),
    where:
      constraint === null
        ? null
        : constraint.kind === 'cql'
          ? readCqlText(constraint.text)
          : readFilter(constraint.filter),
    sort: readSort(raw),
    startPosition: wholeNumber(raw, 'startPosition', 1, 1),
    maxRecords: Math.min(wholeNumber(raw, 'maxRecords', 0, defaultMaxRecords), mostRecords),
    requestId: raw.values.get('requestid') ?? null,
  }
}

const readDescribeRecord = (raw: RawRequest): CswRequest => {
  demandOutputFormat(raw)
  oneOf(raw, 'schemaLanguage', schemaLanguages, schemaLanguages[0])
  const given = raw.lists.get('typenames') ?? []
  return {
    operation: 'DescribeRecord',
    typeNames: given.map((name) => {
      if (!name.includes(':'))
        throw wrongValue('TypeName', name, 'a name with its prefix, such as csw:Record')
      return readTypeName('TypeName', name)
    }),
  }
}

const readGetDomain = (raw: RawRequest): CswRequest => {
  const names = (['ParameterName', 'PropertyName'] as const).flatMap((kind) =>
    (raw.lists.get(kind.toLowerCase()) ?? []).map((name) => ({ kind, name })),
  )
  if (names.length === 0) throw missing('PropertyName', 'PropertyName=dc:type')
  if (names.length > 20) throw wrongValue(names[0]?.kind ?? '', `${names.length} names`, 'at most 20 names')
  return { operation: 'GetDomain', names }
}

const readGetRecordById = (raw: RawRequest): CswRequest => {
  demandOutputFormat(raw)
  const ids = raw.lists.get('id') ?? []
  if (ids.length === 0) throw missing('Id', 'Id=0b5a9a0e-…')
  if (ids.length > mostIds) throw wrongValue('Id', `${ids.length} identifiers`, `at most ${mostIds} of them`)
  return {
    operation: 'GetRecordById',
    ids,
    elements: { set: oneOf(raw, 'ElementSetName', elementSets, 'summary') },
    outputSchema: readOutputSchema(raw),
  }
}

const readGetCapabilities = (raw: RawRequest): CswRequest => {
  const accepted = raw.lists.get('acceptversions')
  if (accepted !== undefined && accepted.length > 0 && !accepted.includes(VERSION))
    throw cswProblems.cswVersionNotOffered({ given: accepted.join(',') })
  const asked = raw.lists.get('sections')
  if (asked === undefined || asked.some((name) => name.toLowerCase() === 'all'))
    return { operation: 'GetCapabilities', sections: [...sections] }
  for (const name of asked)
    if (!sections.some((section) => section === name))
      throw wrongValue('Sections', name, `${sections.join(', ')} or All`)
  return { operation: 'GetCapabilities', sections: sections.filter((section) => asked.includes(section)) }
}

const demandService = (raw: RawRequest) => {
  const given = raw.values.get('service')
  if (given === undefined) {
    // The schema gives GetCapabilities a default.
    if (raw.isXml && raw.operation === 'GetCapabilities') return
    throw missing('service', 'service=CSW')
  }
  if (given.toUpperCase() !== 'CSW' && given !== 'http://www.opengis.net/cat/csw')
    throw wrongValue('service', given, 'CSW')
}

const demandVersion = (raw: RawRequest) => {
  const given = raw.values.get('version')
  if (given !== undefined && given !== VERSION) throw wrongValue('version', given, VERSION)
}

export const toRequest = (raw: RawRequest, { mostRecords }: { mostRecords: number }): CswRequest => {
  if (raw.operation === null) throw missing('request', 'request=GetCapabilities')
  const operation = operations.find((name) => name.toLowerCase() === raw.operation?.toLowerCase())
  if (operation === undefined) {
    demandService(raw)
    throw cswProblems.cswOperationUnknown({ given: raw.operation, known: operations })
  }
  demandService(raw)
  if (operation === 'GetCapabilities') return readGetCapabilities(raw)
  demandVersion(raw)
  switch (operation) {
    case 'DescribeRecord':
      return readDescribeRecord(raw)
    case 'GetDomain':
      return readGetDomain(raw)
    case 'GetRecords':
      return readGetRecords(raw, mostRecords)
    case 'GetRecordById':
      return readGetRecordById(raw)
  }
}
