/** Controls bound to members of the metadata: they show the value, take what is typed, and say what is found about it. */
import type { ComponentChildren } from 'preact'
import { words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { Button, Checkbox, type FieldFinding, SelectField, TextField } from '../ui/controls.tsx'
import { useFindings, useForm } from './context.ts'

/** Members whose value is one text. */
type TextMember = {
  [Member in keyof Draft]-?: NonNullable<Draft[Member]> extends string ? Member : never
}[keyof Draft]

type Plain = {
  label: string
  hint?: string
  note?: string
  rows?: number
  maxLength?: number
  type?: 'text' | 'date' | 'url'
  placeholder?: string
}

export const MemberText = ({ member, ...plain }: Plain & { member: TextMember }) => {
  const { editor, state } = useForm()
  return (
    <TextField
      {...plain}
      test={member}
      value={String(state.metadata[member] ?? '')}
      findings={useFindings(member)}
      onInput={(value) => editor.change({ [member]: value })}
    />
  )
}

export type Option = { value: string; label: string }

export const MemberSelect = ({
  member,
  label,
  hint,
  note,
  options,
  isRequired = false,
}: {
  member: TextMember
  label: string
  hint?: string
  note?: string
  options: readonly Option[]
  isRequired?: boolean
}) => {
  const { editor, state } = useForm()
  const value = String(state.metadata[member] ?? '')
  const known = options.some((option) => option.value === value) || value === ''
  return (
    <SelectField
      test={member}
      label={label}
      hint={hint}
      note={note}
      value={value}
      findings={useFindings(member)}
      options={[
        ...(isRequired && value !== '' ? [] : [{ value: '', label: words.choose }]),
        ...options,
        ...(known ? [] : [{ value, label: value }]),
      ]}
      onChange={(chosen) => editor.change({ [member]: chosen === '' ? undefined : chosen })}
    />
  )
}

export const optionsOf = (table: Readonly<Record<string, string>>): Option[] =>
  Object.entries(table).map(([value, label]) => ({ value, label }))

export const FindingList = ({ findings }: { findings: readonly FieldFinding[] }) =>
  findings.length === 0 ? null : (
    <ul class="field-findings">
      {findings.map(({ level, message }) => (
        <li key={message} class={level}>
          {message}
        </li>
      ))}
    </ul>
  )

/** Several texts, one under the other; the last of them is where the next is typed. */
export const TextList = ({
  member,
  legend,
  text,
  labelOf,
  addLabel,
}: {
  member: 'dataSources' | 'processingSteps'
  legend: string
  text: string
  labelOf: (at: number) => string
  addLabel: string
}) => {
  const { editor, state } = useForm()
  const present = state.metadata[member] ?? []
  const texts = present.length === 0 ? [''] : present
  const putAll = (next: string[]) => editor.change({ [member]: next })
  return (
    <fieldset>
      <legend>
        {legend} <span class="note">({words.optional})</span>
      </legend>
      <p class="hint">{text}</p>
      {texts.map((value, at) => (
        <div key={at}>
          <TextField
            test={`${member}.${at + 1}`}
            label={labelOf(at + 1)}
            rows={2}
            value={value}
            onInput={(typed) => putAll(texts.map((one, place) => (place === at ? typed : one)))}
          />
          {texts.length > 1 ? (
            <Button
              test={`${member}.${at + 1}.remove`}
              kind="quiet"
              onClick={() => putAll(texts.filter((_, place) => place !== at))}
            >
              {words.removeOne(labelOf(at + 1))}
            </Button>
          ) : null}
        </div>
      ))}
      <Button test={`${member}.add`} onClick={() => putAll([...texts, ''])}>
        {addLabel}
      </Button>
    </fieldset>
  )
}

export const TickList = ({
  test,
  legend,
  note,
  options,
  chosen,
  findings,
  onChange,
}: {
  test: string
  legend: string
  note?: string
  options: readonly Option[]
  chosen: readonly string[]
  findings: readonly FieldFinding[]
  onChange: (chosen: string[]) => void
}) => (
  <fieldset
    id={test}
    data-test={test}
    class={findings.some(({ level }) => level === 'error') ? 'field wrong' : ''}
  >
    <legend>
      {legend} {note === undefined ? null : <span class="note">({note})</span>}
    </legend>
    <FindingList findings={findings} />
    <div class="tick-list">
      {options.map(({ value, label }) => (
        <Checkbox
          key={value}
          test={`${test}.${value}`}
          label={label}
          isTicked={chosen.includes(value)}
          onChange={(isTicked) =>
            onChange(isTicked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
      ))}
    </div>
  </fieldset>
)

export const Section = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section>
    <h3>{title}</h3>
    {children}
  </section>
)
