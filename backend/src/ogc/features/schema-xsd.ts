/**
 * The properties of a collection as a GML application schema. GDAL takes the types of an OAPIF layer from it (link
 * `describedBy`, text/xml); without it GDAL guesses from the first ten features and cuts larger integers later on, and
 * its JSON reading knows no 64-bit integers. Names stand as the properties have them, because GDAL compares them so;
 * a strict XML Schema reader may refuse such a name.
 */
import type { Collection } from '../../domain/collection.ts'
import type { FieldType, GeometryType } from '../../domain/probe.ts'
import { type Xml, xml, xmlDocument } from '../../xml/write.ts'

const types: Record<FieldType, string> = {
  string: 'xs:string',
  integer: 'xs:long',
  number: 'xs:double',
  boolean: 'xs:boolean',
  date: 'xs:date',
  datetime: 'xs:dateTime',
  time: 'xs:time',
  binary: 'xs:base64Binary',
}

const geometryTypes: Record<GeometryType, string> = {
  Point: 'gml:PointPropertyType',
  LineString: 'gml:CurvePropertyType',
  Polygon: 'gml:SurfacePropertyType',
  MultiPoint: 'gml:MultiPointPropertyType',
  MultiLineString: 'gml:MultiCurvePropertyType',
  MultiPolygon: 'gml:MultiSurfacePropertyType',
  GeometryCollection: 'gml:MultiGeometryPropertyType',
  Geometry: 'gml:GeometryPropertyType',
}

const element = (name: string, type: string): Xml =>
  xml`<xs:element name="${name}" type="${type}" minOccurs="0" nillable="true"/>`

/** `address` names the schema; it need not lead anywhere. */
export const toXsd = (collection: Collection, address: string): string => {
  const { id, geometryType, columns } = collection
  return xmlDocument(xml`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:own="${address}" targetNamespace="${address}" elementFormDefault="qualified">
<xs:import namespace="http://www.opengis.net/gml/3.2" schemaLocation="http://schemas.opengis.net/gml/3.2.1/gml.xsd"/>
<xs:element name="${id}" type="own:${id}Type" substitutionGroup="gml:AbstractFeature"/>
<xs:complexType name="${id}Type"><xs:complexContent><xs:extension base="gml:AbstractFeatureType"><xs:sequence>
${geometryType === null ? [] : element('geometry', geometryTypes[geometryType])}
${columns.filter(({ type }) => type !== 'binary').map(({ name, type }) => element(name, types[type]))}
</xs:sequence></xs:extension></xs:complexContent></xs:complexType>
</xs:schema>`)
}
