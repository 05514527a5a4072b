/** My records (R1.10, R3.1, R3.5, R3.7–R3.10, R7.6): find, open, style, deprecate and delete what one keeps. */
import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { api, formats, session, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { editorUrl, recordUrl } from '../place.ts'
import { ProblemNotice, problemOf, textOf } from '../problem-notice.tsx'
import { ifMatch, isRefusal, type Problem, type RecordSummary } from '../session/api.ts'
import type { SignedIn } from '../session/session.ts'
import { ForSignedIn } from '../signed-in.tsx'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button, Checkbox, SelectField, TextField } from '../ui/controls.tsx'

type State = RecordSummary['state']
type Whose = 'own' | 'domain' | 'all'
const perPage = 50
const searchDelay = 250

const StateMark = ({ state }: { state: State }) => (
  <span class={`state ${state}`} title={words.statesMean[state]} data-test={`state.${state}`}>
    {words.states[state]}
  </span>
)

const isDone = (state: State) => state === 'deleted'
const isPublic = (state: State) => state === 'published' || state === 'deprecated'
/** As many as one request may name. */
const mostAttached = 100
const titleOf = ({ title }: RecordSummary) => title || words.untitled

type Said = { title: string; text: string }
type Outcome = { done: number; failures: Said[]; notes?: Said[] }

/** One after the other: what fails does not keep the others from being done. */
const forEach = async (
  records: RecordSummary[],
  act: (record: RecordSummary) => Promise<unknown>,
): Promise<Outcome> => {
  const outcome: Outcome = { done: 0, failures: [] }
  for (const record of records) {
    try {
      await act(record)
      outcome.done += 1
    } catch (error) {
      outcome.failures.push({ title: titleOf(record), text: textOf(problemOf(error)) })
    }
  }
  return outcome
}

const deleteRecord = (record: RecordSummary) =>
  api.expectOk(
    api.client.DELETE('/records/{recordId}', {
      params: { path: { recordId: record.id }, header: ifMatch(record) },
    }),
  )

const deprecateRecord = (successorId: string | null) => (record: RecordSummary) =>
  api.expectOk(
    api.client.POST('/records/{recordId}/deprecate', {
      params: { path: { recordId: record.id }, header: ifMatch(record) },
      body: { successorId },
    }),
  )

type Style = { id: string; title: string }
type Attachment = { style: Style; asDefault: boolean }

/** What the server says of each record when it gives the style to none; it has no title for one that is gone. */
const refusalsIn = (error: unknown, asked: RecordSummary[]): Said[] | null => {
  if (!isRefusal(error)) return null
  const { records } = error.problem as Problem & {
    records?: { recordId: string; problem: { detail: string } | null }[]
  }
  if (!Array.isArray(records)) return null
  return records.flatMap(({ recordId, problem }) => {
    const record = asked.find(({ id }) => id === recordId)
    return record === undefined || problem === null ? [] : [{ title: titleOf(record), text: problem.detail }]
  })
}

/** All of them in one request: all have it, or none. */
const attachStyle = async (
  records: RecordSummary[],
  { style, asDefault }: Attachment,
): Promise<Outcome & { said: string }> => {
  try {
    const { records: attached } = await api.expectOk(
      api.client.POST('/styles/{styleId}/records', {
        params: { path: { styleId: style.id } },
        body: { recordIds: records.map(({ id }) => id), asDefault },
      }),
    )
    return {
      done: attached.length,
      failures: [],
      notes: attached.flatMap(({ title, warnings }) =>
        warnings.map(({ message }) => ({ title, text: message })),
      ),
      said: words.doneAttached(style.title, attached.length),
    }
  } catch (error) {
    const failures = refusalsIn(error, records)
    return failures === null
      ? { done: 0, failures: [], said: textOf(problemOf(error)) }
      : { done: 0, failures, said: words.attachedToNone(style.title) }
  }
}

/** As many as are offered at once; of more, those that have the words. */
const mostStyles = 200

const useStyles = (q: string) => {
  const [found, setFound] = useState<{ styles: Style[]; total: number; all: number } | null>(null)
  useEffect(() => {
    const load = () =>
      api
        .expectOk(api.client.GET('/styles', { params: { query: { limit: mostStyles, ...(q && { q }) } } }))
        .then(({ styles, total }) =>
          setFound((before) => ({ styles, total, all: Math.max(total, before?.all ?? 0) })),
        )
        .catch(() => setFound({ styles: [], total: 0, all: 0 }))
    const timer = setTimeout(() => void load(), q === '' ? 0 : searchDelay)
    return () => clearTimeout(timer)
  }, [q])
  return found
}

