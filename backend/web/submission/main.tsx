/** Public submission (R2): the form at `/submit`, the private link at `/submissions/<reference>#<secret>`. */
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { api } from '../context.ts'
import type { SubmissionJson } from '../session/api.ts'
import { createSender, type UploadPlace } from '../session/upload.ts'
import { SubmissionFormView, useFormState } from './form.tsx'
import { Receipt, Status, submissionUrl } from './status.tsx'
import { createSubmissionForm, type SubmissionForm } from './store.ts'
import { told } from './words.ts'

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const newSecret = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const today = (): string => {
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

const openForm = (revised: { submission: SubmissionJson; secret: string } | null): SubmissionForm =>
  createSubmissionForm({
    api,
    store: localStorage,
    senderAt: (place: UploadPlace) => createSender({ api, store: localStorage, sleep, place }),
    newSecret,
    today,
    sleep,
    revised,
  })

const linkInAddress = () => {
  const reference = /\/submissions\/(S-[0-9A-Z]{4}-[0-9A-Z]{4})\/?$/.exec(location.pathname)?.[1]
  return reference === undefined ? null : { reference, secret: location.hash.slice(1) }
}

const Filling = ({
  form,
  title,
  reason,
  onSent,
}: {
  form: SubmissionForm
  title: string
  reason?: string
  onSent: (submission: SubmissionJson, secret: string, sendsMail: boolean) => void
}) => {
  const state = useFormState(form)
  useEffect(() => {
    if (state.phase === 'sent' && state.result) onSent(state.result, state.secret, state.sendsMail)
  }, [state.phase])
  return <SubmissionFormView form={form} title={title} {...(reason !== undefined && { reason })} />
}

type Place =
  | { kind: 'form'; form: SubmissionForm }
  | { kind: 'receipt'; submission: SubmissionJson; secret: string; sendsMail: boolean }
  | { kind: 'status'; reference: string; secret: string; wasSentAgain: boolean }
  | { kind: 'revision'; form: SubmissionForm; submission: SubmissionJson; secret: string }

const placeInAddress = (): Place => {
  const link = linkInAddress()
  return link === null
    ? { kind: 'form', form: openForm(null) }
    : { kind: 'status', ...link, wasSentAgain: false }
}

const Submission = () => {
  const [place, setPlace] = useState<Place>(placeInAddress)
  useEffect(() => {
    const follow = () => setPlace(placeInAddress())
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  if (place.kind === 'form')
    return (
      <Filling
        form={place.form}
        title={told.submitTitle}
        onSent={(submission, secret, sendsMail) => {
          // Loaded again, the page is that of the private link, and nothing is sent twice.
          history.replaceState(null, '', submissionUrl(submission.reference, secret))
          setPlace({ kind: 'receipt', submission, secret, sendsMail })
        }}
      />
    )
  if (place.kind === 'receipt')
    return (
      <Receipt
        {...place}
        onStatus={() =>
          setPlace({
            kind: 'status',
            reference: place.submission.reference,
            secret: place.secret,
            wasSentAgain: false,
          })
        }
      />
    )
  if (place.kind === 'revision')
    return (
      <Filling
        form={place.form}
        title={told.revising(place.submission.reference)}
        reason={place.submission.reason ?? ''}
        onSent={() =>
          setPlace({
            kind: 'status',
            reference: place.submission.reference,
            secret: place.secret,
            wasSentAgain: true,
          })
        }
      />
    )
  const { reference, secret, wasSentAgain } = place
  return (
    <Status
      reference={reference}
      secret={secret}
      wasSentAgain={wasSentAgain}
      onRevise={(submission) =>
        setPlace({
          kind: 'revision',
          submission,
          secret,
          form: openForm({ submission, secret }),
        })
      }
    />
  )
}

const app = document.getElementById('app')
if (app) render(<Submission />, app)
