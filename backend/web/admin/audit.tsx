/** The audit log (R3.9, R3.12, R12.5): filter, export, and whether its chain of hashes is whole. */
import { useEffect, useState } from 'preact/hooks'
import type { components } from '../../src/contract/catalogue.gen.ts'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { ProblemNotice } from '../problem-notice.tsx'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button, TextField } from '../ui/controls.tsx'
import { toCsv } from './csv.ts'

type Entry = components['schemas']['AuditEntry']
const perPage = 100
const mostExported = 100_000

const fetchEntries = async (
  filter: { action?: string; recordId?: string },
  before?: number,
  limit = perPage,
) =>
  (
    await api.expectOk(
      api.client.GET('/audit', {
        params: { query: { ...filter, limit, ...(before !== undefined && { before }) } },
      }),
    )
  ).entries

const save = (text: string, fileName: string) => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

export const Audit = () => {
  const [action, setAction] = useState('')
  const [recordId, setRecordId] = useState('')
  const [entries, setEntries] = useState<Entry[] | null>(null)
  const [hasMore, setMore] = useState(false)
  const [verified, setVerified] = useState<{
    isWhole: boolean
    entries: number
    firstBad: number | null
  } | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  const filter = {
    ...(action.trim() && { action: action.trim() }),
    ...(recordId.trim() && { recordId: recordId.trim() }),
  }
  const show = (before?: number) =>
    attempt(async () => {
      const page = await fetchEntries(filter, before)
      setEntries(before === undefined ? page : [...(entries ?? []), ...page])
      setMore(page.length === perPage)
    })
  useEffect(() => {
    void show()
  }, [])

  const exportAll = () =>
    attempt(async () => {
      const all: Entry[] = []
      for (let before: number | undefined; all.length < mostExported; before = all.at(-1)?.seq) {
        const page = await fetchEntries(filter, before, 1000)
        all.push(...page)
        if (page.length < 1000) break
      }
      const rows = all.map((one) => [
        one.seq,
        one.at,
        one.actor,
        one.role,
        one.action,
        one.recordId,
        one.subject,
        one.detail,
        one.ip,
        one.hash,
      ])
      save(
        toCsv(['seq', 'at', 'actor', 'role', 'action', 'recordId', 'subject', 'detail', 'ip', 'hash'], rows),
        `audit-${new Date().toISOString().slice(0, 10)}.csv`,
      )
    })
  const verify = () =>
    attempt(async () => setVerified(await api.expectOk(api.client.GET('/audit/verification'))))
  const columns = words.auditColumns
  return (
    <>
      <div class="toolbar">
        <TextField
          test="audit.action"
          label={words.auditAction}
          hint={words.auditActionHint}
          value={action}
          onInput={setAction}
          onEnter={() => void show()}
        />
        <TextField
          test="audit.record"
          label={words.auditRecord}
          value={recordId}
          onInput={setRecordId}
          onEnter={() => void show()}
        />
      </div>
      <div class="actions">
        <Button test="audit.show" kind="main" onClick={() => void show()}>
          {words.auditShow}
        </Button>
        <Button test="audit.export" onClick={() => void exportAll()}>
          {words.auditExport}
        </Button>
        <Button test="audit.verify" onClick={() => void verify()}>
          {words.auditVerify}
        </Button>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} test="audit-problem" />}
      {verified === null ? null : (
        <Notice
          tone={verified.isWhole ? 'good' : 'bad'}
          title={
            verified.isWhole
              ? words.auditWhole(formats.number(verified.entries))
              : words.auditBroken(verified.firstBad ?? 0)
          }
          test="audit-verified"
          isAlert
        />
      )}
      {isBusy && entries === null ? <Busy text={words.loading} /> : null}
      {entries?.length === 0 ? <Empty title={words.noEntries} /> : null}
      {entries !== null && entries.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard
        <section class="scroll" tabIndex={0} aria-label={words.adminTabs.audit}>
          <table data-test="audit">
            <thead>
              <tr>
                {Object.values(columns).map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.seq}>
                  <td class="whole">{formats.instant(entry.at)}</td>
                  <td>{entry.actor}</td>
                  <td>{entry.role}</td>
                  <td>{entry.action}</td>
                  <td>{entry.subject}</td>
                  <td>
                    <details>
                      <summary>{words.problemMore}</summary>
                      <pre>{JSON.stringify(entry.detail, null, 1)}</pre>
                    </details>
                  </td>
                  <td>{entry.ip}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {hasMore ? (
        <Button test="audit.older" onClick={() => void show(entries?.at(-1)?.seq)}>
          {words.older}
        </Button>
      ) : null}
    </>
  )
}
