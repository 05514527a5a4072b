/** Fields about a dataset that the editor and the public form share (C3). */
import { useState } from 'preact/hooks'
import { topicCategories } from '../../src/metadata/code-lists.ts'
import { words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { SelectField, TextField } from '../ui/controls.tsx'
import { useFindings, useForm } from './context.ts'
import { FindingList, MemberText, optionsOf, TickList } from './fields.tsx'
import { isSame } from './merge.ts'
import { layerOf } from './store.ts'

type DateKind = keyof NonNullable<Draft['dates']>

export const DatasetDates = () => {
  const { editor, state } = useForm()
  const dates = state.metadata.dates ?? {}
  const missing = useFindings('dates', { isExact: true })
  const findings: Record<DateKind, ReturnType<typeof useFindings>> = {
    creation: useFindings('dates.creation'),
    publication: useFindings('dates.publication'),
    revision: useFindings('dates.revision'),
  }
  return (
    <fieldset id="dates" class={missing.length > 0 ? 'field wrong' : ''}>
      <legend>
        {words.datasetDates} <span class="note">({words.needed})</span>
      </legend>
      <p class="hint">{words.datasetDatesText}</p>
      <FindingList findings={missing} />
      <div class="pair">
        {(['creation', 'publication', 'revision'] as const).map((kind) => (
          <TextField
            key={kind}
            test={`dates.${kind}`}
            type="date"
            label={words.dateKinds[kind]}
            value={dates[kind] ?? ''}
            findings={findings[kind]}
            onInput={(day) => editor.change({ dates: { ...dates, [kind]: day === '' ? undefined : day } })}
          />
        ))}
      </div>
    </fieldset>
  )
}

export const TemporalExtent = () => {
  const { editor, state } = useForm()
  const extent = state.metadata.temporalExtent ?? {}
  const endFindings = useFindings('temporalExtent.end')
  const beginFindings = useFindings('temporalExtent.begin')
  const put = (part: 'begin' | 'end') => (day: string) =>
    editor.change({ temporalExtent: { ...extent, [part]: day === '' ? undefined : day } })
  return (
    <fieldset>
      <legend>{words.temporalExtent}</legend>
      <div class="pair">
        <TextField
          test="temporalExtent.begin"
          type="date"
          label={words.begin}
          value={extent.begin ?? ''}
          findings={beginFindings}
          onInput={put('begin')}
        />
        <TextField
          test="temporalExtent.end"
          type="date"
          label={words.end}
          hint={words.endHint}
          value={extent.end ?? ''}
          findings={endFindings}
          onInput={put('end')}
        />
      </div>
    </fieldset>
  )
}

const splitKeywords = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]

/** A text while it is typed: a comma at its end is not a keyword yet. */
export const Keywords = () => {
  const { editor, state } = useForm()
  const keywords = state.metadata.keywords ?? []
  const [text, setText] = useState(keywords.join(', '))
  return (
    <TextField
      test="keywords"
      label={words.keywords}
      hint={words.keywordsHint}
      note={words.optional}
      value={isSame(splitKeywords(text), keywords) ? text : keywords.join(', ')}
      findings={useFindings('keywords')}
      onInput={(typed) => {
        const next = splitKeywords(typed)
        setText(typed)
        editor.change({ keywords: next.length === 0 ? undefined : next })
      }}
    />
  )
}

export const Topics = () => {
  const { editor, state } = useForm()
  const isAboutTopics = ['dataset', 'series', undefined].includes(state.metadata.resourceType)
  return (
    <TickList
      test="topicCategories"
      legend={words.topics}
      note={isAboutTopics ? words.needed : words.optional}
      options={optionsOf(topicCategories)}
      chosen={state.metadata.topicCategories ?? []}
      findings={useFindings('topicCategories')}
      onChange={(chosen) =>
        editor.change({
          topicCategories: chosen.length === 0 ? undefined : (chosen as Draft['topicCategories']),
        })
      }
    />
  )
}

export const Crs = () => {
  const { state, editor } = useForm()
  const offered = state.settings?.crsList ?? []
  const value = state.metadata.crs ?? ''
  const options = offered.map(({ epsg, name }) => ({
    value: `EPSG:${epsg}`,
    label: `EPSG:${epsg} – ${name}`,
  }))
  const isOffered = value === '' || options.some((option) => option.value === value)
  const epsg = layerOf(state)?.crs?.epsg
  return (
    <SelectField
      test="crs"
      label={words.crs}
      note={epsg && value === `EPSG:${epsg}` ? words.detected : undefined}
      hint={epsg ? words.crsFromFile(`EPSG:${epsg}`) : undefined}
      value={value}
      findings={useFindings('crs')}
      options={[
        { value: '', label: words.choose },
        ...options,
        ...(isOffered ? [] : [{ value, label: words.crsOther(value) }]),
      ]}
      onChange={(chosen) => editor.change({ crs: chosen === '' ? undefined : chosen })}
    />
  )
}

export const Conditions = ({
  member,
  label,
}: {
  member: 'useConditions' | 'accessConditions'
  label: string
}) => {
  const { editor, state } = useForm()
  return (
    <>
      <MemberText member={member} label={label} note={words.needed} rows={3} maxLength={20000} />
      {(state.metadata[member] ?? '').trim() === '' ? (
        <div class="actions">
          {[words.noConditions, words.conditionsUnknown].map((text) => (
            <button
              key={text}
              type="button"
              class="button plain small"
              data-test={`${member}.${text}`}
              onClick={() => editor.change({ [member]: text })}
            >
              {text}
            </button>
          ))}
        </div>
      ) : null}
    </>
  )
}
