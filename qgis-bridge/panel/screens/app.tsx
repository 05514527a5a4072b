/** The panel: the screen that is open, in QGIS's colours and the analyst's language. */
import type { ComponentType } from 'preact'
import { useEffect, useLayoutEffect, useReducer } from 'preact/hooks'
import type { Screen, Session } from '../flows/session.ts'
import { createSpeech, toLanguage } from '../words/words.ts'
import { CatalogueScreen } from './catalogue.tsx'
import { ConnectionScreen } from './connection.tsx'
import { PanelProvider } from './context.ts'
import { LayerScreen } from './layer.tsx'
import { MetadataScreen } from './metadata.tsx'
import { PendingScreen } from './pending.tsx'
import { PublishScreen } from './publish.tsx'
import { RecordScreen } from './record.tsx'
import { ResultScreen } from './result.tsx'
import { ReviewScreen } from './review.tsx'
import { RunningScreen } from './running.tsx'
import { SettingsScreen } from './settings.tsx'
import { Shell } from './shell.tsx'
import { applyTheme } from './theme.ts'

const screens: Record<Screen, ComponentType> = {
  connection: ConnectionScreen,
  publish: PublishScreen,
  metadata: MetadataScreen,
  review: ReviewScreen,
  running: RunningScreen,
  result: ResultScreen,
  layer: LayerScreen,
  catalogue: CatalogueScreen,
  record: RecordScreen,
  pending: PendingScreen,
  settings: SettingsScreen,
}

export const App = ({ session }: { session: Session }) => {
  const [, redraw] = useReducer<number, void>((count) => count + 1, 0)
  // Before the first paint: a hidden dock paints late, and what changes until then would never be drawn.
  useLayoutEffect(() => session.subscribe(() => redraw()), [session])
  const state = session.get()
  const { theme, settings, hello, screen, subject } = state
  useEffect(() => {
    if (theme !== null) applyTheme(document.documentElement, theme)
  }, [theme])
  const language = toLanguage(settings?.locale ?? 'auto', hello?.locale ?? 'en')
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  // A new screen begins at its top, for eyes and for screen readers.
  useEffect(() => {
    window.scrollTo(0, 0)
  }, [screen, subject])
  const Current = screens[screen]
  return (
    <PanelProvider value={{ session, state, ...createSpeech(language) }}>
      <Shell>
        <Current />
      </Shell>
    </PanelProvider>
  )
}
