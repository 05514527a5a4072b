/** What facets and their values are called on pages. */
import type { FacetName } from '../../../domain/catalogue-query.ts'
import { topicCategories } from '../../../metadata/code-lists.ts'
import { typeName } from './cards.ts'

export const facetTitles: Record<FacetName, string> = {
  type: 'Kind',
  themes: 'Topic',
  keywords: 'Keyword',
  organization: 'Organisation',
  formats: 'Format',
  language: 'Language',
}

const nameIn = (names: Record<string, string>, code: string): string =>
  Object.hasOwn(names, code) ? (names[code] ?? code) : code

const valueTitles: Partial<Record<FacetName, (value: string) => string>> = {
  type: typeName,
  themes: (value) => nameIn(topicCategories, value),
}

export const valueTitle = (name: FacetName, value: string): string => valueTitles[name]?.(value) ?? value
