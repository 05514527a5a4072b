/** Values out of a QML, in both of its dialects: `<prop k v>` up to QGIS 3.26, `<Option name value>` since. */
import { childNamed, childrenNamed, type Markup } from './markup.ts'

export type QgisVersion = readonly [major: number, minor: number, patch: number]

/** '3.22.16-Białowieża' → [3, 22, 16]; what cannot be read counts as the oldest. */
export const toVersion = (text: string | null): QgisVersion => {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '') ?? []
  return [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)]
}

export const isAtLeast = (version: QgisVersion, [major, minor, patch]: QgisVersion): boolean => {
  if (version[0] !== major) return version[0] > major
  if (version[1] !== minor) return version[1] > minor
  return version[2] >= patch
}

export type Properties = Readonly<Record<string, string>>

/** Of a symbol layer, a callout or an effect. QGIS 3.22 writes both dialects; they say the same. */
export const propertiesOf = (element: Markup): Properties => {
  const properties: Record<string, string> = {}
  for (const { attributes } of childrenNamed(element, 'prop')) {
    const key = attributes['k']
    if (key !== undefined) properties[key] = attributes['v'] ?? ''
  }
  for (const map of childrenNamed(element, 'Option'))
    for (const { attributes } of childrenNamed(map, 'Option')) {
      const key = attributes['name']
      if (key !== undefined) properties[key] = attributes['value'] ?? ''
    }
  return properties
}

/** A property that QGIS works out feature by feature: its name, and the field or expression that it comes from. */
export type DataDefined = { name: string; text: string }

export const dataDefinedIn = (collection: Markup | undefined): DataDefined[] => {
  const map = childNamed(collection, 'Option')
  const properties =
    map && childrenNamed(map, 'Option').find(({ attributes }) => attributes['name'] === 'properties')
  if (!properties) return []
  const optionOf = (property: Markup, name: string) =>
    childrenNamed(property, 'Option').find(({ attributes }) => attributes['name'] === name)?.attributes[
      'value'
    ]
  return childrenNamed(properties, 'Option')
    .filter((property) => isTrue(optionOf(property, 'active')))
    .map((property) => {
      const field = optionOf(property, 'field')
      const text = field === undefined ? (optionOf(property, 'expression') ?? '') : `"${field}"`
      return { name: property.attributes['name'] ?? '', text }
    })
}

export const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true'

const groundUnits = ['MapUnit', 'MapUnits', 'RenderMetersInMapUnits', 'MetersInMapUnits']
export const isGroundUnit = (unit: string | undefined): boolean =>
  unit !== undefined && groundUnits.includes(unit)

/** An entry of a table by a name out of a file: 'constructor' is none. */
export const entryOf = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined
