/** Tokens and data domains (R1.3–R1.8, R12.1): issue, rotate, revoke. A token is shown once. */
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { components } from '../../src/contract/catalogue.gen.ts'
import { api, formats, words } from '../context.ts'
import { Dialog } from '../dialog.tsx'
import { ProblemNotice, problemOf } from '../problem-notice.tsx'
import type { Problem } from '../session/api.ts'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button, SelectField, TextField } from '../ui/controls.tsx'

type Token = components['schemas']['Token']
type Domain = components['schemas']['Domain']
type Role = Token['role']

export const useDomains = () => {
  const [domains, setDomains] = useState<Domain[]>([])
  const load = useCallback(async () => {
    setDomains((await api.expectOk(api.client.GET('/domains'))).domains)
  }, [])
  useEffect(() => {
    load().catch(() => undefined)
  }, [load])
  return { domains, load }
}

const stateOf = ({ revokedAt, expiresAt, shouldRotate }: Token): keyof typeof words.tokenStates => {
  if (revokedAt) return 'revoked'
  if (expiresAt && expiresAt < new Date().toISOString()) return 'expired'
  return shouldRotate ? 'rotate' : 'active'
}

type Shown = { name: string; token: string }

const ShownOnce = ({ name, token }: Shown) => {
  const [isCopied, setCopied] = useState(false)
  return (
    <Notice tone="good" title={words.tokenShownOnce(name)} test="token-shown" isAlert>
      <p>{words.tokenShownOnceText}</p>
      <p>
        <code class="copy" data-test="token-secret">
          {token}
        </code>{' '}
        <Button
          test="token-copy"
          onClick={() =>
            void navigator.clipboard.writeText(token).then(
              () => setCopied(true),
              () => undefined,
            )
          }
        >
          {isCopied ? words.copied : words.copy}
        </Button>
      </p>
    </Notice>
  )
}

const empty = {
  name: '',
  organisation: '',
  email: '',
  description: '',
  role: 'editor' as Role,
  domainId: '',
  expires: '',
}

