/**
 * Writes a record as ISO 19139 XML (2007 schemas, GML 3.2), the form that CSW and other catalogues read (R4.8).
 * Drafts can be written too; what the schema asks for and the draft lacks is marked as missing.
 */
import type { RecordState } from '../domain/record.ts'
import { attributes, type Xml, xml, xmlDocument } from '../xml/write.ts'
import type { DatasetDates, RecordMetadataDraft, ResponsibleParty, WebService } from './record-metadata.ts'
import { toEpsg } from './record-metadata.ts'
import { capabilitiesUrlOf } from './web-services.ts'

/** A way to obtain the data, as the catalogue lists it (R11). */
export type IsoDistribution = {
  kind: 'original' | 'features' | 'pmtiles' | 'cog' | 'style' | 'external' | 'information' | 'service'
  title: string
  /** Absolute. */
  url: string
  protocol: string
  format?: string | null
  sizeBytes?: number | null
  epsg?: number | null
}

export type IsoDocument = {
  metadata: RecordMetadataDraft
  /** Stays the same across edits (R3.6, R4.22). */
  identifier: string
  /** The catalogue's own; what the metadata name themselves is added from there. */
  distributions: readonly IsoDistribution[]
  /** 'deprecated' shows as the status of the resource. */
  state: RecordState
  /** Identifier of the record that superseded this one (R3.10, R3.11). */
  successor?: string | null
}

export const namespaces = {
  gmd: 'http://www.isotc211.org/2005/gmd',
  gco: 'http://www.isotc211.org/2005/gco',
  srv: 'http://www.isotc211.org/2005/srv',
  gml: 'http://www.opengis.net/gml/3.2',
} as const

const DOWNLOAD = 'WWW:DOWNLOAD-1.0-http--download'
const LINK = 'WWW:LINK-1.0-http--link'
const CODE_LISTS = 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml'

export const isoDocument = (document: IsoDocument): string => xmlDocument(isoMetadata(document))

/** The gmd:MD_Metadata element, to be nested in a CSW response. */
export const isoMetadata = (document: IsoDocument): Xml => {
  const { metadata, identifier } = document
  return xml`
    <gmd:MD_Metadata xmlns:gmd="${namespaces.gmd}" xmlns:gco="${namespaces.gco}" xmlns:srv="${namespaces.srv}" xmlns:gml="${namespaces.gml}">
      <gmd:fileIdentifier>${string(identifier)}</gmd:fileIdentifier>
      ${given(metadata.language, (language) => xml`<gmd:language>${languageCode(language)}</gmd:language>`)}
      <gmd:characterSet>${code.characterSet('utf8')}</gmd:characterSet>
      ${given(metadata.parentIdentifier, (parent) => xml`<gmd:parentIdentifier>${string(parent)}</gmd:parentIdentifier>`)}
      <gmd:hierarchyLevel>${code.scope(metadata.resourceType ?? 'dataset')}</gmd:hierarchyLevel>
      ${given(hierarchyLevelName(metadata), (name) => xml`<gmd:hierarchyLevelName>${string(name)}</gmd:hierarchyLevelName>`)}
      ${(metadata.contacts ?? []).map((party) => xml`<gmd:contact>${responsibleParty(party)}</gmd:contact>`)}
      ${metadata.contacts?.length ? null : xml`<gmd:contact gco:nilReason="missing"/>`}
      ${
        metadata.dateStamp
          ? xml`<gmd:dateStamp><gco:Date>${metadata.dateStamp}</gco:Date></gmd:dateStamp>`
          : xml`<gmd:dateStamp gco:nilReason="missing"/>`
      }
      <gmd:metadataStandardName>${string('ISO 19115:2003/19139')}</gmd:metadataStandardName>
      <gmd:metadataStandardVersion>${string('1.0')}</gmd:metadataStandardVersion>
      ${given(toEpsg(metadata.crs), referenceSystem)}
      <gmd:identificationInfo>
        ${metadata.resourceType === 'service' ? serviceIdentification(document) : dataIdentification(document)}
      </gmd:identificationInfo>
      ${distribution(document)}
      ${dataQuality(metadata)}
    </gmd:MD_Metadata>`
}

