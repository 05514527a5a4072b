/** What every screen is given: the session, its state, and words. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Session, State } from '../flows/session.ts'
import type { Speech } from '../words/words.ts'

export type Panel = { session: Session; state: State } & Speech

const PanelContext = createContext<Panel | null>(null)

export const PanelProvider = PanelContext.Provider

export const usePanel = (): Panel => {
  const panel = useContext(PanelContext)
  if (panel === null) throw new Error('A screen was drawn outside the panel.')
  return panel
}
