/** The frame of every screen: who we are, where we can go, and what went wrong last. */
import type { ComponentChildren } from 'preact'
import { Busy, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { Screen } from '../flows/session.ts'
import type { Connection } from '../protocol/verbs.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'
import { FailureNotice } from './failure-notice.tsx'

const roleWords = (words: Words): Record<string, string> => ({
  editor: words.roleEditor,
  domain_custodian: words.roleCustodian,
  administrator: words.roleAdministrator,
})

export const sayConnection = (connection: Connection, words: Words): string => {
  const { state, actor } = connection
  if (state === 'connected' && actor !== null)
    return words.connectedAs(actor.name, roleWords(words)[actor.role] ?? actor.role)
  const states = {
    connected: words.connectionUse,
    public: words.connectionPublic,
    refused: words.connectionRefused,
    unreachable: words.connectionUnreachable,
    unknown: words.connectionUnknown,
  }
  return states[state]
}

const ConnectionLine = () => {
  const { session, state, words } = usePanel()
  const { connection } = state
  const text = connection === null ? words.chooseConnection : sayConnection(connection, words)
  const tone = connection === null ? 'unknown' : connection.state
  return (
    <button
      type="button"
      class={`connection-line ${tone}`}
      data-test="shell.connection"
      onClick={() => session.go('connection')}
    >
      <span class="dot" aria-hidden="true" />
      <span class="connection-name">{connection?.name ?? words.appName}</span>
      <span class="connection-state">{text}</span>
    </button>
  )
}

const partOf: Record<Screen, string> = {
  connection: 'connection',
  publish: 'publish',
  metadata: 'publish',
  review: 'publish',
  running: 'publish',
  result: 'publish',
  layer: 'publish',
  catalogue: 'catalogue',
  record: 'catalogue',
  pending: 'pending',
  settings: 'settings',
}

const Tabs = () => {
  const { session, state, words } = usePanel()
  const { screen, pending, runs } = state
  const isRunning = runs.some((run) => run.outcome === null)
  const publishing: Screen = isRunning ? 'running' : runs.length > 0 ? 'result' : 'publish'
  const tabs: { to: Screen; text: string }[] = [
    { to: 'publish', text: words.tabPublish },
    { to: 'catalogue', text: words.tabCatalogue },
    ...(pending.length > 0 ? [{ to: 'pending' as const, text: words.tabUploads(pending.length) }] : []),
    { to: 'settings', text: words.tabSettings },
  ]
  return (
    <nav class="tabs" aria-label={words.mainNavigation}>
      {tabs.map(({ to, text }) => (
        <button
          key={to}
          type="button"
          data-test={`shell.${to}`}
          aria-current={partOf[screen] === to ? 'page' : undefined}
          onClick={() => session.go(to === 'publish' ? publishing : to)}
        >
          {text}
        </button>
      ))}
    </nav>
  )
}

const NoticeLine = () => {
  const { session, state, words } = usePanel()
  const { notice } = state
  if (notice === null) return <div role="status" />
  const word = words[notice.key as keyof Words] as unknown
  const text = typeof word === 'function' ? String(word(notice.count ?? 0)) : String(word)
  return (
    <div role="status">
      <div class="notice good line" data-test="shell.notice">
        <p class="notice-title">{text}</p>
        <Button test="shell.dismiss" kind="quiet" onClick={session.dismiss}>
          {words.close}
        </Button>
      </div>
    </div>
  )
}

const LinkScreen = () => {
  const { session, state, words } = usePanel()
  if (state.link === 'taken-over')
    return (
      <main class="screen" data-screen="taken-over">
        <h1>{words.takenOver}</h1>
        <p>{words.takenOverText}</p>
        <Button test="link.takeOver" kind="main" onClick={session.takeOver}>
          {words.takeOver}
        </Button>
      </main>
    )
  const isLost = state.link === 'lost' || state.hello !== null
  return (
    <main class="screen" data-screen={isLost ? 'lost' : 'connecting'}>
      <h1>{isLost ? words.qgisGone : words.appName}</h1>
      {isLost ? <p>{words.qgisGoneText}</p> : null}
      <Busy text={words.connectingToQgis} />
    </main>
  )
}

export const Shell = ({ children }: { children: ComponentChildren }) => {
  const { state, words } = usePanel()
  if (state.link !== 'open' || state.hello === null) return <LinkScreen />
  return (
    <div class="shell">
      <header class="top">
        <ConnectionLine />
        <Tabs />
      </header>
      <main class="screen" data-screen={state.screen}>
        {state.editing !== null && state.hello.host === 'browser' ? (
          <Notice tone="info" title={words.continueInQgis} test="shell.continueInQgis" isAlert />
        ) : null}
        {state.failure === null ? null : <FailureNotice failure={state.failure} test="shell.failure" />}
        <NoticeLine />
        {children}
      </main>
    </div>
  )
}
