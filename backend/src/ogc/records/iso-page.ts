/** ISO 19139: one record, and a page of them in the envelope in which CSW sends them, which harvesters read. */
import type { HttpContext } from '../../contract/handler.ts'
import { type IsoDocument, isoMetadata } from '../../metadata/iso19139.ts'
import type { CatalogueEntry, CataloguePage, Titled } from '../../repositories/catalogue.ts'
import { toDistributions } from '../../repositories/distributions.ts'
import { attributes, xml, xmlDocument } from '../../xml/write.ts'

type Face = Pick<HttpContext, 'siteUrl'>

const csw = 'http://www.opengis.net/cat/csw/2.0.2'
const gmd = 'http://www.isotc211.org/2005/gmd'

const toIso = (entry: CatalogueEntry & { successor?: Titled | null }, { siteUrl }: Face): IsoDocument => ({
  metadata: entry.metadata,
  identifier: entry.id,
  distributions: toDistributions(entry.distributions, siteUrl),
  state: entry.isDeprecated ? 'deprecated' : 'published',
  successor: entry.successorId,
})

export const isoRecord = (entry: CatalogueEntry, face: Face): string =>
  xmlDocument(isoMetadata(toIso(entry, face)))

export const isoPage = ({ entries, matched, hasMore }: CataloguePage, offset: number, face: Face): string =>
  xmlDocument(xml`
  <csw:GetRecordsResponse xmlns:csw="${csw}" version="2.0.2">
    <csw:SearchStatus/>
    <csw:SearchResults${attributes({
      numberOfRecordsMatched: matched ?? offset + entries.length,
      numberOfRecordsReturned: entries.length,
      nextRecord: hasMore ? offset + entries.length + 1 : 0,
      recordSchema: gmd,
      elementSet: 'full',
    })}>${entries.map((entry) => isoMetadata(toIso(entry, face)))}</csw:SearchResults>
  </csw:GetRecordsResponse>`)
