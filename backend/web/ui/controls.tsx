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

/** What is said about a value: an error has to be mended, a warning to be thought about. */
export type FieldFinding = { level: 'error' | 'warning'; message: string }

type Said = {
  hint?: string | undefined
  /** A word beside the label, such as 'needed'. */
  note?: string | undefined
  findings?: readonly FieldFinding[] | undefined
}
type FieldFrame = Said & { id: string; label: string; children: ComponentChildren }

const isWrong = ({ findings = [] }: Said): boolean => findings.some(({ level }) => level === 'error')

/** Hint and findings belong to the control for those who hear it. */
const describedBy = (id: string, { hint, findings = [] }: Said): string | undefined =>
  [hint === undefined ? '' : `${id}-hint`, findings.length === 0 ? '' : `${id}-findings`]
    .filter((part) => part !== '')
    .join(' ') || undefined

const Frame = ({ id, label, hint, note, findings = [], children }: FieldFrame) => (
  <div class={isWrong({ findings }) ? 'field wrong' : 'field'}>
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
    {findings.length === 0 ? null : (
      <ul class="field-findings" id={`${id}-findings`}>
        {findings.map(({ level, message }) => (
          <li key={message} class={level}>
            {message}
          </li>
        ))}
      </ul>
    )}
  </div>
)

type TextProps = Said & {
  test: string
  label: string
  value: string
  onInput: (value: string) => void
  placeholder?: string
  rows?: number
  maxLength?: number
  onEnter?: () => void
  type?: 'text' | 'date' | 'email' | 'url' | 'password' | 'search'
  /** Which keyboard a phone shows. */
  inputMode?: 'text' | 'decimal' | 'numeric' | 'email' | 'url'
  /** What browsers may fill in by themselves; off by default, because entries are about datasets. */
  autoComplete?: string
}

export const TextField = ({
  test,
  label,
  value,
  onInput,
  hint,
  note,
  findings,
  placeholder,
  rows,
  maxLength,
  onEnter,
  type = 'text',
  inputMode,
  autoComplete = 'off',
}: TextProps) => {
  const shared = {
    id: test,
    'data-test': test,
    value,
    placeholder,
    maxLength,
    'aria-describedby': describedBy(test, { hint, findings }),
    'aria-invalid': isWrong({ findings }) || undefined,
  }
  return (
    <Frame id={test} label={label} hint={hint} note={note} findings={findings}>
      {rows === undefined ? (
        <input
          {...shared}
          // Preact's types know one kind at a time.
          type={type as 'text'}
          inputMode={inputMode}
          autoComplete={autoComplete}
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
  findings,
}: Said & {
  test: string
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
}) => (
  <Frame id={test} label={label} hint={hint} note={note} findings={findings}>
    <select
      id={test}
      data-test={test}
      value={value}
      aria-describedby={describedBy(test, { hint, findings })}
      aria-invalid={isWrong({ findings }) || undefined}
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