const AttachDialog = ({
  records,
  onConfirm,
  onCancel,
}: {
  records: RecordSummary[]
  onConfirm: (attachment: Attachment) => void
  onCancel: () => void
}) => {
  const [q, setQ] = useState('')
  const [chosen, setChosen] = useState<Style | null>(null)
  const [asDefault, setAsDefault] = useState(false)
  const found = useStyles(q)
  const offered = found?.styles ?? []
  const listed =
    chosen !== null && !offered.some(({ id }) => id === chosen.id) ? [chosen, ...offered] : offered
  return (
    <Dialog test="attach-dialog" title={words.attachTitle(records.length)} onCancel={onCancel}>
      <p>{words.attachText}</p>
      {found !== null && found.all > mostStyles ? (
        <TextField test="attach-find" type="search" label={words.attachFind} value={q} onInput={setQ} />
      ) : null}
      <SelectField
        test="attach-style"
        label={words.attachWhich}
        value={chosen?.id ?? ''}
        options={[
          { value: '', label: words.attachWhichNone },
          ...listed.map(({ id, title }) => ({ value: id, label: title })),
        ]}
        onChange={(id) => setChosen(listed.find((style) => style.id === id) ?? null)}
      />
      {found !== null && found.styles.length === 0 ? <p class="hint">{words.attachNoStyles}</p> : null}
      <Checkbox
        test="attach-as-default"
        label={words.attachAsDefault}
        isTicked={asDefault}
        onChange={setAsDefault}
      />
      <div class="actions">
        <Button
          test="attach-confirm"
          kind="main"
          isDisabled={chosen === null}
          onClick={() => chosen && onConfirm({ style: chosen, asDefault })}
        >
          {words.attachConfirm}
        </Button>
        <Button test="attach-cancel" kind="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
      </div>
    </Dialog>
  )
}

const usePublished = () => {
  const [published, setPublished] = useState<RecordSummary[]>([])
  useEffect(() => {
    const scope = session.actor()?.role === 'administrator' ? 'all' : 'own'
    api
      .expectOk(api.client.GET('/records', { params: { query: { state: 'published', scope, limit: 200 } } }))
      .then(({ records }) => setPublished(records))
      .catch(() => setPublished([]))
  }, [])
  return published
}

const DeprecateDialog = ({
  records,
  onConfirm,
  onCancel,
}: {
  records: RecordSummary[]
  onConfirm: (successorId: string | null) => void
  onCancel: () => void
}) => {
  const [successor, setSuccessor] = useState('')
  const published = usePublished()
  const chosen = new Set(records.map(({ id }) => id))
  return (
    <Dialog test="deprecate-dialog" title={words.deprecateTitle} onCancel={onCancel}>
      <p>{words.deprecateText}</p>
      <SelectField
        test="successor"
        label={words.successor}
        hint={words.successorHint}
        value={successor}
        options={[
          { value: '', label: words.successorNone },
          ...published
            .filter(({ id }) => !chosen.has(id))
            .map((record) => ({ value: record.id, label: titleOf(record) })),
        ]}
        onChange={setSuccessor}
      />
      <div class="actions">
        <Button test="deprecate-confirm" kind="main" onClick={() => onConfirm(successor || null)}>
          {words.deprecateConfirm}
        </Button>
        <Button test="deprecate-cancel" kind="quiet" onClick={onCancel}>
          {words.cancel}
        </Button>
      </div>
    </Dialog>
  )
}

const DeleteDialog = ({
  records,
  onConfirm,
  onInstead,
  onCancel,
}: {
  records: RecordSummary[]
  onConfirm: () => void
  onInstead: () => void
  onCancel: () => void
}) => {
  const isPublished = records.some(({ state }) => state === 'published')
  return (
    <Dialog test="delete-dialog" title={words.deleteTitle(records.length)} onCancel={onCancel}>
      <ul>
        {records.map((record) => (
          <li key={record.id}>{titleOf(record)}</li>
        ))}
      </ul>
      <p>{words.deleteText}</p>
      {isPublished ? <p>{words.deleteAlternative}</p> : null}
      <div class="actions">
        <Button test="delete-cancel" hasFocus onClick={onCancel}>
          {words.cancel}
        </Button>
        {isPublished ? (
          <Button test="deprecate-instead" onClick={onInstead}>
            {words.deprecateInstead}
          </Button>
        ) : null}
        <Button test="delete-confirm" kind="danger" onClick={onConfirm}>
          {words.deleteConfirm}
        </Button>
      </div>
    </Dialog>
  )
}

