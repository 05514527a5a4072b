/** The Catalogue Service for the Web, OGC 07-006r1 (CSW 2.0.2): the same requests by parameters and as XML. */
import type { Readable } from 'node:stream'
import type { Config } from '../../config/config.ts'
import type { operations as CswOperations } from '../../contract/csw.gen.ts'
import type { Handlers, HttpContext } from '../../contract/handler.ts'
import { type CatalogueCondition, type CatalogueFilter, noFilter } from '../../domain/catalogue-query.ts'
import { bodyProblems } from '../../domain/problems/body.ts'
import { cswProblems } from '../../domain/problems/csw.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { isoMetadata } from '../../metadata/iso19139.ts'
import type { Catalogue, CatalogueEntry, CataloguePage } from '../../repositories/catalogue.ts'
import { toDistributions } from '../../repositories/distributions.ts'
import { attributes, element, type Xml, xml, xmlDocument } from '../../xml/write.ts'
import { cacheHeaders, weakEtag } from '../common/caching.ts'
import { capabilities, operationParameters, type ServiceDescription } from './capabilities.ts'
import { describeRecord } from './describe-record.ts'
import { echoedRequest } from './echo.ts'
import { entryPage, isAskedByPeople } from './entry-page.ts'
import { xmlType } from './exceptions.ts'
import {
  findProperty,
  isUrn,
  namespaces,
  type OperationName,
  outputSchemas,
  queryables,
  toUrn,
  VERSION,
  withoutUrn,
} from './names.ts'
import type { RawRequest } from './raw-request.ts'
import { readParameters } from './read-parameters.ts'
import { readXmlRequest, xmlLimits } from './read-xml.ts'
import { recordXml } from './record-xml.ts'
import { type CswRequest, type Elements, type GetRecords, toRequest } from './request.ts'

export type CswFaceParts = {
  config: Pick<Config, 'siteTitle'> & { limits: Pick<Config['limits'], 'itemsPerPage'> }
  catalogue: Catalogue
  clock: { now: () => number }
}

/** A page of records in full is written in one piece. */
const mostRecordsPerPage = 500
const mostDomainValues = 1000

const recordNamespaces = attributes({
  'xmlns:csw': namespaces.csw,
  'xmlns:dc': namespaces.dc,
  'xmlns:dct': namespaces.dct,
  'xmlns:ows': namespaces.ows,
})

const writeRecord = (
  entry: CatalogueEntry,
  { outputSchema, elements }: { outputSchema: keyof typeof outputSchemas; elements: Elements },
  http: HttpContext,
  identifier = toUrn(entry.id),
): Xml =>
  outputSchema === 'csw'
    ? recordXml(entry, elements, { siteUrl: http.siteUrl, identifier })
    : isoMetadata({
        metadata: entry.metadata,
        identifier: entry.id,
        distributions: toDistributions(entry.distributions, http.siteUrl),
        state: entry.isDeprecated ? 'deprecated' : 'published',
        successor: entry.successorId,
      })

// GetRecords -------------------------------------------------------------------------------------------

/** Words and boxes that every record must fit go the way of the search's own parameters, which rank by the words. */
const toFilter = (where: CatalogueCondition | null): CatalogueFilter => {
  const filter: CatalogueFilter = { ...noFilter }
  if (where === null) return filter
  const others: CatalogueCondition[] = []
  for (const condition of where.op === 'and' ? where.conditions : [where]) {
    if (condition.op === 'words' && filter.q === null) filter.q = condition.q
    else if (condition.op === 'boxes' && filter.boxes === null) filter.boxes = condition.boxes
    else others.push(condition)
  }
  const [only] = others
  if (others.length > 0) filter.where = only && others.length === 1 ? only : { op: 'and', conditions: others }
  return filter
}

const searchPage = (
  catalogue: Catalogue,
  { where, sort, startPosition, maxRecords }: GetRecords,
): Promise<CataloguePage> =>
  catalogue.search({
    filter: toFilter(where),
    sort,
    isCountExact: true,
    limit: maxRecords,
    offset: startPosition - 1,
  })

