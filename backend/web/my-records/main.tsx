/** My records (R1.10, R3.1, R3.5, R3.7–R3.10): find, open, deprecate and delete what one keeps. */
import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { api, formats, session, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { editorUrl, recordUrl } from '../place.ts'
import { ProblemNotice, problemOf, textOf } from '../problem-notice.tsx'
import { ifMatch, type Problem, type RecordSummary } from '../session/api.ts'
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
const titleOf = ({ title }: RecordSummary) => title || words.untitled

type Outcome = { done: number; failures: { title: string; text: string }[] }

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
      {record.state === 'published' || record.state === 'deprecated' ? (
        <a href={recordUrl(record.id)}>{words.view}</a>
      ) : null}
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

type Asking = { what: 'delete' | 'deprecate'; records: RecordSummary[] } | null

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

  const carryOut = async (
    act: (record: RecordSummary) => Promise<unknown>,
    say: (count: number) => string,
  ) => {
    const records = asking?.records ?? []
    setAsking(null)
    setBusy(true)
    const done = await forEach(records, act)
    setOutcome({ ...done, said: say(done.done) })
    setChosen(new Set())
    await load(0)
    setBusy(false)
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
          tone={outcome.failures.length === 0 ? 'good' : 'bad'}
          title={outcome.said}
          test="outcome"
          isAlert
        >
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
          onConfirm={() => void carryOut(deleteRecord, words.doneDeleted)}
        />
      ) : null}
      {asking?.what === 'deprecate' ? (
        <DeprecateDialog
          records={asking.records}
          onCancel={() => setAsking(null)}
          onConfirm={(successorId) => void carryOut(deprecateRecord(successorId), words.doneDeprecated)}
        />
      ) : null}
    </>
  )
}

const app = document.getElementById('app')
if (app) render(<ForSignedIn>{(actor) => <MyRecords actor={actor} />}</ForSignedIn>, app)