// Small parts ------------------------------------------------------------------------------------------

const given = <Value>(value: Value | null | undefined, write: (value: Value) => Xml): Xml | null =>
  value === null || value === undefined ? null : write(value)

const string = (text: string) => xml`<gco:CharacterString>${text}</gco:CharacterString>`

/** xs:decimal knows no exponents, and need not be read beyond 18 digits. */
const decimal = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(15).replace(/\.?0+$/, '') : text
}

const listed = (list: string, value: string) =>
  attributes({ codeList: `${CODE_LISTS}#${list}`, codeListValue: value })

const code = {
  scope: (value: string) =>
    xml`<gmd:MD_ScopeCode${listed('MD_ScopeCode', value)}>${value}</gmd:MD_ScopeCode>`,
  role: (value: string) => xml`<gmd:CI_RoleCode${listed('CI_RoleCode', value)}>${value}</gmd:CI_RoleCode>`,
  dateType: (value: string) =>
    xml`<gmd:CI_DateTypeCode${listed('CI_DateTypeCode', value)}>${value}</gmd:CI_DateTypeCode>`,
  progress: (value: string) =>
    xml`<gmd:MD_ProgressCode${listed('MD_ProgressCode', value)}>${value}</gmd:MD_ProgressCode>`,
  restriction: (value: string) =>
    xml`<gmd:MD_RestrictionCode${listed('MD_RestrictionCode', value)}>${value}</gmd:MD_RestrictionCode>`,
  association: (value: string) =>
    xml`<gmd:DS_AssociationTypeCode${listed('DS_AssociationTypeCode', value)}>${value}</gmd:DS_AssociationTypeCode>`,
  representation: (value: string) =>
    xml`<gmd:MD_SpatialRepresentationTypeCode${listed('MD_SpatialRepresentationTypeCode', value)}>${value}</gmd:MD_SpatialRepresentationTypeCode>`,
  characterSet: (value: string) =>
    xml`<gmd:MD_CharacterSetCode${listed('MD_CharacterSetCode', value)}>${value}</gmd:MD_CharacterSetCode>`,
  onlineFunction: (value: string) =>
    xml`<gmd:CI_OnLineFunctionCode${listed('CI_OnLineFunctionCode', value)}>${value}</gmd:CI_OnLineFunctionCode>`,
}

const languageCode = (language: string) =>
  xml`<gmd:LanguageCode codeList="http://www.loc.gov/standards/iso639-2/" codeListValue="${language}">${language}</gmd:LanguageCode>`

// ISO 19115 asks for a name wherever the level is not 'dataset'.
const hierarchyLevelName = ({ resourceType }: RecordMetadataDraft) =>
  resourceType === undefined || resourceType === 'dataset' ? null : resourceType

const responsibleParty = ({
  individualName,
  organisation,
  position,
  email,
  phone,
  role,
}: ResponsibleParty) => xml`
  <gmd:CI_ResponsibleParty>
    ${given(individualName, (name) => xml`<gmd:individualName>${string(name)}</gmd:individualName>`)}
    ${given(organisation, (name) => xml`<gmd:organisationName>${string(name)}</gmd:organisationName>`)}
    ${given(position, (name) => xml`<gmd:positionName>${string(name)}</gmd:positionName>`)}
    ${email === undefined && phone === undefined ? null : contactInfo({ email, phone })}
    <gmd:role>${code.role(role)}</gmd:role>
  </gmd:CI_ResponsibleParty>`

const contactInfo = ({ email, phone }: Pick<ResponsibleParty, 'email' | 'phone'>) => xml`
  <gmd:contactInfo>
    <gmd:CI_Contact>
      ${given(
        phone,
        (number) =>
          xml`<gmd:phone><gmd:CI_Telephone><gmd:voice>${string(number)}</gmd:voice></gmd:CI_Telephone></gmd:phone>`,
      )}
      ${given(
        email,
        (address) =>
          xml`<gmd:address><gmd:CI_Address><gmd:electronicMailAddress>${string(address)}</gmd:electronicMailAddress></gmd:CI_Address></gmd:address>`,
      )}
    </gmd:CI_Contact>
  </gmd:contactInfo>`

