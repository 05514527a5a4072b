/** Other people's web services, as GeoServer answers: capabilities of a WMS, a WFS and a WMTS at `/ows`. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

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

export const openOtherServices = async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(url.search)
    const documents: Record<string, string> = { WMS: wms, WFS: wfs }
    const found = url.pathname === '/ows' ? documents[url.searchParams.get('service') ?? ''] : undefined
    if (found === undefined) response.writeHead(404).end()
    else response.setHeader('Content-Type', 'application/xml').end(found)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}/ows`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
