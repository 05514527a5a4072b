/** A question that has to be answered before anything else. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export const Dialog = ({
  test,
  title,
  onCancel,
  children,
}: {
  test: string
  title: string
  onCancel: () => void
  children: ComponentChildren
}) => {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={`${test}-title`}
      data-test={test}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
    >
      <h2 id={`${test}-title`}>{title}</h2>
      {children}
    </dialog>
  )
}