const Row = ({
  record,
  isChosen,
  onChoose,
  onDelete,
  onDeprecate,
}: {
  record: RecordSummary
  isChosen: boolean
  onChoose: (isChosen: boolean) => void
  onDelete: () => void
  onDeprecate: () => void
}) => (
  <li data-test="record-row">
    <Checkbox
      test={`choose.${record.id}`}
      label={words.chooseRecord(titleOf(record))}
      isLabelHidden
      isTicked={isChosen}
      onChange={onChoose}
    />
    <div>
      <a class="title" href={editorUrl(record.id)} data-test="open-record">
        {titleOf(record)}
      </a>
      <div class="meta">
        <StateMark state={record.state} />
        <span>{words.changedAt(formats.instant(record.updatedAt))}</span>
      </div>
    </div>
    <div class="row-actions">
      {isPublic(record.state) ? <a href={recordUrl(record.id)}>{words.view}</a> : null}
      {record.state === 'published' ? (
        <button type="button" class="jump" data-test="deprecate" onClick={onDeprecate}>
          {words.deprecate}
        </button>
      ) : null}
      {isDone(record.state) ? null : (
        <button type="button" class="jump" data-test="delete" onClick={onDelete}>
          {words.remove}
        </button>
      )}
    </div>
  </li>
)

type Asking = { what: 'delete' | 'deprecate' | 'attach'; records: RecordSummary[] } | null

const whoseOptions = (role: string | undefined): Whose[] =>
  role === 'administrator' ? ['own', 'all'] : role === 'domain_custodian' ? ['own', 'domain'] : ['own']

