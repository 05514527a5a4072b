/** The columns of a collection as CSV: their names, in the order in which rows have them. */
import { isGeographic } from '../geo/crs.ts'
import type { Collection } from './collection.ts'
import type { FeatureLook } from './feature-query.ts'

type Named = Pick<Collection, 'columns'>

/** A name that no property has, whatever the case: spreadsheets and GDAL look no closer. */
const freeName = ({ columns }: Named, wanted: readonly string[]): string => {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  const found = wanted.find((name) => !taken.has(name.toLowerCase()))
  if (found !== undefined) return found
  for (let name = `${wanted[0]}_`; ; name += '_') if (!taken.has(name.toLowerCase())) return name
}

/** What the id of a feature is called where it stands among its properties; QGIS looks for `id`. */
export const idName = (collection: Named): string => freeName(collection, ['id', 'feature_id', 'fid'])

const geometryNames = (collection: Collection, { crs }: FeatureLook): string[] => {
  const { storageSrid, geometryType, hasZ } = collection
  if (storageSrid === null) return []
  // GDAL and QGIS take a column of this name for the geometry.
  if (geometryType !== 'Point') return [freeName(collection, ['WKT', '_WKT'])]
  const [x, y, z] = isGeographic(crs.epsg) ? ['lon', 'lat', 'height'] : ['x', 'y', 'z']
  return [x, y, ...(hasZ ? [z] : [])].map((name = '') => freeName(collection, [name, `feature_${name}`]))
}

export const csvColumns = (collection: Collection, look: FeatureLook): string[] => [
  idName(collection),
  ...(look.properties ?? collection.columns).map(({ name }) => name),
  ...(look.isGeometrySkipped ? [] : geometryNames(collection, look)),
]

/** The name of a column may be a formula, too. */
const isFormula = (text: string) => /^[=+\-@\t\r\n＝＋－＠]/.test(text)

export const toCsvHeader = (names: readonly string[]): string =>
  names
    .map((name) => (isFormula(name) ? `'${name}` : name))
    .map((name) => (/^[\w.-]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`))
    .join(',')
