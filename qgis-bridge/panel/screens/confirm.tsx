/** A button whose consequences are named before it does anything. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../../backend/web/ui/controls.tsx'
import { usePanel } from './context.ts'

export const ConfirmButton = ({
  test,
  text,
  consequence,
  onConfirm,
  isBusy = false,
  children,
}: {
  test: string
  text: string
  consequence: string
  onConfirm: () => void
  isBusy?: boolean
  children?: ComponentChildren
}) => {
  const { words } = usePanel()
  const [isAsking, setAsking] = useState(false)
  if (!isAsking)
    return (
      <Button test={test} isBusy={isBusy} onClick={() => setAsking(true)}>
        {text}
      </Button>
    )
  return (
    <div class="confirm" role="alertdialog" aria-label={words.confirmQuestion} data-test={`${test}.asking`}>
      <p>{consequence}</p>
      {children}
      <div class="buttons">
        <Button test={`${test}.no`} hasFocus onClick={() => setAsking(false)}>
          {words.cancel}
        </Button>
        <Button
          test={`${test}.yes`}
          kind="danger"
          onClick={() => {
            setAsking(false)
            onConfirm()
          }}
        >
          {text}
        </Button>
      </div>
    </div>
  )
}