const IssueForm = ({ domains, onIssued }: { domains: Domain[]; onIssued: (shown: Shown) => void }) => {
  const [form, setForm] = useState(empty)
  const [problem, setProblem] = useState<Problem | null>(null)
  const text = (member: 'name' | 'organisation' | 'email' | 'description') => ({
    test: `issue.${member}`,
    value: form[member],
    onInput: (value: string) => setForm({ ...form, [member]: value }),
  })
  const isCustodian = form.role === 'domain_custodian'
  const isReady =
    form.name.trim() && form.organisation.trim() && form.email.trim() && (!isCustodian || form.domainId)
  const issue = async () => {
    setProblem(null)
    try {
      const { token, details } = await api.expectOk(
        api.client.POST('/tokens', {
          body: {
            role: form.role,
            name: form.name.trim(),
            organisation: form.organisation.trim(),
            email: form.email.trim(),
            ...(form.description.trim() && { description: form.description.trim() }),
            ...(isCustodian && { domainId: form.domainId }),
            ...(form.expires && { expiresAt: `${form.expires}T23:59:59Z` }),
          },
        }),
      )
      setForm(empty)
      onIssued({ name: details.name, token })
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <fieldset>
      <legend>{words.issueToken}</legend>
      <p class="hint">{words.issueTokenText}</p>
      <div class="pair">
        <TextField {...text('name')} label={words.fullName} note={words.needed} />
        <TextField {...text('organisation')} label={words.organisation} note={words.needed} />
        <TextField {...text('email')} type="email" label={words.email} note={words.needed} />
        <SelectField
          test="issue.role"
          label={words.tokenRole}
          hint={words.roleMeans[form.role]}
          value={form.role}
          options={(['editor', 'domain_custodian', 'administrator'] as const).map((value) => ({
            value,
            label: words.roles[value],
          }))}
          onChange={(role) => setForm({ ...form, role: role as Role })}
        />
        {isCustodian ? (
          <SelectField
            test="issue.domain"
            label={words.tokenDomain}
            note={words.needed}
            value={form.domainId}
            options={[
              { value: '', label: words.choose },
              ...domains.map(({ id, title }) => ({ value: id, label: title })),
            ]}
            onChange={(domainId) => setForm({ ...form, domainId })}
          />
        ) : null}
        <TextField
          test="issue.expires"
          type="date"
          label={words.tokenExpires}
          hint={words.tokenExpiresHint}
          value={form.expires}
          onInput={(expires) => setForm({ ...form, expires })}
        />
      </div>
      <TextField {...text('description')} label={words.tokenDescription} rows={2} note={words.optional} />
      {problem === null ? null : <ProblemNotice problem={problem} test="issue-problem" />}
      <Button test="issue" kind="main" isDisabled={!isReady} onClick={() => void issue()}>
        {words.issue}
      </Button>
    </fieldset>
  )
}

type Asking = { what: 'rotate' | 'revoke'; token: Token }

export const Tokens = () => {
  const { domains } = useDomains()
  const [tokens, setTokens] = useState<Token[] | null>(null)
  const [shown, setShown] = useState<Shown | null>(null)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const load = useCallback(async () => {
    try {
      setTokens((await api.expectOk(api.client.GET('/tokens'))).tokens)
    } catch (error) {
      setProblem(problemOf(error))
    }
  }, [])
  useEffect(() => void load(), [load])

  const carryOut = async ({ what, token }: Asking) => {
    setAsking(null)
    setProblem(null)
    const params = { path: { tokenId: token.id } }
    try {
      if (what === 'revoke') await api.expectOk(api.client.DELETE('/tokens/{tokenId}', { params }))
      else {
        const rotated = await api.expectOk(api.client.POST('/tokens/{tokenId}/rotate', { params }))
        setShown({ name: rotated.details.name, token: rotated.token })
      }
      await load()
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  const domainTitle = (id: string | null) => domains.find((domain) => domain.id === id)?.title ?? id
  return (
    <>
      {shown === null ? null : <ShownOnce {...shown} />}
      {problem === null ? null : <ProblemNotice problem={problem} test="tokens-problem" />}
      <IssueForm
        domains={domains}
        onIssued={(issued) => {
          setShown(issued)
          scrollTo({ top: 0 })
          void load()
        }}
      />
      {tokens === null ? (
        <Busy text={words.loading} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard
        <section class="scroll" tabIndex={0} aria-label={words.adminTabs.tokens}>
          <table data-test="tokens">
            <thead>
              <tr>
                <th scope="col">{words.holder}</th>
                <th scope="col">{words.tokenRole}</th>
                <th scope="col">{words.tokenState}</th>
                <th scope="col">{words.issuedAt}</th>
                <th scope="col">{words.lastUsed}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <tr key={token.id} data-test="token-row">
                  <th scope="row">
                    {token.name}
                    <br />
                    <span class="none">
                      {token.organisation}, {token.email}
                    </span>
                  </th>
                  <td>
                    {words.roles[token.role]}
                    {token.domainId === null ? null : `: ${domainTitle(token.domainId)}`}
                  </td>
                  <td>{words.tokenStates[stateOf(token)]}</td>
                  <td>{formats.instant(token.createdAt)}</td>
                  <td>{token.lastUsedAt ? formats.instant(token.lastUsedAt) : words.neverUsed}</td>
                  <td>
                    {token.revokedAt ? null : (
                      <div class="actions">
                        <button
                          type="button"
                          class="jump"
                          data-test="rotate"
                          aria-label={`${words.rotate}: ${token.name}`}
                          onClick={() => setAsking({ what: 'rotate', token })}
                        >
                          {words.rotate}
                        </button>
                        <button
                          type="button"
                          class="jump"
                          data-test="revoke"
                          aria-label={`${words.revoke}: ${token.name}`}
                          onClick={() => setAsking({ what: 'revoke', token })}
                        >
                          {words.revoke}
                        </button>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {asking === null ? null : (
        <Dialog
          test="token-question"
          title={
            asking.what === 'rotate'
              ? words.rotateTitle(asking.token.name)
              : words.revokeTitle(asking.token.name)
          }
          onCancel={() => setAsking(null)}
        >
          <p>{asking.what === 'rotate' ? words.rotateText : words.revokeText}</p>
          <div class="actions">
            <Button test="token-question-cancel" hasFocus onClick={() => setAsking(null)}>
              {words.cancel}
            </Button>
            <Button test="token-question-confirm" kind="danger" onClick={() => void carryOut(asking)}>
              {asking.what === 'rotate' ? words.rotate : words.revoke}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  )
}

export const Domains = () => {
  const { domains, load } = useDomains()
  const [form, setForm] = useState({ id: '', title: '', description: '' })
  const [saved, setSaved] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    setSaved(null)
    setProblem(null)
    try {
      await api.expectOk(
        api.client.PUT('/domains/{domainId}', {
          params: { path: { domainId: form.id.trim() } },
          body: {
            title: form.title.trim(),
            ...(form.description.trim() && { description: form.description.trim() }),
          },
        }),
      )
      await load()
      setSaved(form.title.trim())
      setForm({ id: '', title: '', description: '' })
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <>
      {saved === null ? null : (
        <Notice tone="good" title={words.domainSaved(saved)} test="domain-saved" isAlert />
      )}
      {problem === null ? null : <ProblemNotice problem={problem} test="domain-problem" />}
      {domains.length === 0 ? (
        <Empty title={words.noDomains} />
      ) : (
        <ul class="plain" data-test="domains">
          {domains.map((domain) => (
            <li key={domain.id}>
              <b>{domain.title}</b> <span class="none">({domain.id})</span>{' '}
              <button
                type="button"
                class="jump"
                aria-label={`${words.edit}: ${domain.title}`}
                onClick={() => setForm({ description: '', ...domain })}
              >
                {words.edit}
              </button>
              {domain.description ? <p>{domain.description}</p> : null}
            </li>
          ))}
        </ul>
      )}
      <fieldset>
        <legend>{words.saveDomain}</legend>
        <div class="pair">
          <TextField
            test="domain.id"
            label={words.domainId}
            hint={words.domainIdHint}
            value={form.id}
            onInput={(id) => setForm({ ...form, id: id.toLowerCase() })}
          />
          <TextField
            test="domain.title"
            label={words.domainTitle}
            value={form.title}
            onInput={(title) => setForm({ ...form, title })}
          />
        </div>
        <TextField
          test="domain.description"
          label={words.domainDescription}
          note={words.optional}
          rows={2}
          value={form.description}
          onInput={(description) => setForm({ ...form, description })}
        />
        <Button
          test="domain.save"
          kind="main"
          isDisabled={!form.id.trim() || !form.title.trim()}
          onClick={() => void save()}
        >
          {words.saveDomain}
        </Button>
      </fieldset>
    </>
  )
}
