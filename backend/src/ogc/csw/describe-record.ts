/** What DescribeRecord answers: the records of this service as XML Schema, in the terms of OGC 07-006r1. */
import { attributes, type Xml, xml } from '../../xml/write.ts'
import { namespaces, type TypeName, typeNames } from './names.ts'

const XSD = 'http://www.w3.org/2001/XMLSchema'

const member = (ref: string, { least = 0, isList = true } = {}): Xml =>
  xml`<xsd:element${attributes({ ref, minOccurs: least, maxOccurs: isList ? 'unbounded' : null })}/>`

const brief = [
  member('dc:identifier', { least: 1 }),
  member('dc:title', { least: 1 }),
  member('dc:type', { isList: false }),
]
const summary = [
  ...brief,
  ...['dc:subject', 'dc:format', 'dc:relation', 'dct:modified', 'dct:abstract', 'dct:spatial'].map((name) =>
    member(name),
  ),
]

const recordType = (name: string, members: Xml[]): Xml => xml`
  <xsd:element name="${name}" type="csw:${name}Type" substitutionGroup="csw:AbstractRecord"/>
  <xsd:complexType name="${name}Type" final="#all">
    <xsd:complexContent>
      <xsd:extension base="csw:AbstractRecordType">
        <xsd:sequence>${members}${member('ows:BoundingBox')}</xsd:sequence>
      </xsd:extension>
    </xsd:complexContent>
  </xsd:complexType>`

const imported = (namespace: string, schemaLocation: string): Xml =>
  xml`<xsd:import namespace="${namespace}" schemaLocation="${schemaLocation}"/>`

const schemas: Record<TypeName, { targetNamespace: string; schema: Xml }> = {
  Record: {
    targetNamespace: namespaces.csw,
    schema: xml`
      <xsd:schema${attributes({
        'xmlns:xsd': XSD,
        'xmlns:csw': namespaces.csw,
        'xmlns:dc': namespaces.dc,
        'xmlns:dct': namespaces.dct,
        'xmlns:ows': namespaces.ows,
        targetNamespace: namespaces.csw,
        elementFormDefault: 'qualified',
      })}>
        ${imported(namespaces.dc, 'http://schemas.opengis.net/csw/2.0.2/rec-dcmes.xsd')}
        ${imported(namespaces.dct, 'http://schemas.opengis.net/csw/2.0.2/rec-dcterms.xsd')}
        ${imported(namespaces.ows, 'http://schemas.opengis.net/ows/1.0.0/owsAll.xsd')}
        <xsd:element name="AbstractRecord" type="csw:AbstractRecordType" abstract="true"/>
        <xsd:complexType name="AbstractRecordType" abstract="true"/>
        ${recordType('BriefRecord', brief)}
        ${recordType('SummaryRecord', summary)}
        ${recordType('Record', [xml`<xsd:group ref="dct:DCMI-terms"/>`])}
      </xsd:schema>`,
  },
  MD_Metadata: {
    targetNamespace: namespaces.gmd,
    schema: xml`
      <xsd:schema${attributes({ 'xmlns:xsd': XSD, targetNamespace: namespaces.gmd, elementFormDefault: 'qualified' })}>
        <xsd:include schemaLocation="http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd"/>
      </xsd:schema>`,
  },
}

/** All of them where none is named. */
export const describeRecord = (asked: readonly TypeName[]): Xml => {
  const names = asked.length > 0 ? [...new Set(asked)] : (Object.keys(typeNames) as TypeName[])
  return xml`
    <csw:DescribeRecordResponse xmlns:csw="${namespaces.csw}">
      ${names.map(
        (name) => xml`
          <csw:SchemaComponent schemaLanguage="http://www.w3.org/XML/Schema" targetNamespace="${schemas[name].targetNamespace}">
            ${schemas[name].schema}
          </csw:SchemaComponent>`,
      )}
    </csw:DescribeRecordResponse>`
}
