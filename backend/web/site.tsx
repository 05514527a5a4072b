/** On every page: who is signed in, in the navigation (R1.9–R1.11). The page itself works without it. */
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { session, useActor, words } from './context.ts'
import { adminUrl, editorUrl, myRecordsUrl } from './place.ts'
import { TokenDialog } from './token-dialog.tsx'
import { Button } from './ui/controls.tsx'

/** A menu that closes on Escape and on a press elsewhere. */
const AccountMenu = () => {
  const actor = useActor()
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const isInside = event.target instanceof Node && (menu.current?.contains(event.target) ?? false)
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape'
      if (menu.current && (isEscape || (event.type === 'click' && !isInside))) menu.current.open = false
    }
    addEventListener('click', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('click', close)
      removeEventListener('keydown', close)
    }
  }, [])
  if (actor === null) return null
  return (
    <details class="menu" ref={menu}>
      <summary data-test="account">{words.account(actor.name, words.roles[actor.role])}</summary>
      <div class="menu-body">
        <p>{words.roleMeans[actor.role]}</p>
        <p class="none">{words.signOutMeans}</p>
        <Button test="signout" onClick={session.signOut}>
          {words.signOut}
        </Button>
      </div>
    </details>
  )
}

const SessionArea = () => {
  const actor = useActor()
  const [isAsking, setAsking] = useState(false)
  const here = location.href.split(/[?#]/)[0] ?? ''
  const current = (url: string) => (here.startsWith(url.split('?')[0] ?? '') ? 'page' : undefined)
  if (actor !== null)
    return (
      <>
        <a href={myRecordsUrl} aria-current={current(myRecordsUrl)} data-test="my-records">
          {words.myRecords}
        </a>
        <a href={editorUrl()} data-test="new-record">
          {words.newRecord}
        </a>
        {actor.role === 'administrator' ? (
          <a href={adminUrl} aria-current={current(adminUrl)} data-test="admin">
            {words.administration}
          </a>
        ) : null}
        <AccountMenu />
      </>
    )
  return (
    <>
      <Button test="signin" onClick={() => setAsking(true)}>
        {words.signIn}
      </Button>
      {isAsking ? (
        <TokenDialog isNeeded={false} onDone={() => setAsking(false)} onCancel={() => setAsking(false)} />
      ) : null}
    </>
  )
}

const area = document.getElementById('session')
if (area) render(<SessionArea />, area)
