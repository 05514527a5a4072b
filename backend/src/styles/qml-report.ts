/** How much of a QGIS style survives in the SLD that QGIS writes, symbol layer by symbol layer, read from the QML. */
import type { Markup } from './markup.ts'

export type StyleVerdict = 'exact' | 'approximated' | 'qml-only' | 'lost'
export type StylePart =
  | 'renderer'
  | 'category'
  | 'symbol-layer'
  | 'symbol'
  | 'label'
  | 'diagram'
  | 'effect'
  | 'blending'
  | 'data-defined'
  | 'layer'
  | 'raster'

export type StyleItem = {
  /** 'STY-201': stable for ever; words.ts has its sentence. */
  code: string
  verdict: StyleVerdict
  part: StylePart
  /** QGIS's own name: 'SimpleFill', 'RuleRenderer'. */
  name: string
  where: {
    /** Label of the category, range or rule; null for a style without. */
    rule: string | null
    /** Counted from 1, within the symbol; null when it is not about one. */
    symbolLayer: number | null
    /** How deep within markers of lines, outlines of fills and the like; 0 at the top. */
    depth: number
  }
  message: { key: string; values: Readonly<Record<string, string | number>> }
}

export type StyleReport = {
  /** '3.22.16-Białowieża'; null when the style does not say. */
  qgisVersion: string | null
  renderer: string | null
  items: StyleItem[]
  counts: Record<StyleVerdict, number>
  worst: StyleVerdict
}

export const reportQml = (_qml: Markup): StyleReport => {
  throw new Error('not written yet')
}
