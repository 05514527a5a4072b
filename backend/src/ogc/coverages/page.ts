/** A coverage as a page: what its cells hold, and how to ask for them. */
import type { HttpContext } from '../../contract/handler.ts'
import { bandTitle } from '../../domain/coverage.ts'
import type { StoredRaster } from '../../domain/raster.ts'
import { html } from '../../http/html.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { facePage, facts, formatLinks, shownNumber } from '../common/page.ts'
import { extentIn } from './grid.ts'

export const coveragePage = (
  siteTitle: string,
  http: HttpContext,
  {
    collection,
    raster,
    mostValues,
  }: { collection: PublishedCollection; raster: StoredRaster; mostValues: number },
): string => {
  const address = `${http.faceUrl}/collections/${collection.id}/coverage`
  const [west, south, east, north] = extentIn(raster, 4326).map((side) => Number(side.toFixed(4))) as [
    number,
    number,
    number,
    number,
  ]
  const middle = (low: number, high: number, share: number) => Number((low + (high - low) * share).toFixed(4))
  const part = `subset=Lat(${middle(south, north, 0.4)}:${middle(south, north, 0.6)}),Lon(${middle(west, east, 0.4)}:${middle(west, east, 0.6)})`
  return facePage(http, {
    siteTitle,
    title: `${collection.title}: coverage`,
    trail: [
      { title: 'Collections', href: `${http.faceUrl}/collections?f=html` },
      { title: collection.title, href: `${http.faceUrl}/collections/${collection.id}?f=html` },
      { title: 'Coverage' },
    ],
    body: html`<h1>Values of ${collection.title}</h1>
<p class="lead">The cells of this raster as numbers, for computing with: all of it, a part, some bands, or fewer cells.</p>
${facts([
  ['Cells', `${shownNumber(raster.width)} × ${shownNumber(raster.height)} of ${raster.type}`],
  [
    'Bands',
    raster.bands
      .map(
        ({ name, unit }, at) => `${bandTitle({ number: at + 1, name })}${unit === null ? '' : ` (${unit})`}`,
      )
      .join(', '),
  ],
  ['No value', raster.noData === null ? 'every cell has one' : String(raster.noData)],
  ['At once', `${shownNumber(mostValues)} values; the whole raster in one file always`],
])}
<section class="use" aria-labelledby="use">
<h2 id="use">Use these values</h2>
<details open>
<summary>Any program</summary>
<pre tabindex="0"><code>curl -o part.tif '${address}?${part}&amp;f=tiff'
curl -o part.nc '${address}?${part}&amp;f=netcdf'
curl -o small.tif '${address}?width=400&amp;f=tiff'</code></pre>
</details>
<details>
<summary>Python (rasterio)</summary>
<pre tabindex="0"><code>import rasterio
with rasterio.open('${address}?${part}&amp;f=tiff') as part:
    print(part.crs, part.bounds, part.read(1))</code></pre>
</details>
<details>
<summary>Python (xarray)</summary>
<pre tabindex="0"><code>import urllib.request, xarray
urllib.request.urlretrieve('${address}?${part}&amp;f=netcdf', 'part.nc')
part = xarray.open_dataset('part.nc', decode_coords='all')</code></pre>
</details>
<details>
<summary>GDAL</summary>
<pre tabindex="0"><code>gdal_translate OGCAPI:${http.faceUrl}/collections/${collection.id} -oo API=COVERAGE -outsize 800 0 ${collection.id}.tif</code></pre>
</details>
</section>
${formatLinks(http, [
  { title: 'GeoTIFF', href: `${address}?f=tiff` },
  { title: 'netCDF', href: `${address}?f=netcdf` },
  { title: 'CoverageJSON', href: `${address}?width=100&f=covjson` },
])}`,
  })
}
