/** What every page that takes a data file shows: where to choose or drop it, and what its reading warned of. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { words } from './context.ts'
import { Notice } from './ui/blocks.tsx'

export const FileDrop = ({
  extensions,
  onFile,
  children,
}: {
  extensions: readonly string[]
  onFile: (file: File | undefined) => void
  /** The hint below. */
  children: ComponentChildren
}) => {
  const [isOver, setOver] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut of the button inside
    <div
      class={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onFile(event.dataTransfer?.files[0])
      }}
    >
      <input
        id="file"
        type="file"
        data-test="file"
        accept={extensions.join(',')}
        onChange={(event) => {
          onFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <label class="button plain" for="file">
        {words.chooseFile}
      </label>{' '}
      {words.dropFile}
      <p class="hint">{children}</p>
    </div>
  )
}

export const ProbeWarnings = ({ list }: { list: readonly { code: string; message: string }[] }) =>
  list.length > 0 ? (
    <Notice tone="warning" title={words.probeWarnings} test="probe-warnings">
      <ul>
        {list.map(({ code, message }) => (
          <li key={code + message}>{message}</li>
        ))}
      </ul>
    </Notice>
  ) : null
