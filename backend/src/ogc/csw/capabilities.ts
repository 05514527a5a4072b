/** The capabilities document, and the schema of the records. Whatever is declared here is answered by handlers.ts. */
import type { HttpContext } from '../../contract/handler.ts'
import { attributes, type Xml, xml } from '../../xml/write.ts'
import { comparisonOperators, geometryOperands, spatialOperators } from './filter.ts'
import {
  constraintLanguages,
  dublinCoreQueryables,
  elementSets,
  isoQueryables,
  namespaces,
  type OperationName,
  operations,
  outputFormats,
  outputSchemas,
  resultTypes,
  schemaLanguages,
  typeNames,
  VERSION,
} from './names.ts'
import { type Section, sections } from './request.ts'

type Face = Pick<HttpContext, 'faceUrl' | 'siteUrl'>

export type ServiceDescription = { siteTitle: string; mostRecords: number }

const value = (text: string): Xml => xml`<ows:Value>${text}</ows:Value>`

const parameter = (name: string, values: readonly string[]): Xml =>
  xml`<ows:Parameter name="${name}">${values.map(value)}</ows:Parameter>`

const constraint = (name: string, values: readonly string[]): Xml =>
  xml`<ows:Constraint name="${name}">${values.map(value)}</ows:Constraint>`

/** Name → values; what GetDomain tells of them comes from here, too. */
export const operationParameters: Record<OperationName, Record<string, readonly string[]>> = {
  GetCapabilities: { AcceptVersions: [VERSION], AcceptFormats: outputFormats, sections },
  DescribeRecord: {
    typeName: Object.values(typeNames),
    outputFormat: outputFormats,
    schemaLanguage: schemaLanguages,
  },
  GetDomain: {
    ParameterName: [
      'GetRecords.resultType',
      'GetRecords.outputSchema',
      'GetRecords.outputFormat',
      'GetRecords.typeNames',
      'GetRecords.ElementSetName',
      'GetRecords.CONSTRAINTLANGUAGE',
      'GetRecordById.outputSchema',
      'GetRecordById.outputFormat',
      'GetRecordById.ElementSetName',
      'DescribeRecord.typeName',
      'DescribeRecord.outputFormat',
      'DescribeRecord.schemaLanguage',
      'GetCapabilities.sections',
    ],
  },
  GetRecords: {
    resultType: resultTypes,
    outputSchema: Object.values(outputSchemas),
    outputFormat: outputFormats,
    typeNames: Object.values(typeNames),
    ElementSetName: elementSets,
    CONSTRAINTLANGUAGE: constraintLanguages,
  },
  GetRecordById: {
    outputSchema: Object.values(outputSchemas),
    outputFormat: outputFormats,
    ElementSetName: elementSets,
  },
}

const constraintsOf = (name: OperationName): Xml[] =>
  name === 'GetRecords'
    ? [
        constraint('SupportedDublinCoreQueryables', dublinCoreQueryables),
        constraint('SupportedISOQueryables', isoQueryables),
      ]
    : []

const operation = (name: OperationName, { faceUrl }: Face): Xml => xml`
  <ows:Operation name="${name}">
    <ows:DCP>
      <ows:HTTP>
        <ows:Get xlink:type="simple" xlink:href="${faceUrl}?"/>
        <ows:Post xlink:type="simple" xlink:href="${faceUrl}">${constraint('PostEncoding', ['XML'])}</ows:Post>
      </ows:HTTP>
    </ows:DCP>
    ${Object.entries(operationParameters[name]).map(([one, values]) => parameter(one, values))}
    ${constraintsOf(name)}
  </ows:Operation>`

const written: Record<Section, (face: Face, service: ServiceDescription) => Xml> = {
  ServiceIdentification: (_face, { siteTitle }) => xml`
    <ows:ServiceIdentification>
      <ows:Title>${siteTitle} – catalogue</ows:Title>
      <ows:Abstract>The catalogue of ${siteTitle}: what data there are, who keeps them, and how to get them.</ows:Abstract>
      <ows:Keywords>
        <ows:Keyword>catalogue</ows:Keyword>
        <ows:Keyword>metadata</ows:Keyword>
        <ows:Keyword>discovery</ows:Keyword>
        <ows:Type codeSpace="ISOTC211/19115">theme</ows:Type>
      </ows:Keywords>
      <ows:ServiceType codeSpace="OGC">CSW</ows:ServiceType>
      <ows:ServiceTypeVersion>${VERSION}</ows:ServiceTypeVersion>
      <ows:Fees>NONE</ows:Fees>
      <ows:AccessConstraints>NONE</ows:AccessConstraints>
    </ows:ServiceIdentification>`,
  ServiceProvider: ({ siteUrl }, { siteTitle }) => xml`
    <ows:ServiceProvider>
      <ows:ProviderName>${siteTitle}</ows:ProviderName>
      <ows:ProviderSite xlink:type="simple" xlink:href="${siteUrl}/"/>
      <ows:ServiceContact>
        <ows:ContactInfo>
          <ows:OnlineResource xlink:type="simple" xlink:href="${siteUrl}/"/>
        </ows:ContactInfo>
        <ows:Role>pointOfContact</ows:Role>
      </ows:ServiceContact>
    </ows:ServiceProvider>`,
  OperationsMetadata: (face, { mostRecords }) => xml`
    <ows:OperationsMetadata>
      ${operations.map((name) => operation(name, face))}
      ${parameter('service', ['CSW'])}
      ${parameter('version', [VERSION])}
      ${constraint('PostEncoding', ['XML'])}
      ${constraint('MaxRecordDefault', ['10'])}
      ${constraint('MaxRecords', [String(mostRecords)])}
    </ows:OperationsMetadata>`,
  Filter_Capabilities: () => filterCapabilities,
}

const filterCapabilities = xml`
  <ogc:Filter_Capabilities>
    <ogc:Spatial_Capabilities>
      <ogc:GeometryOperands>
        ${geometryOperands.map((name) => xml`<ogc:GeometryOperand>gml:${name}</ogc:GeometryOperand>`)}
      </ogc:GeometryOperands>
      <ogc:SpatialOperators>
        ${spatialOperators.map((name) => xml`<ogc:SpatialOperator name="${name}"/>`)}
      </ogc:SpatialOperators>
    </ogc:Spatial_Capabilities>
    <ogc:Scalar_Capabilities>
      <ogc:LogicalOperators/>
      <ogc:ComparisonOperators>
        ${comparisonOperators.map((name) => xml`<ogc:ComparisonOperator>${name}</ogc:ComparisonOperator>`)}
      </ogc:ComparisonOperators>
    </ogc:Scalar_Capabilities>
    <ogc:Id_Capabilities>
      <ogc:EID/>
      <ogc:FID/>
    </ogc:Id_Capabilities>
  </ogc:Filter_Capabilities>`

/** The schema wants the filter's capabilities always; the other sections come as they are asked for. */
export const capabilities = (asked: readonly Section[], face: Face, service: ServiceDescription): Xml => xml`
  <csw:Capabilities${attributes({
    'xmlns:csw': namespaces.csw,
    'xmlns:ows': namespaces.ows,
    'xmlns:ogc': namespaces.ogc,
    'xmlns:gml': namespaces.gml,
    'xmlns:xlink': namespaces.xlink,
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:schemaLocation': `${namespaces.csw} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd`,
    version: VERSION,
  })}>
    ${sections
      .filter((section) => section === 'Filter_Capabilities' || asked.includes(section))
      .map((section) => written[section](face, service))}
  </csw:Capabilities>`
