/** Other people's web services: capabilities and maps of a WMS, a WFS and a WMTS at `/ows`, as GeoServer answers, and an OGC API at `/api`. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

const wms = `<?xml version="1.0" encoding="UTF-8"?><WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink">
<Service><Name>WMS</Name><Title>Maps of the island</Title></Service><Capability>
<Layer><Title>All</Title><CRS>EPSG:4326</CRS><CRS>EPSG:2006</CRS>
<EX_GeographicBoundingBox><westBoundLongitude>-61.08</westBoundLongitude><eastBoundLongitude>-60.87</eastBoundLongitude><southBoundLatitude>13.7</southBoundLatitude><northBoundLatitude>14.11</northBoundLatitude></EX_GeographicBoundingBox>
<Layer queryable="1"><Name>gis:landslides</Name><Title>Landslides of 2010 &amp; 2013</Title><Abstract>Mapped after two hurricanes.</Abstract></Layer>
<Layer queryable="1"><Name>gis:roads</Name><Title>Roads</Title></Layer></Layer></Capability></WMS_Capabilities>`

const wfs = `<?xml version="1.0" encoding="UTF-8"?><wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:gis="http://gis">
<ows:ServiceIdentification><ows:Title>Features of the island</ows:Title></ows:ServiceIdentification>
<FeatureTypeList xmlns="http://www.opengis.net/wfs/2.0"><FeatureType><Name>gis:landslides</Name><Title>Landslides</Title><DefaultCRS>urn:ogc:def:crs:EPSG::2006</DefaultCRS>
<ows:WGS84BoundingBox><ows:LowerCorner>-61.07 13.71</ows:LowerCorner><ows:UpperCorner>-60.88 14.1</ows:UpperCorner></ows:WGS84BoundingBox></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>`

const wmts = (
  site: string,
) => `<?xml version="1.0" encoding="UTF-8"?><Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
<ows:ServiceIdentification><ows:Title>Photographs</ows:Title></ows:ServiceIdentification>
<Contents><Layer><ows:Title>Photographs of 2019</ows:Title><ows:Identifier>photos</ows:Identifier>
<Style isDefault="true"><ows:Identifier>plain</ows:Identifier></Style><Format>image/jpeg</Format><Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>island</TileMatrixSet></TileMatrixSetLink><TileMatrixSetLink><TileMatrixSet>web</TileMatrixSet></TileMatrixSetLink>
<ResourceURL format="image/png" resourceType="tile" template="${site}/photos/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"/></Layer>
<TileMatrixSet><ows:Identifier>island</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::2006</ows:SupportedCRS></TileMatrixSet>
<TileMatrixSet><ows:Identifier>web</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>
${Array.from(
  { length: 13 },
  (_, zoom) =>
    `<TileMatrix><ows:Identifier>web:${zoom}</ows:Identifier><ScaleDenominator>${559082264.0287178 / 2 ** zoom}</ScaleDenominator><TopLeftCorner>-20037508.34 20037508.34</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight></TileMatrix>`,
).join('')}
</TileMatrixSet></Contents></Capabilities>`

const squareOf = (colour: string) =>
  sharp({ create: { width: 256, height: 256, channels: 4, background: colour } })
    .png()
    .toBuffer()

/** What a WMS and a WMTS answer beside their capabilities: red squares and blue ones, so that a test sees whose they are. */
const answerPicture = async (url: URL, response: ServerResponse): Promise<boolean> => {
  const request = url.searchParams.get('request')
  const layer = url.searchParams.get('layers') ?? url.searchParams.get('layer')
  if (url.pathname.startsWith('/photos/')) {
    response.setHeader('Content-Type', 'image/png').end(await squareOf('#0000ff'))
    return true
  }
  if (request === 'GetFeatureInfo') {
    const features = [
      { type: 'Feature', id: 'slide.7', properties: { name: 'Morne Bonin', year: 2010, more: { deep: 1 } } },
    ]
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ type: 'FeatureCollection', features }))
    return true
  }
  if (request !== 'GetMap' && request !== 'GetLegendGraphic') return false
  if (layer === 'gis:landslides')
    response.setHeader('Content-Type', 'image/png').end(await squareOf('#ff0000'))
  // As servers do, with status 200.
  else response.setHeader('Content-Type', 'image/png').end('<ServiceExceptionReport/>')
  return true
}

/** As pygeoapi and GeoServer write them: links with and without types, a box with heights, a second page. */
const apiDocuments = (site: string): Record<string, object> => ({
  '/api': {
    title: 'Data of the island',
    description: 'Everything that was surveyed.',
    links: [
      { rel: 'self', type: 'application/json', href: `${site}/api?f=json` },
      { rel: 'conformance', type: 'application/json', href: `${site}/api/conformance` },
      { rel: 'data', type: 'text/html', href: `${site}/api/collections?f=html` },
      { rel: 'data', type: 'application/json', href: `${site}/api/collections` },
    ],
  },
  '/api/conformance': { conformsTo: ['http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'] },
  '/api/collections': {
    collections: [
      {
        id: 'landslides',
        title: 'Landslides of 2010 & 2013',
        description: 'Mapped after two hurricanes.',
        extent: { spatial: { bbox: [[-61.08, 13.7, 0, -60.87, 14.11, 900]] } },
        crs: ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'http://www.opengis.net/def/crs/EPSG/0/3857'],
        storageCrs: 'http://www.opengis.net/def/crs/EPSG/0/2006',
        links: [],
      },
    ],
    links: [{ rel: 'next', type: 'application/json', href: '/api/collections?offset=1' }],
  },
  '/api/collections?offset=1': { collections: [{ id: 'roads', links: [] }], links: [] },
})

export const openOtherServices = async () => {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(url.pathname + url.search)
    const isCapabilities = url.searchParams.get('request') === 'GetCapabilities'
    if (!isCapabilities && (await answerPicture(url, response))) return
    const documents: Record<string, string> = {
      WMS: wms,
      WFS: wfs,
      WMTS: wmts(`http://${request.headers.host}`),
    }
    const found = url.pathname === '/ows' ? documents[url.searchParams.get('service') ?? ''] : undefined
    const documentOfApi = apiDocuments(`http://${request.headers.host}`)[url.pathname + url.search]
    if (documentOfApi !== undefined)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(documentOfApi))
    else if (found === undefined) response.writeHead(404).end()
    else response.setHeader('Content-Type', 'application/xml').end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}/ows`,
    apiUrl: `http://${host}/api`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
