/** The form for submissions: three calm sections, one at a time (R2.7). */
import { useEffect, useRef, useState } from 'preact/hooks'
import { languages, resourceTypes } from '../../src/metadata/code-lists.ts'
import { formats, useActor, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { FormContext } from '../editor/context.ts'
import { Conditions, Crs, DatasetDates, Keywords, TemporalExtent, Topics } from '../editor/dataset-fields.tsx'
import { Extent } from '../editor/extent.tsx'
import { MemberSelect, MemberText, optionsOf, TextList } from '../editor/fields.tsx'
import { Parties } from '../editor/parties.tsx'
import { editorUrl } from '../place.ts'
import { ProblemNotice, problemOf, textOf } from '../problem-notice.tsx'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button, TextField } from '../ui/controls.tsx'
import { FilePart } from './file.tsx'
import {
  extentFileLimit,
  type FormState,
  type Missing,
  type Section,
  type SubmissionForm,
  visitedPages,
} from './store.ts'
import { told } from './words.ts'

const sections = [1, 2, 3] as const

/** 'pointsOfContact[0].email' is the field with the id 'pointsOfContact.1.email'. */
const idOf = (field: string) => field.replace(/\[(\d+)\]/g, (_, at: string) => `.${Number(at) + 1}`)

const focusOn = (field: string) => {
  const id = idOf(field)
  const found = document.getElementById(id) ?? document.getElementById(id.split('.')[0] ?? '')
  found?.closest('details')?.setAttribute('open', '')
  found?.scrollIntoView({ block: 'center' })
  const control = found?.matches('input, textarea, select')
    ? found
    : found?.querySelector<HTMLElement>('input, textarea, select')
  ;(control as HTMLElement | null | undefined)?.focus()
}