const referenceSystem = (epsg: number) => xml`
  <gmd:referenceSystemInfo>
    <gmd:MD_ReferenceSystem>
      <gmd:referenceSystemIdentifier>
        <gmd:RS_Identifier>
          <gmd:code>${string(`urn:ogc:def:crs:EPSG::${epsg}`)}</gmd:code>
          <gmd:codeSpace>${string('EPSG')}</gmd:codeSpace>
        </gmd:RS_Identifier>
      </gmd:referenceSystemIdentifier>
    </gmd:MD_ReferenceSystem>
  </gmd:referenceSystemInfo>`

// Identification ---------------------------------------------------------------------------------------

/** What datasets and services have in common, in the order the schema demands. */
const identification = ({ metadata, state, successor }: IsoDocument) => xml`
  <gmd:citation>
    <gmd:CI_Citation>
      ${metadata.title ? xml`<gmd:title>${string(metadata.title)}</gmd:title>` : xml`<gmd:title gco:nilReason="missing"/>`}
      ${citationDates(metadata.dates ?? {})}
    </gmd:CI_Citation>
  </gmd:citation>
  ${
    metadata.abstract
      ? xml`<gmd:abstract>${string(metadata.abstract)}</gmd:abstract>`
      : xml`<gmd:abstract gco:nilReason="missing"/>`
  }
  ${given(statusOf(metadata, state, successor), (status) => xml`<gmd:status>${code.progress(status)}</gmd:status>`)}
  ${(metadata.pointsOfContact ?? []).map((party) => xml`<gmd:pointOfContact>${responsibleParty(party)}</gmd:pointOfContact>`)}
  ${given(
    metadata.custodianOrganisation,
    (organisation) =>
      xml`<gmd:pointOfContact>${responsibleParty({ organisation, role: 'custodian' })}</gmd:pointOfContact>`,
  )}
  ${descriptiveKeywords(metadata)}
  ${constraints(metadata)}
  ${given(successor, supersededBy)}`

const citationDates = (dates: DatasetDates): Xml[] => {
  const kinds = (['creation', 'publication', 'revision'] as const).filter((kind) => dates[kind])
  if (kinds.length === 0) return [xml`<gmd:date gco:nilReason="missing"/>`]
  return kinds.map(
    (kind) => xml`
      <gmd:date>
        <gmd:CI_Date>
          <gmd:date><gco:Date>${dates[kind]}</gco:Date></gmd:date>
          <gmd:dateType>${code.dateType(kind)}</gmd:dateType>
        </gmd:CI_Date>
      </gmd:date>`,
  )
}

// 'superseded' comes from ISO 19115-1; the list of 2003 has no word for it, and code lists may be extended.
const statusOf = (
  { status }: RecordMetadataDraft,
  state: RecordState,
  successor: string | null | undefined,
) => (successor ? 'superseded' : state === 'deprecated' ? 'obsolete' : status)

const supersededBy = (successor: string) => xml`
  <gmd:aggregationInfo>
    <gmd:MD_AggregateInformation>
      <gmd:aggregateDataSetIdentifier>
        <gmd:MD_Identifier><gmd:code>${string(successor)}</gmd:code></gmd:MD_Identifier>
      </gmd:aggregateDataSetIdentifier>
      <gmd:associationType>${code.association('crossReference')}</gmd:associationType>
    </gmd:MD_AggregateInformation>
  </gmd:aggregationInfo>`