const recordsResponse = (
  query: GetRecords,
  {
    records,
    matched,
    next,
    clock,
  }: { records: Xml[]; matched: number; next: number; clock: CswFaceParts['clock'] },
): Xml => xml`
  <csw:GetRecordsResponse${recordNamespaces} version="${VERSION}">
    ${query.requestId === null ? null : xml`<csw:RequestId>${query.requestId}</csw:RequestId>`}
    <csw:SearchStatus timestamp="${new Date(clock.now()).toISOString()}"/>
    <csw:SearchResults${attributes({
      numberOfRecordsMatched: matched,
      numberOfRecordsReturned: records.length,
      nextRecord: next,
      recordSchema: outputSchemas[query.outputSchema],
      elementSet: 'set' in query.elements ? query.elements.set : null,
    })}>${records}</csw:SearchResults>
  </csw:GetRecordsResponse>`

const getRecords = async (
  query: GetRecords,
  {
    catalogue,
    clock,
    http,
    raw,
  }: { catalogue: Catalogue; clock: CswFaceParts['clock']; http: HttpContext; raw: RawRequest },
): Promise<Xml> => {
  if (query.resultType === 'validate')
    return xml`
      <csw:Acknowledgement xmlns:csw="${namespaces.csw}" timeStamp="${new Date(clock.now()).toISOString()}">
        <csw:EchoedRequest>${echoedRequest(query, raw)}</csw:EchoedRequest>
        ${query.requestId === null ? null : xml`<csw:RequestId>${query.requestId}</csw:RequestId>`}
      </csw:Acknowledgement>`
  const isWithoutRecords = query.resultType === 'hits' || query.maxRecords === 0
  const { entries, matched } = await searchPage(
    catalogue,
    isWithoutRecords ? { ...query, startPosition: 1, maxRecords: 1 } : query,
  )
  const all = matched ?? 0
  if (isWithoutRecords)
    return recordsResponse(query, { records: [], matched: all, next: all > 0 ? 1 : 0, clock })
  const last = query.startPosition - 1 + entries.length
  return recordsResponse(query, {
    records: entries.map((entry) => writeRecord(entry, query, http)),
    matched: all,
    // 0: there are no more.
    next: entries.length > 0 && last < all ? last + 1 : 0,
    clock,
  })
}

// GetDomain --------------------------------------------------------------------------------------------

const findParameterValues = (name: string): readonly string[] | null => {
  const [operation = '', parameter = ''] = name.split('.')
  const known = Object.entries(operationParameters).find(
    ([one]) => one.toLowerCase() === operation.toLowerCase(),
  )?.[0] as OperationName | undefined
  if (known === undefined) return null
  const found = Object.entries(operationParameters[known]).find(
    ([one]) => one.toLowerCase() === parameter.toLowerCase(),
  )
  return found?.[1] ?? null
}

const listOfValues = (values: readonly string[]): Xml =>
  xml`<csw:ListOfValues>${values.map((value) => xml`<csw:Value>${value}</csw:Value>`)}</csw:ListOfValues>`

const domainOf = async (
  catalogue: Catalogue,
  { kind, name }: { kind: 'PropertyName' | 'ParameterName'; name: string },
): Promise<Xml> => {
  const write = (values: Xml | null) =>
    xml`<csw:DomainValues type="csw:Record">${element(`csw:${kind}`, {}, name)}${values}</csw:DomainValues>`
  if (kind === 'ParameterName') {
    const values = findParameterValues(name)
    if (values === null)
      throw cswProblems.cswParameterWrong({
        parameter: kind,
        given: name,
        expected: (operationParameters.GetDomain['ParameterName'] ?? []).join(', '),
      })
    return write(listOfValues(values))
  }
  const property = findProperty(name)
  if (property === null)
    throw cswProblems.cswPropertyUnknown({ name, purpose: 'searched', known: queryables })
  if (property === 'anytext' || property === 'extent') return write(null)
  const values = await catalogue.listValues(property, mostDomainValues)
  if (values.kind === 'list') return write(listOfValues(values.values))
  if (values.kind === 'none') return write(null)
  return write(
    xml`<csw:RangeOfValues><csw:MinValue>${values.first}</csw:MinValue><csw:MaxValue>${values.last}</csw:MaxValue></csw:RangeOfValues>`,
  )
}