const Steps = ({
  form,
  state,
  onGo,
}: {
  form: SubmissionForm
  state: FormState
  onGo: (section: Section) => void
}) => {
  const missing = form.missing()
  return (
    <nav class="steps" aria-label={told.sectionList}>
      <ol>
        {sections.map((section) => {
          const count = missing.filter((one) => one.section === section).length
          const isKnown = state.visited.has(section)
          return (
            <li key={section}>
              <button
                type="button"
                data-test={`section.${section}`}
                aria-current={state.section === section ? 'step' : undefined}
                onClick={() => onGo(section)}
              >
                <span class="number">{section}</span>
                {told.sections[section]}
                {isKnown && state.section !== section ? (
                  <span class={count > 0 ? 'status wrong' : 'status complete'}>
                    {count > 0 ? words.errorsOnPage(count) : words.pageComplete}
                  </span>
                ) : null}
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

const About = () => (
  <>
    <p>{told.aboutText}</p>
    <h3>{told.whatItIs}</h3>
    <MemberText
      member="title"
      label={words.title}
      hint={told.titleHint}
      note={words.needed}
      maxLength={500}
    />
    <MemberText
      member="abstract"
      label={words.abstract}
      hint={words.abstractHint}
      note={words.needed}
      rows={5}
      maxLength={20000}
    />
    <Keywords />
    <Topics />
    <DatasetDates />
    <MemberSelect
      member="resourceLanguage"
      label={words.resourceLanguage}
      hint={words.resourceLanguageHint}
      note={words.needed}
      options={optionsOf(languages)}
    />
    <h3>{told.whoLooksAfter}</h3>
    <MemberText
      member="custodianOrganisation"
      label={words.custodian}
      hint={words.custodianHint}
      note={words.optional}
      maxLength={500}
    />
    <Parties member="pointsOfContact" legend={told.pointOfContact} text={told.pointOfContactText} />
    <h3>{told.howMade}</h3>
    <MemberText
      member="lineageStatement"
      label={words.lineageStatement}
      hint={words.lineageHint}
      note={words.needed}
      rows={3}
      maxLength={20000}
    />
    <Conditions member="useConditions" label={words.useConditions} />
    <Conditions member="accessConditions" label={words.accessConditions} />
    <details class="more">
      <summary data-test="more">{told.moreDetails}</summary>
      <MemberSelect
        member="resourceType"
        label={words.resourceType}
        options={optionsOf(resourceTypes)}
        isRequired
      />
      <MemberText
        member="informationUrl"
        type="url"
        label={words.informationUrl}
        hint={told.informationUrlHint}
        note={words.optional}
        maxLength={2048}
      />
      <TextList
        member="dataSources"
        legend={words.dataSources}
        text={words.dataSourcesText}
        labelOf={words.dataSourceAt}
        addLabel={words.addDataSource}
      />
      <TextList
        member="processingSteps"
        legend={words.steps}
        text={words.stepsText}
        labelOf={words.stepAt}
        addLabel={words.addStep}
      />
    </details>
  </>
)

const ExtentFile = ({ form }: { form: SubmissionForm }) => {
  const [said, setSaid] = useState<{ tone: 'good' | 'warning'; text: string } | null>(null)
  const [isBusy, setBusy] = useState(false)
  const take = async (file: File | undefined) => {
    if (!file) return
    const limit = formats.bytes(extentFileLimit)
    if (!/\.(geojson|zip)$/i.test(file.name)) {
      setSaid({ tone: 'warning', text: told.extentFileKind(file.name) })
      return
    }
    if (file.size > extentFileLimit) {
      setSaid({ tone: 'warning', text: told.extentFileTooLarge(formats.bytes(file.size), limit) })
      return
    }
    setBusy(true)
    setSaid(null)
    try {
      const box = await form.takeExtent(file)
      setSaid(
        box === null
          ? { tone: 'warning', text: told.extentFileNone(file.name) }
          : { tone: 'good', text: told.extentFileTaken(file.name) },
      )
    } catch (error) {
      setSaid({ tone: 'warning', text: textOf(problemOf(error)) })
    }
    setBusy(false)
  }
  return (
    <div class="drop">
      <p class="notice-title">{told.extentFile}</p>
      <p class="hint">{told.extentFileHint(formats.bytes(extentFileLimit))}</p>
      <input
        id="extent-file"
        type="file"
        data-test="extent-file"
        accept=".geojson,.zip"
        onChange={(event) => {
          void take(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <label class="button plain" for="extent-file">
        {told.extentFileChoose}
      </label>
      {isBusy ? <Busy text={told.extentFileReading} /> : null}
      {said === null ? null : <Notice tone={said.tone} title={said.text} test="extent-file-said" isAlert />}
    </div>
  )
}

const Where = ({ form, state, onGo }: { form: SubmissionForm; state: FormState; onGo: () => void }) => (
  <>
    {state.upload === null ? (
      <Notice tone="info" title={told.whereTitle} test="file-first">
        <p>{told.whereText}</p>
        <p>
          <Button test="file-first-go" kind="quiet" onClick={onGo}>
            {told.fileFirst}
          </Button>
        </p>
      </Notice>
    ) : null}
    <Extent />
    <ExtentFile form={form} />
    <TemporalExtent />
    <Crs />
    <p class="hint">{told.crsNote}</p>
  </>
)

const missingText = ({ code, message }: Missing): string =>
  message ?? (told as unknown as Record<string, string>)[code] ?? code

const You = ({ form, state }: { form: SubmissionForm; state: FormState }) => {
  const party = state.metadata.pointsOfContact?.[0]
  const findingOf = (field: string) =>
    state.visited.has(3)
      ? form
          .missing()
          .filter((one) => one.field === field)
          .map((one) => ({ level: 'error' as const, message: missingText(one) }))
      : []
  const { contact } = state
  const isEmpty = contact.name === '' && contact.email === ''
  return (
    <fieldset id="contact">
      <legend>{told.you}</legend>
      <p class="hint">{told.youText}</p>
      {party?.email && isEmpty ? (
        <Button
          test="contact.same"
          onClick={() =>
            form.setContact({
              name: party.individualName ?? party.organisation ?? '',
              email: party.email ?? '',
              organisation: party.individualName ? (party.organisation ?? '') : '',
            })
          }
        >
          {told.sameAsContact}
        </Button>
      ) : null}
      <div class="pair">
        <TextField
          test="contact.name"
          label={told.yourName}
          note={words.needed}
          value={contact.name}
          autoComplete="name"
          maxLength={500}
          findings={findingOf('contact.name')}
          onInput={(name) => form.setContact({ name })}
        />
        <TextField
          test="contact.email"
          type="email"
          inputMode="email"
          label={told.yourEmail}
          note={words.needed}
          value={contact.email}
          autoComplete="email"
          maxLength={254}
          findings={findingOf('contact.email')}
          onInput={(email) => form.setContact({ email })}
        />
        <TextField
          test="contact.organisation"
          label={told.yourOrganisation}
          note={words.optional}
          value={contact.organisation}
          autoComplete="organization"
          maxLength={500}
          onInput={(organisation) => form.setContact({ organisation })}
        />
      </div>
      <TextField
        test="message"
        label={told.message}
        hint={told.messageHint}
        note={words.optional}
        rows={2}
        maxLength={20000}
        value={state.message}
        onInput={form.setMessage}
      />
    </fieldset>
  )
}

const MissingList = ({
  form,
  state,
  onJump,
}: {
  form: SubmissionForm
  state: FormState
  onJump: (missing: Missing) => void
}) => {
  const missing = form.missing()
  const { warnings } = form.findings()
  return (
    <>
      {state.visited.has(3) && missing.length > 0 ? (
        <Notice tone="bad" title={told.missing(missing.length)} test="missing" isAlert>
          <ul>
            {missing.map((one) => (
              <li key={one.field + one.code}>
                <button
                  type="button"
                  class="jump"
                  data-test={`jump.${one.field}`}
                  onClick={() => onJump(one)}
                >
                  {missingText(one)}
                </button>
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {warnings.length > 0 ? (
        <Notice tone="warning" title={told.worthALook} test="warnings">
          <ul>
            {warnings.map(({ field, code, message }) => (
              <li key={field + code}>{message}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </>
  )
}

const Submit = ({ form, state, isAgain }: { form: SubmissionForm; state: FormState; isAgain: boolean }) => {
  const { sending } = state
  const website = useRef<HTMLInputElement>(null)
  const isFileBusy = state.file.kind === 'sending' || state.file.kind === 'reading'
  return (
    <>
      {/* A trap for programs: people neither see nor reach it. */}
      <div class="trap" aria-hidden="true">
        <label for="website">{told.leaveEmpty}</label>
        <input ref={website} id="website" type="text" name="website" tabIndex={-1} autoComplete="off" />
      </div>
      {sending.kind === 'refused' ? (
        <ProblemNotice problem={sending.problem} title={told.notSubmitted} test="not-submitted" />
      ) : null}
      {sending.kind === 'sending' ? (
        <Busy text={sending.isWaiting ? told.waitingForServer : told.submitting} />
      ) : null}
      <Button
        test="submit"
        kind="main"
        isBusy={sending.kind === 'sending'}
        isDisabled={isFileBusy}
        onClick={() => void form.submit(website.current?.value ?? '')}
      >
        {isAgain ? told.submitAgain : told.submit}
      </Button>
    </>
  )
}

const ClearDialog = ({ form, onClose }: { form: SubmissionForm; onClose: () => void }) => (
  <Dialog test="start-over" title={told.startOverTitle} onCancel={onClose}>
    <p>{told.startOverText}</p>
    <div class="actions">
      <Button
        test="start-over-confirm"
        kind="danger"
        onClick={() => void form.startOver().then(() => location.reload())}
      >
        {told.startOverConfirm}
      </Button>
      <Button test="start-over-cancel" kind="quiet" onClick={onClose}>
        {words.cancel}
      </Button>
    </div>
  </Dialog>
)

export const useFormState = (form: SubmissionForm): FormState => {
  const [state, setState] = useState(form.state())
  useEffect(() => form.onChange(() => setState(form.state())), [form])
  return state
}

export const SubmissionFormView = ({
  form,
  title,
  reason,
}: {
  form: SubmissionForm
  title: string
  reason?: string
}) => {
  const state = useFormState(form)
  const actor = useActor()
  const [isClearing, setClearing] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const isAgain = reason !== undefined
  useEffect(() => void form.open(), [form])
  const go = (section: Section, field?: string) => {
    form.goTo(section)
    requestAnimationFrame(() => {
      if (field === undefined) {
        heading.current?.focus({ preventScroll: true })
        heading.current?.scrollIntoView({ block: 'start' })
      } else focusOn(field)
    })
  }
  if (state.phase === 'loading') return <Busy text={words.loading} />
  const { section } = state
  const next = sections.find((one) => one === section + 1)
  const previous = sections.find((one) => one === section - 1)
  const view = {
    editor: { change: form.change, setInvalid: form.setInvalid },
    state: {
      metadata: state.metadata,
      invalid: state.invalid,
      settings: state.settings,
      upload: state.uploaded,
      layer: state.layer,
    },
    findings: form.findings(),
    visited: visitedPages(state.visited),
  }
  return (
    <FormContext.Provider value={view}>
      <h1>{title}</h1>
      {isAgain ? (
        <Notice tone="warning" title={told.reviewerAsks} test="returned-reason">
          <p class="said">{reason}</p>
        </Notice>
      ) : (
        <p class="lead">{told.submitLead}</p>
      )}
      {actor !== null && !isAgain ? (
        <Notice tone="info" title={told.haveToken} test="have-token">
          <p>
            <a href={editorUrl()}>{told.openEditor}</a>
          </p>
        </Notice>
      ) : null}
      <div class="editor">
        <Steps form={form} state={state} onGo={go} />
        <div>
          <h2 class="page-title" ref={heading} tabIndex={-1} data-test={`in-section.${section}`}>
            {told.sections[section]}
          </h2>
          <p class="hidden" role="status">
            {told.sectionOf(section)}
          </p>
          {section === 1 ? <About /> : null}
          {section === 2 ? <Where form={form} state={state} onGo={() => go(3)} /> : null}
          {section === 3 ? (
            <>
              <FilePart form={form} state={state} />
              <You form={form} state={state} />
              <MissingList
                form={form}
                state={state}
                onJump={(missing) => go(missing.section, missing.field)}
              />
            </>
          ) : null}
          <div class="page-foot">
            {previous === undefined ? (
              <span class="saved">{told.keptHere}</span>
            ) : (
              <Button test="back" onClick={() => go(previous)}>
                {told.backTo(told.sections[previous])}
              </Button>
            )}
            {next === undefined ? (
              <Submit form={form} state={state} isAgain={isAgain} />
            ) : (
              <Button test="next" kind="main" onClick={() => go(next)}>
                {told.toSection(told.sections[next])}
              </Button>
            )}
          </div>
          <p class="saved">
            {previous === undefined ? null : told.keptHere}
            {isAgain ? null : (
              <Button test="clear" kind="quiet" onClick={() => setClearing(true)}>
                {told.startOver}
              </Button>
            )}
          </p>
        </div>
      </div>
      {isClearing ? <ClearDialog form={form} onClose={() => setClearing(false)} /> : null}
    </FormContext.Provider>
  )
}
