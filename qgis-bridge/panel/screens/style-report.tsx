/** What becomes of a style outside QGIS, symbol layer by symbol layer. */
import { say } from '../../../backend/src/preflight/words.ts'
import type { DrawnVerdict, LossItem, StyleVerdict } from '../../../backend/src/styles/loss-report.ts'
import { Badge, Disclosure, type Tone } from '../../../backend/web/ui/blocks.tsx'
import type { LayerWork } from '../flows/session.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'
import { findingCatalogues } from './findings.tsx'

const tones: Record<StyleVerdict, Tone> = {
  exact: 'good',
  approximated: 'info',
  'qml-only': 'warning',
  lost: 'bad',
}

const verdictWords = (words: Words): Record<StyleVerdict, string> => ({
  exact: words.styleExact,
  approximated: words.styleApproximated,
  'qml-only': words.styleQmlOnly,
  lost: words.styleLost,
})

const faces = (words: Words): readonly (readonly ['map' | 'web', string])[] => [
  ['map', words.styleOnMaps],
  ['web', words.styleInBrowsers],
]
const drawnWords = (words: Words): Record<DrawnVerdict, string> => ({
  exact: words.styleDrawnExactly,
  approximated: words.styleDrawnNearly,
  lost: words.styleNotDrawn,
})

/** Where the catalogue draws what SLD cannot say, that is good news and is said as well. */
const Drawn = ({ item }: { item: LossItem }) => {
  const { words } = usePanel()
  if (item.verdict === 'exact') return null
  return (
    <p class="soft" data-map={item.map} data-web={item.web}>
      {faces(words)
        .map(([face, name]) => `${name}: ${drawnWords(words)[item[face]]}`)
        .join(' · ')}
    </p>
  )
}

const Item = ({ item }: { item: LossItem }) => {
  const { words, language } = usePanel()
  const { rule, symbolLayer } = item.where
  const where = [
    rule === null ? '' : words.styleRule(rule),
    symbolLayer === null ? '' : words.styleSymbolLayer(symbolLayer),
  ].filter((text) => text !== '')
  const { cause, remedy } = say(item.message, findingCatalogues[language])
  return (
    <li class="style-item" data-code={item.code} data-verdict={item.verdict}>
      <p>
        <Badge tone={tones[item.verdict]}>{verdictWords(words)[item.verdict]}</Badge>{' '}
        <strong>{item.name}</strong>
        {where.length === 0 ? null : <span class="soft"> {where.join(', ')}</span>}
      </p>
      <p>{cause}</p>
      <Drawn item={item} />
      {remedy === '' ? null : <p class="soft">{remedy}</p>}
    </li>
  )
}

const Carried = ({ style }: { style: NonNullable<LayerWork['style']> }) => {
  const { words } = usePanel()
  const lines = style.assets
    .flatMap(({ name, state }) =>
      state === 'missing'
        ? [words.styleAssetMissing(name)]
        : state === 'too-large'
          ? [words.styleAssetLarge(name)]
          : [],
    )
    .concat(
      style.fonts.flatMap(({ family, isInstalled }) => (isInstalled ? [] : [words.styleFontMissing(family)])),
    )
    .concat(style.sld === null ? [words.styleNoSld] : [])
    .concat(style.sldMessages)
  if (lines.length === 0) return null
  return (
    <ul class="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

const mostRepairs = 20

const Repairs = ({ repairs }: { repairs: LayerWork['repairs'] }) => {
  const { words } = usePanel()
  if (repairs === null || repairs.length === 0) return null
  return (
    <>
      <p>{words.styleRepairs(repairs.length)}</p>
      <ul class="lines">
        {repairs.slice(0, mostRepairs).map(({ code, where, from, to }) => (
          <li key={`${code} ${where ?? ''} ${from} ${to}`} data-repair={code}>
            {where === null ? '' : `${where}: `}
            {from} → {to}
          </li>
        ))}
      </ul>
    </>
  )
}

export const StyleReportPart = ({ work, name }: { work: LayerWork; name: string }) => {
  const { words } = usePanel()
  const { report, style } = work
  if (report === null || style === null) return null
  const { counts } = report
  const rank = { lost: 0, 'qml-only': 1, approximated: 2, exact: 3 }
  const items = report.items.slice().sort((one, other) => rank[one.verdict] - rank[other.verdict])
  const summary = words.styleSummary(counts.exact, counts.approximated, counts['qml-only'], counts.lost)
  return (
    <Disclosure test={`publish.style.${name}`} title={`${words.styleTitle}: ${summary}`}>
      <p class="soft">{words.styleCarried}</p>
      <Carried style={style} />
      <Repairs repairs={work.repairs} />
      <ul class="style-items">
        {items.map((item, at) => (
          <Item key={`${item.code} ${at}`} item={item} />
        ))}
      </ul>
    </Disclosure>
  )
}
