/** For search engines: the public records, and what there is for programs instead (sitemaps.org, RFC 9309). */
import type { Catalogue } from '../../repositories/catalogue.ts'
import { xml, xmlDocument } from '../../xml/write.ts'

/** A sitemap may have 50 000 addresses; smaller ones are read sooner. */
export const recordsPerSitemap = 10_000
const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9'

export const sitemapIndex = (count: number, siteUrl: string): string => {
  const parts = Array.from({ length: Math.max(1, Math.ceil(count / recordsPerSitemap)) }, (_, n) => n + 1)
  return xmlDocument(
    xml`<sitemapindex xmlns="${namespace}">${parts.map(
      (part) => xml`<sitemap><loc>${`${siteUrl}/sitemap-${part}.xml`}</loc></sitemap>`,
    )}</sitemapindex>`,
  )
}

/** The first part has the pages beside the records, too. */
export const sitemapPart = async (
  catalogue: Pick<Catalogue, 'listAddresses'>,
  part: number,
  { siteUrl, itemsUrl, pages }: { siteUrl: string; itemsUrl: string; pages: string[] },
): Promise<string | null> => {
  const records = await catalogue.listAddresses({
    limit: recordsPerSitemap,
    offset: (part - 1) * recordsPerSitemap,
  })
  if (part > 1 && records.length === 0) return null
  return xmlDocument(
    xml`<urlset xmlns="${namespace}">${
      part === 1 ? pages.map((path) => xml`<url><loc>${siteUrl + path}</loc></url>`) : []
    }${records.map(
      ({ id, updatedAt }) =>
        xml`<url><loc>${`${itemsUrl}/${id}`}</loc><lastmod>${new Date(updatedAt).toISOString()}</lastmod></url>`,
    )}</urlset>`,
  )
}

/** Pictures of maps are shown by messengers; data and searches without end are not for crawlers. */
export const robots = (siteUrl: string): string => `User-agent: *
Allow: /pygeoapi/collections/*/map?
Allow: /assets/
Disallow: /catalogue?
Disallow: /pygeoapi
Disallow: /ogc
Disallow: /wms
Disallow: /csw
Disallow: /files/
Disallow: /api/
Disallow: /records/collections/metadata:main/items?
Disallow: /metadata-editor
Disallow: /my-records
Disallow: /admin

Sitemap: ${siteUrl}/sitemap.xml
`
