/** What is below a map: its colour, and that of places which the coordinate system does not have. */
import { mapProblems } from '../../domain/problems/maps.ts'
import { readColour } from '../../styles/colour.ts'

export type BackgroundQuery = {
  bgcolor?: string
  transparent?: boolean
  'void-color'?: string
  'void-transparent'?: boolean
}

export const demandColour = (parameter: string, text: string): string => {
  const found = readColour(text)
  if (found !== null && found.alpha === undefined) return found.color
  throw mapProblems.mapViewWrong({
    why: `${parameter} is '${text.slice(0, 40)}'; expected six hexadecimal digits such as 0xFFFFFF, or the name of a colour such as white.`,
  })
}

/** The contract fills in its defaults, so what was really given is asked of `given`. */
export const readBackground = (
  query: BackgroundQuery,
  { given, hasAlpha }: { given: (name: string) => boolean; hasAlpha: boolean },
): { color: string | null; void: string | null } => {
  const color = demandColour('bgcolor', query.bgcolor ?? '0xFFFFFF')
  const isTransparent = hasAlpha && (query.transparent ?? !given('bgcolor'))
  const voidColor =
    query['void-color'] === undefined ? color : demandColour('void-color', query['void-color'])
  const isVoidTransparent = hasAlpha && (query['void-transparent'] ?? isTransparent)
  return { color: isTransparent ? null : color, void: isVoidTransparent ? null : voidColor }
}
