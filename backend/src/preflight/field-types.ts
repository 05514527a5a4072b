/** QGIS's types of fields in our words. */
import type { FieldType } from '../domain/probe.ts'

const patterns: readonly (readonly [RegExp, FieldType])[] = [
  [/list|map|json|array|\[\]/, 'string'],
  [/bool/, 'boolean'],
  [/binary|blob|bytea|bytearray/, 'binary'],
  [/datetime|timestamp/, 'datetime'],
  [/^date$/, 'date'],
  // A GeoPackage has no times of day; QGIS writes them as text.
  [/^time/, 'string'],
  [/int|serial|^long$|^short$|^oid$/, 'integer'],
  [/real|double|float|numeric|decimal|number|money/, 'number'],
]

/** What a field is after the export to a GeoPackage; what is not known travels as text. */
export const toFieldType = (qgisType: string): FieldType => {
  const name = qgisType.toLowerCase()
  const found = patterns.find(([pattern]) => pattern.test(name))
  return found ? found[1] : 'string'
}
