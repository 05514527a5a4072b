/** A request as it came, by parameters or as XML, before anybody asks whether it makes sense. */
import type { XmlElement } from '../../xml/read.ts'

export type RawRequest = {
  operation: string | null
  /** By names in lower case: service, version, resulttype, outputschema … */
  values: Map<string, string>
  /** By names in lower case: typenames, elementname, id, sections, acceptversions, propertyname, parametername. */
  lists: Map<string, string[]>
  sort: { name: string; isDescending: boolean }[]
  constraint: { kind: 'cql'; text: string } | { kind: 'filter'; filter: XmlElement } | null
  isXml: boolean
}
