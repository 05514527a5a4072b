/** The dialog that asks for a token (R1.9, R1.12, R1.14). */
import { useEffect, useRef, useState } from 'preact/hooks'
import { session, words } from './context.ts'
import { siteUrl } from './place.ts'
import { Notice } from './ui/blocks.tsx'
import { Button, Checkbox, TextField } from './ui/controls.tsx'

/** `isNeeded`: the page cannot go on without one. */
export const TokenDialog = ({
  isNeeded,
  onDone,
  onCancel,
}: {
  isNeeded: boolean
  onDone: () => void
  onCancel: () => void
}) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const [token, setToken] = useState('')
  const [isToStay, setToStay] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(session.wasRefused() ? words.tokenDropped : null)

  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector('input')?.focus()
  }, [])

  const signIn = async () => {
    if (token.trim() === '') {
      setFailure(words.tokenEmpty)
      return
    }
    setBusy(true)
    const failed = await session.signIn(token, { isToStay })
    setBusy(false)
    if (failed === null) {
      onDone()
      return
    }
    const said = {
      refused: words.tokenRefused,
      'too-often': words.tooOften,
      offline: words.serverUnreachable,
    }
    setFailure(said[failed.reason])
    dialog.current?.querySelector('input')?.select()
  }

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="token-title"
      data-test="signin-modal"
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          void signIn()
        }}
      >
        <h2 id="token-title">{isNeeded ? words.tokenNeededTitle : words.signInTitle}</h2>
        <p>
          {isNeeded ? words.tokenNeededText : words.signInText} {isToStay ? null : words.tokenKept}
        </p>
        {failure === null ? null : <Notice tone="bad" title={failure} test="signin-failure" isAlert />}
        <TextField test="token" type="password" label={words.token} value={token} onInput={setToken} />
        <Checkbox test="stay" label={words.staySignedIn} isTicked={isToStay} onChange={setToStay} />
        <div class="actions">
          <button
            type="submit"
            class="button main"
            data-test="signin-confirm"
            disabled={isBusy}
            aria-busy={isBusy}
          >
            {isBusy ? words.signingIn : words.signIn}
          </button>
          <Button test="signin-cancel" kind="quiet" onClick={onCancel}>
            {words.cancel}
          </Button>
        </div>
      </form>
      {isNeeded ? (
        <div class="aside">
          <h3>{words.noToken}</h3>
          <p>
            {words.noTokenText}{' '}
            <a href={`${siteUrl}/submit`} data-test="submit-data">
              {words.submitData}
            </a>
          </p>
        </div>
      ) : null}
    </dialog>
  )
}