const descriptiveKeywords = ({ keywords = [], thesaurusKeywords = [] }: RecordMetadataDraft) => {
  const words = (list: string[]) => list.map((word) => xml`<gmd:keyword>${string(word)}</gmd:keyword>`)
  return [
    keywords.length === 0
      ? null
      : xml`<gmd:descriptiveKeywords><gmd:MD_Keywords>${words(keywords)}</gmd:MD_Keywords></gmd:descriptiveKeywords>`,
    ...thesaurusKeywords.map(
      (group) => xml`
        <gmd:descriptiveKeywords>
          <gmd:MD_Keywords>
            ${words(group.keywords)}
            <gmd:thesaurusName>
              <gmd:CI_Citation>
                <gmd:title>${string(group.thesaurus)}</gmd:title>
                <gmd:date gco:nilReason="unknown"/>
              </gmd:CI_Citation>
            </gmd:thesaurusName>
          </gmd:MD_Keywords>
        </gmd:descriptiveKeywords>`,
    ),
  ]
}

/** R4.47 and R4.48 in one element: use as limitation, access as 'other' restriction. */
const constraints = ({ useConditions, accessConditions }: RecordMetadataDraft) =>
  useConditions === undefined && accessConditions === undefined
    ? null
    : xml`
      <gmd:resourceConstraints>
        <gmd:MD_LegalConstraints>
          ${given(useConditions, (text) => xml`<gmd:useLimitation>${string(text)}</gmd:useLimitation>`)}
          ${given(
            accessConditions,
            (text) => xml`
              <gmd:accessConstraints>${code.restriction('otherRestrictions')}</gmd:accessConstraints>
              <gmd:otherConstraints>${string(text)}</gmd:otherConstraints>`,
          )}
        </gmd:MD_LegalConstraints>
      </gmd:resourceConstraints>`

const dataIdentification = (document: IsoDocument) => {
  const { metadata } = document
  return xml`
    <gmd:MD_DataIdentification>
      ${identification(document)}
      ${given(
        metadata.spatialRepresentationType,
        (type) =>
          xml`<gmd:spatialRepresentationType>${code.representation(type)}</gmd:spatialRepresentationType>`,
      )}
      ${given(metadata.spatialResolutionDenominator, spatialResolution)}
      ${
        metadata.resourceLanguage
          ? xml`<gmd:language>${languageCode(metadata.resourceLanguage)}</gmd:language>`
          : xml`<gmd:language gco:nilReason="missing"/>`
      }
      ${given(metadata.characterSet, (set) => xml`<gmd:characterSet>${code.characterSet(set)}</gmd:characterSet>`)}
      ${(metadata.topicCategories ?? []).map(
        (topic) =>
          xml`<gmd:topicCategory><gmd:MD_TopicCategoryCode>${topic}</gmd:MD_TopicCategoryCode></gmd:topicCategory>`,
      )}
      ${given(extent(document), (written) => xml`<gmd:extent>${written}</gmd:extent>`)}
      ${given(
        metadata.supplementalInformation,
        (text) => xml`<gmd:supplementalInformation>${string(text)}</gmd:supplementalInformation>`,
      )}
    </gmd:MD_DataIdentification>`
}

const spatialResolution = (denominator: number) => xml`
  <gmd:spatialResolution>
    <gmd:MD_Resolution>
      <gmd:equivalentScale>
        <gmd:MD_RepresentativeFraction>
          <gmd:denominator><gco:Integer>${denominator}</gco:Integer></gmd:denominator>
        </gmd:MD_RepresentativeFraction>
      </gmd:equivalentScale>
    </gmd:MD_Resolution>
  </gmd:spatialResolution>`

const extent = ({ metadata: { bbox, temporalExtent }, identifier }: IsoDocument): Xml | null => {
  if (!bbox && !temporalExtent) return null
  return xml`
    <gmd:EX_Extent>
      ${given(
        bbox,
        ({ west, east, south, north }) => xml`
          <gmd:geographicElement>
            <gmd:EX_GeographicBoundingBox>
              <gmd:westBoundLongitude><gco:Decimal>${decimal(west)}</gco:Decimal></gmd:westBoundLongitude>
              <gmd:eastBoundLongitude><gco:Decimal>${decimal(east)}</gco:Decimal></gmd:eastBoundLongitude>
              <gmd:southBoundLatitude><gco:Decimal>${decimal(south)}</gco:Decimal></gmd:southBoundLatitude>
              <gmd:northBoundLatitude><gco:Decimal>${decimal(north)}</gco:Decimal></gmd:northBoundLatitude>
            </gmd:EX_GeographicBoundingBox>
          </gmd:geographicElement>`,
      )}
      ${given(
        temporalExtent,
        ({ begin, end }) => xml`
          <gmd:temporalElement>
            <gmd:EX_TemporalExtent>
              <gmd:extent>
                <gml:TimePeriod gml:id="period-${toXmlId(identifier)}">
                  ${begin ? xml`<gml:beginPosition>${begin}</gml:beginPosition>` : xml`<gml:beginPosition indeterminatePosition="unknown"/>`}
                  ${end ? xml`<gml:endPosition>${end}</gml:endPosition>` : xml`<gml:endPosition indeterminatePosition="now"/>`}
                </gml:TimePeriod>
              </gmd:extent>
            </gmd:EX_TemporalExtent>
          </gmd:temporalElement>`,
      )}
    </gmd:EX_Extent>`
}

