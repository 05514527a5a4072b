/** The request as it was understood, for resultType=validate. */
import type { XmlElement } from '../../xml/read.ts'
import { element, type Xml } from '../../xml/write.ts'
import { namespaces, outputSchemas, typeNames, VERSION } from './names.ts'
import type { RawRequest } from './raw-request.ts'
import type { GetRecords } from './request.ts'

const isPlainName = (text: string) => /^[A-Za-z_][\w.-]*$/.test(text)

/** Elements of Filter Encoding and GML; a filter that was understood has no others. */
const copy = ({ name, attributes, children }: XmlElement): Xml =>
  element(
    `${name.namespace === namespaces.gml ? 'gml' : 'ogc'}:${isPlainName(name.local) ? name.local : 'Unknown'}`,
    Object.fromEntries(
      attributes
        .filter((one) => one.name.namespace === '' && isPlainName(one.name.local))
        .map((one) => [one.name.local, one.value]),
    ),
    children.map((child) =>
      child.kind === 'element' ? copy(child) : child.kind === 'text' ? child.text : null,
    ),
  )

const constraint = (raw: RawRequest): Xml[] =>
  raw.constraint === null
    ? []
    : [
        element(
          'csw:Constraint',
          { version: '1.1.0' },
          raw.constraint.kind === 'cql'
            ? element('csw:CqlText', {}, raw.constraint.text)
            : copy(raw.constraint.filter),
        ),
      ]

const sortBy = (raw: RawRequest): Xml[] =>
  raw.sort.length === 0
    ? []
    : [
        element(
          'ogc:SortBy',
          {},
          raw.sort.map(({ name, isDescending }) =>
            element('ogc:SortProperty', {}, [
              element('ogc:PropertyName', {}, name),
              element('ogc:SortOrder', {}, isDescending ? 'DESC' : 'ASC'),
            ]),
          ),
        ),
      ]

export const echoedRequest = (query: GetRecords, raw: RawRequest): Xml =>
  element(
    'csw:GetRecords',
    {
      'xmlns:csw': namespaces.csw,
      'xmlns:ogc': namespaces.ogc,
      'xmlns:gml': namespaces.gml,
      'xmlns:dc': namespaces.dc,
      'xmlns:dct': namespaces.dct,
      'xmlns:ows': namespaces.ows,
      'xmlns:gmd': namespaces.gmd,
      service: 'CSW',
      version: VERSION,
      resultType: query.resultType,
      outputSchema: outputSchemas[query.outputSchema],
      startPosition: query.startPosition,
      maxRecords: query.maxRecords,
    },
    element('csw:Query', { typeNames: typeNames[query.typeName] }, [
      'set' in query.elements
        ? element('csw:ElementSetName', {}, query.elements.set)
        : query.elements.names.map((name) => element('csw:ElementName', {}, name)),
      constraint(raw),
      sortBy(raw),
    ]),
  )
