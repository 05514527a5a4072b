/** The controls of every form: plain elements with a label, a name for tests, and room for a hint. */
import type { ComponentChildren, TargetedEvent } from 'preact'

type Kind = 'plain' | 'main' | 'danger' | 'quiet'

export const Button = ({
  test,
  children,
  onClick,
  kind = 'plain',
  isDisabled = false,
  isBusy = false,
  label,
  hasFocus = false,
}: {
  test: string
  children: ComponentChildren
  onClick: () => void
  kind?: Kind
  isDisabled?: boolean
  isBusy?: boolean
  /** Where the text alone would not say which thing it is about. */
  label?: string
  hasFocus?: boolean
}) => (
  <button
    type="button"
    class={`button ${kind}`}
    data-test={test}
    disabled={isDisabled || isBusy}
    aria-busy={isBusy}
    aria-label={label}
    onClick={onClick}
    ref={(element) => {
      if (hasFocus && element && element.dataset['focused'] === undefined) {
        element.dataset['focused'] = 'yes'
        element.focus()
      }
    }}
  >
    {children}
  </button>
)

export const Checkbox = ({
  test,
  label,
  isTicked,
  isMixed = false,
  isDisabled = false,
  isLabelHidden = false,
  onChange,
}: {
  test: string
  label: string
  isTicked: boolean
  isMixed?: boolean
  isDisabled?: boolean
  isLabelHidden?: boolean
  onChange: (isTicked: boolean) => void
}) => (
  <label class="checkbox">
    <input
      type="checkbox"
      data-test={test}
      checked={isTicked}
      disabled={isDisabled}
      ref={(element) => {
        if (element) element.indeterminate = isMixed
      }}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span class={isLabelHidden ? 'hidden' : ''}>{label}</span>
  </label>
)

type FieldFrame = { id: string; label: string; hint?: string; note?: string; children: ComponentChildren }

const Frame = ({ id, label, hint, note, children }: FieldFrame) => (
  <div class="field">
    <label for={id}>
      {label}
      {note === undefined ? null : <span class="note"> ({note})</span>}
    </label>
    {children}
    {hint === undefined ? null : (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
  </div>
)

type TextProps = {
  test: string
  label: string
  value: string
  onInput: (value: string) => void
  hint?: string
  /** A word beside the label, such as 'needed'. */
  note?: string | undefined
  placeholder?: string
  rows?: number
  maxLength?: number
  onEnter?: () => void
}

export const TextField = ({
  test,
  label,
  value,
  onInput,
  hint,
  note,
  placeholder,
  rows,
  maxLength,
  onEnter,
}: TextProps) => {
  const shared = {
    id: test,
    'data-test': test,
    value,
    placeholder,
    maxLength,
    'aria-describedby': hint === undefined ? undefined : `${test}-hint`,
  }
  return (
    <Frame
      id={test}
      label={label}
      {...(hint !== undefined && { hint })}
      {...(note !== undefined && { note })}
    >
      {rows === undefined ? (
        <input
          {...shared}
          type="text"
          onInput={(event: TargetedEvent<HTMLInputElement>) => onInput(event.currentTarget.value)}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.keyCode === 13) onEnter?.()
          }}
        />
      ) : (
        <textarea
          {...shared}
          rows={rows}
          onInput={(event: TargetedEvent<HTMLTextAreaElement>) => onInput(event.currentTarget.value)}
        />
      )}
    </Frame>
  )
}

export const SelectField = ({
  test,
  label,
  value,
  options,
  onChange,
  hint,
  note,
}: {
  test: string
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
  hint?: string
  note?: string | undefined
}) => (
  <Frame id={test} label={label} {...(hint !== undefined && { hint })} {...(note !== undefined && { note })}>
    <select
      id={test}
      data-test={test}
      value={value}
      aria-describedby={hint === undefined ? undefined : `${test}-hint`}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>
          {option.label}
        </option>
      ))}
    </select>
  </Frame>
)