/** Unique within a response of several records. */
const toXmlId = (identifier: string) => identifier.replace(/[^A-Za-z0-9_.-]/g, '_')

const serviceIdentification = (document: IsoDocument) => {
  const services = document.metadata.webServices ?? []
  return xml`
    <srv:SV_ServiceIdentification>
      ${identification(document)}
      <srv:serviceType><gco:LocalName>${services[0]?.protocol ?? 'other'}</gco:LocalName></srv:serviceType>
      ${given(extent(document), (written) => xml`<srv:extent>${written}</srv:extent>`)}
      <srv:couplingType>
        <srv:SV_CouplingType${listed('SV_CouplingType', 'loose')}>loose</srv:SV_CouplingType>
      </srv:couplingType>
      ${services.map(getCapabilities)}
      ${services.length > 0 ? null : xml`<srv:containsOperations gco:nilReason="missing"/>`}
    </srv:SV_ServiceIdentification>`
}

const getCapabilities = (service: WebService) => xml`
  <srv:containsOperations>
    <srv:SV_OperationMetadata>
      <srv:operationName>${string('GetCapabilities')}</srv:operationName>
      <srv:DCP><srv:DCPList${listed('DCPList', 'WebServices')}>WebServices</srv:DCPList></srv:DCP>
      <srv:connectPoint>
        <gmd:CI_OnlineResource>
          <gmd:linkage><gmd:URL>${capabilitiesUrlOf(service)}</gmd:URL></gmd:linkage>
        </gmd:CI_OnlineResource>
      </srv:connectPoint>
    </srv:SV_OperationMetadata>
  </srv:containsOperations>`

// Distribution -----------------------------------------------------------------------------------------

type OnlineResource = {
  url: string
  protocol: string
  name?: string
  description?: string
  function?: 'download' | 'information'
  sizeBytes?: number | null
}

/** What the metadata themselves name (R4.51 to R4.54, R9.1). */
const namedResources = (metadata: RecordMetadataDraft): OnlineResource[] => {
  const { additionalDownloadUrl, informationUrl, webServices = [] } = metadata
  return [
    ...(additionalDownloadUrl
      ? [
          {
            url: additionalDownloadUrl,
            protocol: DOWNLOAD,
            name: metadata.resourceName ?? metadata.title,
            function: 'download' as const,
          },
        ]
      : []),
    ...(informationUrl ? [{ url: informationUrl, protocol: LINK, function: 'information' as const }] : []),
    ...webServices.map(({ url, protocol, layer, title }) => ({
      url,
      protocol,
      name: layer,
      description: title,
    })),
  ]
}

const isDownload: Record<IsoDistribution['kind'], boolean> = {
  original: true,
  pmtiles: true,
  cog: true,
  external: true,
  style: true,
  features: true,
  information: false,
  service: false,
}

const toResource = (distribution: IsoDistribution): OnlineResource => ({
  url: distribution.url,
  protocol: distribution.protocol,
  name: distribution.title,
  description:
    [distribution.format, distribution.epsg ? `EPSG:${distribution.epsg}` : null]
      .filter(Boolean)
      .join(', ') || undefined,
  function:
    distribution.kind === 'information'
      ? 'information'
      : isDownload[distribution.kind]
        ? 'download'
        : undefined,
  sizeBytes: distribution.sizeBytes,
})

