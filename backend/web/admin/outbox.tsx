/** The mail outbox (R12.7): what was written, whether it has gone, why not, and the way to try again. */
import { useEffect, useState } from 'preact/hooks'
import type { components } from '../../src/contract/catalogue.gen.ts'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { ProblemNotice } from '../problem-notice.tsx'
import { told } from '../submission/words.ts'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button, SelectField } from '../ui/controls.tsx'

type Mail = components['schemas']['Mail']
type State = Mail['state'] | ''
type Server = { isConfigured: boolean; host: string | null; from: string | null }
const perPage = 100

const stateClass: Record<Mail['state'], string> = {
  waiting: 'received',
  sent: 'published',
  failed: 'rejected',
}

const MailRow = ({ mail, onRead, onAgain }: { mail: Mail; onRead: () => void; onAgain: () => void }) => (
  <tr data-test="mail-row">
    <td>
      <span class={`state ${stateClass[mail.state]}`}>{told.mailStates[mail.state]}</span>
    </td>
    <td>{mail.to}</td>
    <td>{mail.subject}</td>
    <td class="whole">{formats.instant(mail.createdAt)}</td>
    <td>
      {mail.lastError === null ? null : (
        <>
          {mail.lastError}{' '}
          <span class="none">
            ({told.mailAttempts(mail.attempts)}
            {mail.nextAt === null ? '' : `, ${told.mailNext(formats.instant(mail.nextAt))}`})
          </span>
        </>
      )}
    </td>
    <td>
      <span class="actions">
        <Button test="mail-read" kind="quiet" label={told.mailReadOf(mail.subject)} onClick={onRead}>
          {told.mailRead}
        </Button>
        <Button test="mail-again" kind="quiet" label={told.mailAgainOf(mail.subject)} onClick={onAgain}>
          {told.mailAgain}
        </Button>
      </span>
    </td>
  </tr>
)

export const Outbox = () => {
  const [state, setState] = useState<State>('')
  const [found, setFound] = useState<{ mails: Mail[]; total: number; server: Server } | null>(null)
  const [open, setOpen] = useState<{ mail: Mail; text: string } | null>(null)
  const [isQueued, setQueued] = useState(false)
  const { attempt, problem, isBusy } = useAttempt()
  const fetchMails = async (offset = 0) => {
    const page = await api.expectOk(
      api.client.GET('/mails', { params: { query: { limit: perPage, offset, ...(state && { state }) } } }),
    )
    setFound({ ...page, mails: [...(offset > 0 ? (found?.mails ?? []) : []), ...page.mails] })
  }
  useEffect(() => void attempt(() => fetchMails()), [state])
  const again = (mailId: string) =>
    attempt(async () => {
      setQueued(false)
      await api.expectOk(api.client.POST('/mails/{mailId}/send-again', { params: { path: { mailId } } }))
      setQueued(true)
      await fetchMails()
    })
  const read = (mailId: string) =>
    attempt(async () =>
      setOpen(await api.expectOk(api.client.GET('/mails/{mailId}', { params: { path: { mailId } } }))),
    )
  const columns = told.mailColumns
  return (
    <>
      {found === null ? null : found.server.isConfigured ? (
        <p data-test="mail-server">{told.outboxServer(found.server.host ?? '', found.server.from ?? '')}</p>
      ) : (
        <Notice tone="warning" title={told.outboxNone} test="no-mail-server">
          <p>{told.outboxNoneText}</p>
        </Notice>
      )}
      <div class="toolbar">
        <SelectField
          test="mail.state"
          label={told.mailState}
          value={state}
          options={[
            { value: '', label: told.allMails },
            ...(Object.keys(told.mailStates) as Mail['state'][]).map((value) => ({
              value,
              label: told.mailStates[value],
            })),
          ]}
          onChange={(value) => setState(value as State)}
        />
        <Button test="mail.show" isBusy={isBusy} onClick={() => void attempt(() => fetchMails())}>
          {told.queueShow}
        </Button>
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} test="mail-problem" />}
      {isQueued ? <Notice tone="good" title={told.mailQueued} test="mail-queued" isAlert /> : null}
      {found === null && problem === null ? <Busy text={words.loading} /> : null}
      {found?.mails.length === 0 ? <Empty title={told.mailNoneYet} /> : null}
      {found !== null && found.mails.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard
        <section class="scroll" tabIndex={0} aria-label={told.outbox}>
          <table data-test="mails" class="stacks">
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
              {found.mails.map((mail) => (
                <MailRow
                  key={mail.id}
                  mail={mail}
                  onRead={() => void read(mail.id)}
                  onAgain={() => void again(mail.id)}
                />
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {found !== null && found.mails.length < found.total ? (
        <Button test="mail.more" onClick={() => void attempt(() => fetchMails(found.mails.length))}>
          {words.older}
        </Button>
      ) : null}
      {open === null ? null : (
        <Dialog test="mail-text" title={open.mail.subject} onCancel={() => setOpen(null)}>
          <pre class="letter">{open.text}</pre>
          <div class="actions">
            <Button test="mail-close" onClick={() => setOpen(null)}>
              {words.close}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}
