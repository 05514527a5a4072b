import { expect, test } from 'vitest'
import { readXml } from '../xml/read.ts'
import { protocolOf, readCapabilities } from './service-capabilities.ts'

const root = (text: string) => readXml(Buffer.from(text))

const wms = root(`<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms">
<Service><Name>WMS</Name><Title>Maps of the island</Title></Service>
<Capability><Layer><Title>All</Title><CRS>EPSG:4326</CRS><CRS>CRS:84</CRS>
  <EX_GeographicBoundingBox><westBoundLongitude>-61.2</westBoundLongitude><eastBoundLongitude>-60.8</eastBoundLongitude><southBoundLatitude>13.6</southBoundLatitude><northBoundLatitude>14.2</northBoundLatitude></EX_GeographicBoundingBox>
  <Layer queryable="1"><Name>roads</Name><Title>Roads  of
   the island</Title><CRS>EPSG:2006</CRS>
    <Style><Name>default</Name><Title>As in QGIS</Title></Style></Layer>
  <Layer><Title>Water</Title><Layer><Name>rivers</Name>
    <EX_GeographicBoundingBox><westBoundLongitude>-61</westBoundLongitude><eastBoundLongitude>-60.9</eastBoundLongitude><southBoundLatitude>13.7</southBoundLatitude><northBoundLatitude>14</northBoundLatitude></EX_GeographicBoundingBox>
  </Layer></Layer>
</Layer></Capability></WMS_Capabilities>`)

test('R9.5 layers of a WMS, with the extent and the coordinate systems of the layers above them', () => {
  expect(readCapabilities(wms, 'OGC:WMS')).toEqual({
    title: 'Maps of the island',
    layers: [
      {
        name: 'roads',
        title: 'Roads of the island',
        abstract: null,
        extentCrs84: [-61.2, 13.6, -60.8, 14.2],
        epsgs: [4326, 2006],
      },
      { name: 'rivers', title: 'rivers', abstract: null, extentCrs84: [-61, 13.7, -60.9, 14], epsgs: [4326] },
    ],
  })
})

test('R9.5 a WMS 1.1.1 says the same in other words', () => {
  const old =
    root(`<WMT_MS_Capabilities version="1.1.1"><Service><Title>Old</Title></Service><Capability><Layer>
    <Name>parcels</Name><SRS>EPSG:4326 EPSG:32620</SRS><LatLonBoundingBox minx="-61" miny="13.7" maxx="-60.9" maxy="14"/></Layer></Capability></WMT_MS_Capabilities>`)
  expect(readCapabilities(old, 'OGC:WMS')?.layers).toMatchObject([
    { name: 'parcels', extentCrs84: [-61, 13.7, -60.9, 14], epsgs: [4326, 32620] },
  ])
})

test('R9.5 feature types of a WFS', () => {
  const wfs =
    root(`<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
    <ows:ServiceIdentification><ows:Title>Features</ows:Title></ows:ServiceIdentification>
    <wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>gis:roads</wfs:Name><wfs:Title>Roads</wfs:Title><wfs:Abstract>All of them</wfs:Abstract>
      <wfs:DefaultCRS>urn:ogc:def:crs:EPSG::2006</wfs:DefaultCRS><wfs:OtherCRS>http://www.opengis.net/def/crs/EPSG/0/4326</wfs:OtherCRS>
      <ows:WGS84BoundingBox><ows:LowerCorner>-61.1 13.7</ows:LowerCorner><ows:UpperCorner>-60.8 14.1</ows:UpperCorner></ows:WGS84BoundingBox>
    </wfs:FeatureType></wfs:FeatureTypeList></wfs:WFS_Capabilities>`)
  expect(readCapabilities(wfs, 'OGC:WFS')).toEqual({
    title: 'Features',
    layers: [
      {
        name: 'gis:roads',
        title: 'Roads',
        abstract: 'All of them',
        extentCrs84: [-61.1, 13.7, -60.8, 14.1],
        epsgs: [2006, 4326],
      },
    ],
  })
  expect(readCapabilities(wfs, 'OGC:WMS')).toBeNull()
  expect(protocolOf(wfs)).toBe('OGC:WFS')
})

test('R9.5 layers of a WMTS, their coordinate systems from the tile matrix sets', () => {
  const wmts =
    root(`<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1">
    <ows:ServiceIdentification><ows:Title>Tiles</ows:Title></ows:ServiceIdentification><Contents>
    <Layer><ows:Title>Ortho</ows:Title><ows:Identifier>ortho</ows:Identifier><TileMatrixSetLink><TileMatrixSet>merc</TileMatrixSet></TileMatrixSetLink></Layer>
    <TileMatrixSet><ows:Identifier>merc</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG:6.18:3:3857</ows:SupportedCRS></TileMatrixSet>
    </Contents></Capabilities>`)
  expect(readCapabilities(wmts, 'OGC:WMTS')).toMatchObject({
    title: 'Tiles',
    layers: [{ name: 'ortho', title: 'Ortho', extentCrs84: null, epsgs: [3857] }],
  })
})

test.each([
  ['not numbers', '<a>', 'x'],
  ['beyond the world', '-200', '14'],
  ['missing', '', '14'],
])('R9.5 an extent that is %s is no extent', (_what, west, north) => {
  const found = readCapabilities(
    root(`<WMS_Capabilities><Capability><Layer><Name>a</Name><EX_GeographicBoundingBox>
      <westBoundLongitude>${west.replace('<', '&lt;')}</westBoundLongitude><eastBoundLongitude>-60</eastBoundLongitude>
      <southBoundLatitude>13</southBoundLatitude><northBoundLatitude>${north}</northBoundLatitude></EX_GeographicBoundingBox></Layer></Capability></WMS_Capabilities>`),
    'OGC:WMS',
  )
  expect(found?.layers[0]?.extentCrs84).toBeNull()
})
