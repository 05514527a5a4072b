/** The metadata of one layer: prefilled from QGIS, or from the record where it is published. */
import { useState } from 'preact/hooks'
import { Disclosure } from '../../../backend/web/ui/blocks.tsx'
import { Button, Checkbox, SelectField, TextField } from '../../../backend/web/ui/controls.tsx'
import type { Draft } from '../flows/session.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'
import { Findings } from './findings.tsx'

type Party = NonNullable<Draft['pointsOfContact']>[number]

const languageOptions = (words: Words, present: string | undefined) => {
  const known = [
    { value: 'eng', label: words.languageEnglish },
    { value: 'fra', label: words.languageFrench },
    { value: 'spa', label: words.languageSpanish },
    { value: 'nld', label: words.languageDutch },
    { value: 'por', label: words.languagePortuguese },
    { value: 'acf', label: words.languageCreole },
  ]
  const isKnown = present === undefined || present === 'und' || known.some(({ value }) => value === present)
  // ISO 639-2 has a code for what is not known, too.
  return [{ value: present === 'und' ? 'und' : '', label: words.unknown }]
    .concat(known)
    .concat(isKnown || present === undefined ? [] : [{ value: present, label: present }])
}

const Contact = ({
  party,
  at,
  onChange,
  onRemove,
}: {
  party: Party
  at: number
  onChange: (party: Party) => void
  onRemove: () => void
}) => {
  const { words } = usePanel()
  const test = `metadata.contact.${at}`
  const put = (member: 'individualName' | 'organisation' | 'email') => (value: string) =>
    onChange({ ...party, [member]: value === '' ? undefined : value })
  return (
    <fieldset class="card">
      <legend>{`${words.fieldContact} ${at}`}</legend>
      <TextField
        test={`${test}.name`}
        label={words.fieldContactName}
        value={party.individualName ?? ''}
        onInput={put('individualName')}
      />
      <TextField
        test={`${test}.organisation`}
        label={words.fieldContactOrganisation}
        value={party.organisation ?? ''}
        onInput={put('organisation')}
      />
      <TextField
        test={`${test}.email`}
        label={words.fieldContactEmail}
        note={words.needed}
        value={party.email ?? ''}
        onInput={put('email')}
      />
      <SelectField
        test={`${test}.role`}
        label={words.fieldContactRole}
        value={party.role}
        options={Object.keys(words.roles).map((value) => ({
          value,
          label: words.roles[value as Party['role']],
        }))}
        onChange={(role) => onChange({ ...party, role: role as Party['role'] })}
      />
      <Button test={`${test}.remove`} kind="quiet" label={words.fieldContactRemove(at)} onClick={onRemove}>
        {words.remove}
      </Button>
    </fieldset>
  )
}