// Answers ----------------------------------------------------------------------------------------------

const readBytes = async (body: Readable): Promise<Uint8Array> => {
  const parts: Buffer[] = []
  let size = 0
  // The body outlives a refusal, because the refusal is sent over the same connection.
  for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length
    if (size > xmlLimits.maxBytes) throw bodyProblems.bodyTooLarge({ limitBytes: xmlLimits.maxBytes })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The same document, under the name that was asked for. */
const contentTypeFor = ({ values }: RawRequest): string => {
  const asked = (values.get('outputformat') ?? values.get('acceptformats') ?? '').split(/[,;]/)[0] ?? ''
  return asked.trim().toLowerCase() === 'text/xml' ? 'text/xml; charset=utf-8' : xmlType
}

/** A form is what parameters look like in a body. */
const readPosted = async (http: HttpContext): Promise<RawRequest> => {
  const bytes = await readBytes(http.body)
  return http.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? readParameters(new URLSearchParams(new TextDecoder().decode(bytes)))
    : readXmlRequest(bytes)
}

/** Whoever opens the bare address in a browser wants to know what it is. */
const readAsked = (parameters: URLSearchParams): RawRequest =>
  readParameters(
    parameters.size === 0 ? new URLSearchParams({ service: 'CSW', request: 'GetCapabilities' }) : parameters,
  )

export const cswHandlers = ({ config, catalogue, clock }: CswFaceParts): Handlers<CswOperations> => {
  const mostRecords = Math.min(mostRecordsPerPage, config.limits.itemsPerPage)
  const service: ServiceDescription = { siteTitle: config.siteTitle, mostRecords }

  const getRecordById = async (
    request: Extract<CswRequest, { operation: 'GetRecordById' }>,
    http: HttpContext,
  ): Promise<Xml> => {
    // Whoever asks for a bare identifier looks for it in the answer (OWSLib does).
    const asked = new Map(request.ids.map((id) => [withoutUrn(id).toLowerCase(), isUrn(id)]))
    const records: Xml[] = []
    for (const [id, isByUrn] of asked) {
      const entry = await catalogue.find(id)
      if (entry) records.push(writeRecord(entry, request, http, isByUrn ? toUrn(entry.id) : entry.id))
    }
    return xml`
      <csw:GetRecordByIdResponse${recordNamespaces}>
        ${records}
      </csw:GetRecordByIdResponse>`
  }

  const answer = async (raw: RawRequest, http: HttpContext): Promise<Xml> => {
    const request = toRequest(raw, { mostRecords })
    switch (request.operation) {
      case 'GetCapabilities':
        return capabilities(request.sections, http, service)
      case 'DescribeRecord':
        return describeRecord(request.typeNames)
      case 'GetDomain': {
        const domains: Xml[] = []
        for (const one of request.names) domains.push(await domainOf(catalogue, one))
        return xml`<csw:GetDomainResponse xmlns:csw="${namespaces.csw}">${domains}</csw:GetDomainResponse>`
      }
      case 'GetRecords':
        return getRecords(request, { catalogue, clock, http, raw })
      case 'GetRecordById':
        return getRecordById(request, http)
    }
  }

  return {
    askCsw: async ({ http }) => {
      if (isAskedByPeople(http)) {
        const text = entryPage(config.siteTitle, http)
        return {
          status: 200,
          headers: { ...cacheHeaders(weakEtag(text)), ...pageHeaders },
          raw: { contentType: htmlType, text },
        }
      }
      const raw = readAsked(http.searchParams)
      const text = xmlDocument(await answer(raw, http))
      // The time of the search differs from answer to answer; what it found need not.
      const etag = weakEtag(text.replace(/ timestamp="[^"]*"/, ''))
      return { status: 200, headers: cacheHeaders(etag), raw: { contentType: contentTypeFor(raw), text } }
    },

    postCsw: async ({ http }) => {
      const raw = await readPosted(http)
      const text = xmlDocument(await answer(raw, http))
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        raw: { contentType: contentTypeFor(raw), text },
      }
    },
  }
}
