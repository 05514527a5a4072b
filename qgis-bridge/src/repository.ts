/** The plugin repository: the XML that QGIS's plugin manager reads, with one plugin in it. */
import { xml, xmlDocument } from '../../backend/src/xml/write.ts'
import type { Manifest } from './manifest.ts'

/** `3.22` or `3.22.16-Białowieża` as numbers; null when it is no version. */
const toNumbers = (version: string): number[] | null =>
  /^\d{1,3}(?:\.\d{1,3}){0,2}/.exec(version.trim())?.[0].split('.').map(Number) ?? null

/** Negative when `a` is older. Versions of different length are compared over what both have: 4 is not newer than 4.99. */
const compare = (a: number[], b: number[]): number => {
  for (const [at, number] of a.entries()) {
    const other = b[at]
    if (other === undefined) return 0
    if (number !== other) return number - other
  }
  return 0
}

/** Whether the plugin runs in a QGIS of this version; who tells none, or something that is none, is offered it. */
export const runsIn = (manifest: Manifest, qgis: string | undefined): boolean => {
  const version = qgis === undefined ? null : toNumbers(qgis)
  if (version === null) return true
  const [minimum, maximum] = [toNumbers(manifest.qgisMinimumVersion), toNumbers(manifest.qgisMaximumVersion)]
  return compare(version, minimum ?? []) >= 0 && compare(version, maximum ?? []) <= 0
}

/** Where things are; absolute, because QGIS joins relative addresses without the port. */
export type RepositoryAddresses = { download: string; icon: string }

export const toPluginsXml = (
  manifest: Manifest,
  { download, icon }: RepositoryAddresses,
  qgis?: string,
): string =>
  xmlDocument(
    xml`<plugins>${
      runsIn(manifest, qgis) &&
      xml`<pyqgis_plugin name="${manifest.name}" version="${manifest.version}">
  <description>${manifest.description}</description>
  <about>${manifest.about}</about>
  <version>${manifest.version}</version>
  <trusted>False</trusted>
  <qgis_minimum_version>${manifest.qgisMinimumVersion}</qgis_minimum_version>
  <qgis_maximum_version>${manifest.qgisMaximumVersion}</qgis_maximum_version>
  <homepage>${manifest.homepage}</homepage>
  <file_name>${manifest.package}.zip</file_name>
  <icon>${icon}</icon>
  <author_name>${manifest.author}</author_name>
  <author_email>${manifest.email}</author_email>
  <download_url>${download}</download_url>
  <tracker>${manifest.tracker}</tracker>
  <repository>${manifest.repository}</repository>
  <tags>${manifest.tags.join(', ')}</tags>
  <category>${manifest.category}</category>
  <changelog>${manifest.changelog}</changelog>
  <experimental>False</experimental>
  <deprecated>False</deprecated>
  <server>False</server>
</pyqgis_plugin>`
    }</plugins>`,
  )
