/** A page that is drawn for somebody who is signed in; everybody else is asked for a token first (R1.12). */
import type { ComponentChildren } from 'preact'
import { useActor } from './context.ts'
import { siteUrl } from './place.ts'
import type { SignedIn } from './session/session.ts'
import { TokenDialog } from './token-dialog.tsx'

export const ForSignedIn = ({ children }: { children: (actor: SignedIn) => ComponentChildren }) => {
  const actor = useActor()
  return actor === null ? (
    <TokenDialog
      isNeeded
      onDone={() => undefined}
      onCancel={() => {
        location.href = siteUrl
      }}
    />
  ) : (
    children(actor)
  )
}
