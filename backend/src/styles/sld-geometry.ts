/** Geometries inside filters: GML 2 and 3 as WKT, and back as GML 3. Coordinates are left as they are written. */
import { attributeOf, childElements, type XmlElement } from '../xml/read.ts'
import { attributes, type Xml, xml } from '../xml/write.ts'
import type { GeometryLiteral } from './model.ts'

type Position = string

/** 'x,y x,y' of GML 2 and 'x y x y' of GML 3. */
const positionsOf = (element: XmlElement): Position[] => {
  const found: Position[] = []
  for (const child of childElements(element)) {
    const text = child.text.trim()
    if (child.name.local === 'coordinates')
      found.push(...text.split(/\s+/).map((pair) => pair.split(',').slice(0, 2).join(' ')))
    else if (['pos', 'posList', 'lowerCorner', 'upperCorner'].includes(child.name.local)) {
      const numbers = text.split(/\s+/)
      for (let index = 0; index + 1 < numbers.length; index += 2)
        found.push(`${numbers[index]} ${numbers[index + 1]}`)
    } else if (child.name.local === 'coord')
      found.push(
        childElements(child)
          .slice(0, 2)
          .map((one) => one.text.trim())
          .join(' '),
      )
    else if (child.name.local === 'pointMember' || child.name.local === 'Point')
      found.push(...positionsOf(child))
  }
  return found.filter((position) => /^[-+.\deE]+ [-+.\deE]+$/.test(position))
}

const ringsOf = (polygon: XmlElement): string =>
  childElements(polygon)
    .filter(({ name }) => ['outerBoundaryIs', 'innerBoundaryIs', 'exterior', 'interior'].includes(name.local))
    .flatMap((boundary) => childElements(boundary, 'LinearRing'))
    .map((ring) => `(${positionsOf(ring).join(', ')})`)
    .join(', ')

const membersOf = (element: XmlElement, local: string): XmlElement[] =>
  childElements(element).flatMap((member) =>
    member.name.local === local ? [member] : membersOf(member, local),
  )

const toWkt: Record<string, (element: XmlElement) => string> = {
  Point: (element) => `POINT (${positionsOf(element)[0] ?? ''})`,
  LineString: (element) => `LINESTRING (${positionsOf(element).join(', ')})`,
  Polygon: (element) => `POLYGON (${ringsOf(element)})`,
  MultiPoint: (element) =>
    `MULTIPOINT (${membersOf(element, 'Point')
      .map((point) => `(${positionsOf(point)[0] ?? ''})`)
      .join(', ')})`,
  MultiLineString: (element) =>
    `MULTILINESTRING (${membersOf(element, 'LineString')
      .map((line) => `(${positionsOf(line).join(', ')})`)
      .join(', ')})`,
  MultiPolygon: (element) =>
    `MULTIPOLYGON (${membersOf(element, 'Polygon')
      .map((polygon) => `(${ringsOf(polygon)})`)
      .join(', ')})`,
  Envelope: (element) => boxOf(positionsOf(element)),
  Box: (element) => boxOf(positionsOf(element)),
}

const boxOf = ([lower = '', upper = '']: Position[]): string => {
  const [west, south] = lower.split(' ')
  const [east, north] = upper.split(' ')
  return `POLYGON ((${west} ${south}, ${east} ${south}, ${east} ${north}, ${west} ${north}, ${west} ${south}))`
}

export const isGml = ({ name }: XmlElement) => name.local in toWkt

export const readGml = (element: XmlElement): GeometryLiteral | null => {
  const wkt = toWkt[element.name.local]?.(element)
  return wkt === undefined || !/\d/.test(wkt)
    ? null
    : { kind: 'geometry', wkt, crs: attributeOf(element, 'srsName') ?? null }
}

const pairs = (text: string): string[] =>
  text.split(',').map((pair) => pair.replace(/[()]/g, ' ').trim().split(/\s+/).slice(0, 2).join(' '))

/** The lists of numbers between the innermost brackets. */
const innermost = (text: string): string[] => text.split(/[()]/).filter((part) => /\d/.test(part))

const polygonXml = (body: string, crs: string | null): Xml => {
  const [outer = '', ...inner] = innermost(body).map((ring) => pairs(ring).join(' '))
  return xml`<gml:Polygon${attributes({ srsName: crs })}><gml:exterior><gml:LinearRing><gml:posList>${outer}</gml:posList></gml:LinearRing></gml:exterior>${inner.map(
    (ring) =>
      xml`<gml:interior><gml:LinearRing><gml:posList>${ring}</gml:posList></gml:LinearRing></gml:interior>`,
  )}</gml:Polygon>`
}

/** null for kinds no filter of ours holds. */
export const writeGml = ({ wkt, crs }: GeometryLiteral): Xml | null => {
  const [, kind = '', body = ''] = /^([A-Z]+)\s*(\(.*\))$/s.exec(wkt.trim()) ?? []
  const lists = innermost(body).map((list) => pairs(list).join(' '))
  const write: Record<string, () => Xml> = {
    POINT: () => xml`<gml:Point${attributes({ srsName: crs })}><gml:pos>${lists[0]}</gml:pos></gml:Point>`,
    LINESTRING: () =>
      xml`<gml:LineString${attributes({ srsName: crs })}><gml:posList>${lists[0]}</gml:posList></gml:LineString>`,
    POLYGON: () => polygonXml(body, crs),
    MULTIPOINT: () =>
      xml`<gml:MultiPoint${attributes({ srsName: crs })}>${pairs(body).map((pair) => xml`<gml:pointMember><gml:Point><gml:pos>${pair}</gml:pos></gml:Point></gml:pointMember>`)}</gml:MultiPoint>`,
    MULTILINESTRING: () =>
      xml`<gml:MultiLineString${attributes({ srsName: crs })}>${lists.map((list) => xml`<gml:lineStringMember><gml:LineString><gml:posList>${list}</gml:posList></gml:LineString></gml:lineStringMember>`)}</gml:MultiLineString>`,
    MULTIPOLYGON: () =>
      xml`<gml:MultiPolygon${attributes({ srsName: crs })}>${body.split(/\)\s*\)\s*,/).map((one) => xml`<gml:polygonMember>${polygonXml(one, null)}</gml:polygonMember>`)}</gml:MultiPolygon>`,
  }
  return write[kind]?.() ?? null
}

/** The corners of what a BBOX was given, for formats that want an envelope. */
export const envelopeXml = ({ wkt, crs }: GeometryLiteral): Xml => {
  const numbers = pairs(wkt.replace(/^[A-Z]+/, '')).map((pair) => pair.split(' ').map(Number))
  const along = (axis: 0 | 1) => numbers.map((pair) => pair[axis] ?? 0)
  return xml`<gml:Envelope${attributes({ srsName: crs })}><gml:lowerCorner>${Math.min(...along(0))} ${Math.min(...along(1))}</gml:lowerCorner><gml:upperCorner>${Math.max(...along(0))} ${Math.max(...along(1))}</gml:upperCorner></gml:Envelope>`
}