const splitKeywords = (text: string): string[] =>
  Array.from(
    new Set(
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
  )

/** Keeps the text as it is typed, because a comma at its end is not a keyword yet. */
const Keywords = ({ keywords, onChange }: { keywords: string[]; onChange: (keywords: string[]) => void }) => {
  const { words } = usePanel()
  const [text, setText] = useState(keywords.join(', '))
  return (
    <TextField
      test="metadata.keywords"
      label={words.fieldKeywords}
      hint={words.fieldKeywordsHint}
      value={text}
      onInput={(value) => {
        setText(value)
        onChange(splitKeywords(value))
      }}
    />
  )
}

export const MetadataScreen = () => {
  const { session, state, words } = usePanel()
  const layer = state.subject ?? ''
  const facts = session.factsOf(layer)
  const work = state.works[layer]
  if (facts === undefined || work === undefined) return null
  const { form, published } = work
  const { metadata } = form
  const put = (change: Partial<Draft>) => session.change(layer, { metadata: { ...metadata, ...change } })
  const putText =
    (member: 'title' | 'abstract' | 'lineageStatement' | 'useConditions' | 'accessConditions') =>
    (value: string) =>
      put({ [member]: value === '' ? undefined : value })
  const putDay = (member: 'creation' | 'publication' | 'revision') => (value: string) =>
    put({ dates: { ...metadata.dates, [member]: value === '' ? undefined : value } })
  const parties = metadata.pointsOfContact ?? []
  /** The same people answer for the record, unless it says otherwise already. */
  const putParties = (pointsOfContact: Party[]) => {
    const isShared =
      JSON.stringify(metadata.contacts ?? []) === JSON.stringify(parties) ||
      (metadata.contacts ?? []).length === 0
    put({ pointsOfContact, ...(isShared && { contacts: pointsOfContact }) })
  }
  const hasCollection = published?.kind === 'record' && published.record.collection !== null
  const collectionId = form.collectionId ?? state.collectionIds[layer] ?? ''
  const topics = metadata.topicCategories ?? []
  type Topic = NonNullable<Draft['topicCategories']>[number]
  const toggleTopic = (topic: Topic, isOn: boolean) => {
    const others = topics.filter((one) => one !== topic)
    const chosen = isOn ? others.concat([topic]) : others
    // Without a topic the member is absent, which the checks before publishing explain.
    put({ topicCategories: chosen.length === 0 ? undefined : chosen })
  }
  return (
    <>
      <h1>{words.metadataFor(facts.name)}</h1>
      <Disclosure test="metadata.findings" title={words.findingsTitle}>
        <Findings layer={layer} />
      </Disclosure>
      <TextField
        test="metadata.title"
        label={words.fieldTitle}
        note={words.needed}
        value={metadata.title ?? ''}
        maxLength={500}
        onInput={putText('title')}
      />
      {hasCollection ? (
        <p class="soft" data-test="metadata.collectionId">
          {words.planAddress(collectionId)}
        </p>
      ) : (
        <TextField
          test="metadata.collectionId"
          label={words.fieldCollectionId}
          hint={words.fieldCollectionIdHint}
          value={collectionId}
          maxLength={63}
          onInput={(value) => session.change(layer, { collectionId: value === '' ? null : value })}
        />
      )}
      <TextField
        test="metadata.abstract"
        label={words.fieldAbstract}
        note={words.needed}
        rows={4}
        value={metadata.abstract ?? ''}
        onInput={putText('abstract')}
      />
      <Keywords
        key={layer}
        keywords={metadata.keywords ?? []}
        onChange={(keywords) => put({ keywords: keywords.length === 0 ? undefined : keywords })}
      />
      <Disclosure
        test="metadata.topics"
        title={`${words.fieldTopics} (${words.needed}): ${topics.map((topic) => words.topics[topic]).join(', ') || words.none}`}
      >
        {(Object.keys(words.topics) as Topic[]).map((topic) => (
          <Checkbox
            key={topic}
            test={`metadata.topic.${topic}`}
            label={words.topics[topic]}
            isTicked={topics.indexOf(topic) >= 0}
            onChange={(isOn) => toggleTopic(topic, isOn)}
          />
        ))}
      </Disclosure>
      {parties.map((party, at) => (
        <Contact
          key={at}
          party={party}
          at={at + 1}
          onChange={(changed) => putParties(parties.map((one, index) => (index === at ? changed : one)))}
          onRemove={() => putParties(parties.filter((_, index) => index !== at))}
        />
      ))}
      <Button
        test="metadata.contact.add"
        onClick={() => putParties(parties.concat([{ role: 'pointOfContact' }]))}
      >
        {words.fieldContactAdd}
      </Button>
      <div class="columns">
        <TextField
          test="metadata.creation"
          label={words.fieldCreation}
          placeholder={words.fieldDateHint}
          value={metadata.dates?.creation ?? ''}
          maxLength={10}
          onInput={putDay('creation')}
        />
        <TextField
          test="metadata.publication"
          label={words.fieldPublication}
          placeholder={words.fieldDateHint}
          value={metadata.dates?.publication ?? ''}
          maxLength={10}
          onInput={putDay('publication')}
        />
        <TextField
          test="metadata.revision"
          label={words.fieldRevision}
          placeholder={words.fieldDateHint}
          value={metadata.dates?.revision ?? ''}
          maxLength={10}
          onInput={putDay('revision')}
        />
      </div>
      <div class="columns">
        <SelectField
          test="metadata.language"
          label={words.fieldLanguage}
          value={metadata.language ?? ''}
          options={languageOptions(words, metadata.language)}
          onChange={(language) => put({ language: language === '' ? undefined : language })}
        />
        <SelectField
          test="metadata.resourceLanguage"
          label={words.fieldResourceLanguage}
          value={metadata.resourceLanguage ?? ''}
          options={languageOptions(words, metadata.resourceLanguage)}
          onChange={(language) => put({ resourceLanguage: language === '' ? undefined : language })}
        />
      </div>
      <TextField
        test="metadata.lineage"
        label={words.fieldLineage}
        note={words.needed}
        rows={3}
        value={metadata.lineageStatement ?? ''}
        onInput={putText('lineageStatement')}
      />
      <TextField
        test="metadata.useConditions"
        label={words.fieldUseConditions}
        note={words.needed}
        rows={2}
        value={metadata.useConditions ?? ''}
        onInput={putText('useConditions')}
      />
      <TextField
        test="metadata.accessConditions"
        label={words.fieldAccessConditions}
        note={words.needed}
        rows={2}
        value={metadata.accessConditions ?? ''}
        onInput={putText('accessConditions')}
      />
      {state.domains.length === 0 || published?.kind === 'record' ? null : (
        <SelectField
          test="metadata.domain"
          label={words.fieldDomain}
          value={form.domainId ?? ''}
          options={[{ value: '', label: words.fieldDomainNone }].concat(
            state.domains.map(({ id, title }) => ({ value: id, label: title })),
          )}
          onChange={(domain) => session.change(layer, { domainId: domain === '' ? null : domain })}
        />
      )}
      <Checkbox
        test="metadata.writeBack"
        label={words.metadataWriteBack}
        isTicked={form.writeBack}
        onChange={(writeBack) => session.change(layer, { writeBack })}
      />
      {state.ticked.length < 2 ? null : (
        <div class="card">
          <p class="soft">{words.metadataDefaultsText}</p>
          <Button test="metadata.defaults" onClick={() => session.useDefaults(layer)}>
            {words.metadataDefaults}
          </Button>
        </div>
      )}
      <div class="buttons end">
        <Button test="metadata.done" kind="main" onClick={() => session.go('publish')}>
          {words.metadataDone}
        </Button>
      </div>
    </>
  )
}