const MyRecords = ({ actor }: { actor: SignedIn }) => {
  const parameters = new URLSearchParams(location.search)
  const [state, setState] = useState(parameters.get('state') ?? '')
  const [whose, setWhose] = useState<Whose>(
    parameters.get('whose') === 'all' && actor.role === 'administrator' ? 'all' : 'own',
  )
  const [q, setQ] = useState('')
  const [found, setFound] = useState<{ records: RecordSummary[]; total: number } | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Asking>(null)
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<(Outcome & { said: string }) | null>(null)

  const load = useCallback(
    async (offset: number) => {
      try {
        const query = {
          scope: whose,
          limit: perPage,
          offset,
          ...(state && { state: state as State }),
          ...(q && { q }),
        }
        const page = await api.expectOk(api.client.GET('/records', { params: { query } }))
        setFound((present) => ({
          total: page.total,
          records: offset === 0 ? page.records : [...(present?.records ?? []), ...page.records],
        }))
        setProblem(null)
      } catch (error) {
        setProblem(problemOf(error))
      }
    },
    [whose, state, q],
  )

  useEffect(() => {
    const timer = setTimeout(() => void load(0), searchDelay)
    return () => clearTimeout(timer)
  }, [load])

  const carryOut = async (act: (records: RecordSummary[]) => Promise<Outcome & { said: string }>) => {
    const records = asking?.records ?? []
    setAsking(null)
    setBusy(true)
    setOutcome(await act(records))
    setChosen(new Set())
    await load(0)
    setBusy(false)
  }
  const withEach =
    (act: (record: RecordSummary) => Promise<unknown>, say: (count: number) => string) =>
    async (records: RecordSummary[]) => {
      const done = await forEach(records, act)
      return { ...done, said: say(done.done) }
    }
  const records = found?.records ?? []
  const chosenRecords = records.filter(({ id }) => chosen.has(id))
  const options = whoseOptions(actor.role)

  return (
    <>
      <h1>{words.myRecords}</h1>
      <div class="toolbar">
        <TextField test="search" type="search" label={words.searchTitles} value={q} onInput={setQ} />
        <SelectField
          test="state-filter"
          label={words.showState}
          value={state}
          options={[
            { value: '', label: words.allStates },
            ...(['draft', 'published', 'in_review', 'returned', 'rejected', 'deprecated'] as const).map(
              (value) => ({
                value,
                label: words.states[value],
              }),
            ),
          ]}
          onChange={setState}
        />
        {options.length > 1 ? (
          <SelectField
            test="whose"
            label={words.showWhose}
            value={whose}
            options={options.map((value) => ({ value, label: words.whose[value] }))}
            onChange={(value) => setWhose(value as Whose)}
          />
        ) : null}
        <a class="button main" href={editorUrl()}>
          {words.newRecord}
        </a>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} test="list-problem" />}
      {outcome === null ? null : (
        <Notice
          tone={
            outcome.done === 0 || outcome.failures.length > 0
              ? 'bad'
              : outcome.notes?.length
                ? 'warning'
                : 'good'
          }
          title={outcome.said}
          test="outcome"
          isAlert
        >
          {outcome.notes?.map(({ title, text }) => (
            <p key={title + text}>
              {words.noticedAt(title)} {text}
            </p>
          ))}
          {outcome.failures.map(({ title, text }) => (
            <p key={title}>
              {words.failedFor(title)} {text}
            </p>
          ))}
        </Notice>
      )}
      {isBusy || (found === null && problem === null) ? <Busy text={words.loading} /> : null}
      {found !== null && records.length === 0 ? (
        state === '' && q === '' ? (
          <Empty title={words.noRecords}>
            <p>{words.noRecordsText}</p>
          </Empty>
        ) : (
          <Empty title={words.noneFound}>
            <p>{words.noneFoundText}</p>
          </Empty>
        )
      ) : null}
      {records.length > 0 ? (
        <>
          <div class="actions">
            <Checkbox
              test="choose-all"
              label={words.chooseAll}
              isTicked={chosenRecords.length === records.length}
              isMixed={chosenRecords.length > 0 && chosenRecords.length < records.length}
              onChange={(isTicked) => setChosen(isTicked ? new Set(records.map(({ id }) => id)) : new Set())}
            />
            {chosenRecords.length > 0 ? (
              <>
                <span role="status">{words.chosen(chosenRecords.length)}</span>
                <Button
                  test="attach-chosen"
                  isDisabled={
                    chosenRecords.length > mostAttached || chosenRecords.some(({ state }) => !isPublic(state))
                  }
                  onClick={() => setAsking({ what: 'attach', records: chosenRecords })}
                >
                  {words.attach}
                </Button>
                <Button
                  test="deprecate-chosen"
                  isDisabled={chosenRecords.some((one) => one.state !== 'published')}
                  onClick={() => setAsking({ what: 'deprecate', records: chosenRecords })}
                >
                  {words.deprecate}
                </Button>
                <Button
                  test="delete-chosen"
                  onClick={() => setAsking({ what: 'delete', records: chosenRecords })}
                >
                  {words.remove}
                </Button>
              </>
            ) : (
              <span class="none" role="status">
                {words.countOfRecords(found?.total ?? 0)}
              </span>
            )}
          </div>
          <ul class="record-list" data-test="my-records-list">
            {records.map((record) => (
              <Row
                key={record.id}
                record={record}
                isChosen={chosen.has(record.id)}
                onChoose={(isChosen) => {
                  const next = new Set(chosen)
                  if (isChosen) next.add(record.id)
                  else next.delete(record.id)
                  setChosen(next)
                }}
                onDelete={() => setAsking({ what: 'delete', records: [record] })}
                onDeprecate={() => setAsking({ what: 'deprecate', records: [record] })}
              />
            ))}
          </ul>
          {records.length < (found?.total ?? 0) ? (
            <Button test="more" onClick={() => void load(records.length)}>
              {words.more}
            </Button>
          ) : null}
        </>
      ) : null}
      {asking?.what === 'delete' ? (
        <DeleteDialog
          records={asking.records}
          onCancel={() => setAsking(null)}
          onInstead={() => setAsking({ what: 'deprecate', records: asking.records })}
          onConfirm={() => void carryOut(withEach(deleteRecord, words.doneDeleted))}
        />
      ) : null}
      {asking?.what === 'attach' ? (
        <AttachDialog
          records={asking.records}
          onCancel={() => setAsking(null)}
          onConfirm={(attachment) => void carryOut((records) => attachStyle(records, attachment))}
        />
      ) : null}
      {asking?.what === 'deprecate' ? (
        <DeprecateDialog
          records={asking.records}
          onCancel={() => setAsking(null)}
          onConfirm={(successorId) =>
            void carryOut(withEach(deprecateRecord(successorId), words.doneDeprecated))
          }
        />
      ) : null}
    </>
  )
}

const app = document.getElementById('app')
if (app) render(<ForSignedIn>{(actor) => <MyRecords actor={actor} />}</ForSignedIn>, app)