const distribution = ({ metadata, distributions }: IsoDocument) => {
  const named = namedResources(metadata)
  const namedUrls = new Set(named.map((resource) => resource.url))
  const resources = [
    ...distributions.filter((distribution) => !namedUrls.has(distribution.url)).map(toResource),
    ...named,
  ]
  const format = metadata.distributionFormat
  if (!format && resources.length === 0) return null
  return xml`
    <gmd:distributionInfo>
      <gmd:MD_Distribution>
        ${given(
          format,
          ({ name, version }) => xml`
            <gmd:distributionFormat>
              <gmd:MD_Format>
                <gmd:name>${string(name)}</gmd:name>
                ${version ? xml`<gmd:version>${string(version)}</gmd:version>` : xml`<gmd:version gco:nilReason="unknown"/>`}
              </gmd:MD_Format>
            </gmd:distributionFormat>`,
        )}
        ${resources.map(transferOption)}
      </gmd:MD_Distribution>
    </gmd:distributionInfo>`
}

// One option per resource, because the size belongs to the option.
const transferOption = (resource: OnlineResource) => xml`
  <gmd:transferOptions>
    <gmd:MD_DigitalTransferOptions>
      ${given(
        resource.sizeBytes,
        (bytes) => xml`<gmd:transferSize><gco:Real>${toMegabytes(bytes)}</gco:Real></gmd:transferSize>`,
      )}
      <gmd:onLine>
        <gmd:CI_OnlineResource>
          <gmd:linkage><gmd:URL>${resource.url}</gmd:URL></gmd:linkage>
          <gmd:protocol>${string(resource.protocol)}</gmd:protocol>
          ${given(resource.name, (name) => xml`<gmd:name>${string(name)}</gmd:name>`)}
          ${given(resource.description, (text) => xml`<gmd:description>${string(text)}</gmd:description>`)}
          ${given(resource.function, (value) => xml`<gmd:function>${code.onlineFunction(value)}</gmd:function>`)}
        </gmd:CI_OnlineResource>
      </gmd:onLine>
    </gmd:MD_DigitalTransferOptions>
  </gmd:transferOptions>`

/** ISO 19115 counts 10^6 bytes; six decimals keep the single byte. */
const toMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(6).replace(/\.?0+$/, '')

// Data quality -----------------------------------------------------------------------------------------

const dataQuality = (metadata: RecordMetadataDraft) => {
  const { lineageStatement, processingSteps = [], dataSources = [] } = metadata
  if (!lineageStatement && processingSteps.length === 0 && dataSources.length === 0) return null
  const level = metadata.resourceType ?? 'dataset'
  return xml`
    <gmd:dataQualityInfo>
      <gmd:DQ_DataQuality>
        <gmd:scope>
          <gmd:DQ_Scope>
            <gmd:level>${code.scope(level)}</gmd:level>
            ${level === 'dataset' || level === 'series' ? null : levelDescription(level)}
          </gmd:DQ_Scope>
        </gmd:scope>
        <gmd:lineage>
          <gmd:LI_Lineage>
            ${given(lineageStatement, (text) => xml`<gmd:statement>${string(text)}</gmd:statement>`)}
            ${processingSteps.map(
              (step) =>
                xml`<gmd:processStep><gmd:LI_ProcessStep><gmd:description>${string(step)}</gmd:description></gmd:LI_ProcessStep></gmd:processStep>`,
            )}
            ${dataSources.map(
              (source) =>
                xml`<gmd:source><gmd:LI_Source><gmd:description>${string(source)}</gmd:description></gmd:LI_Source></gmd:source>`,
            )}
          </gmd:LI_Lineage>
        </gmd:lineage>
      </gmd:DQ_DataQuality>
    </gmd:dataQualityInfo>`
}

const levelDescription = (level: string) => xml`
  <gmd:levelDescription>
    <gmd:MD_ScopeDescription><gmd:other>${string(level)}</gmd:other></gmd:MD_ScopeDescription>
  </gmd:levelDescription>`
