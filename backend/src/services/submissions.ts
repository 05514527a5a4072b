/**
 * Submissions of the public and their review (R2, R12.2): received → in review → returned, and back → approved or
 * rejected. Nothing submitted is published, rendered or loaded before an administrator approves it; then it becomes a
 * record and a publication of the one path there is. Each decision, its mails and its audit entry are one transaction.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Knex } from 'knex'
import type { Config } from '../config/config.ts'
import type { Actor, SubmitterActor } from '../domain/actor.ts'
import type { MailKind } from '../domain/mail.ts'
import { demand, ownerIdOf } from '../domain/policy.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { recordProblems } from '../domain/problems/record.ts'
import { submissionProblems } from '../domain/problems/submission.ts'
import { tokenProblems } from '../domain/problems/token.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import type { Publication } from '../domain/publication.ts'
import {
  activeContentOf,
  namesAnAddress,
  networkOf,
  type Submission,
  type SubmissionContact,
  type SubmissionState,
  toReference,
} from '../domain/submission.ts'
import { demandExtension, demandLayerFits, type Upload } from '../domain/upload.ts'
import type { BlobStore } from '../files/blob-store.ts'
import { demandIfMatch, versionEtag } from '../http/etag.ts'
import { detect, findLayer, isSpatialLayer } from '../metadata/prefill.ts'
import { type RecordMetadataDraft, toEpsg } from '../metadata/record-metadata.ts'
import { checkForPublication, type Findings } from '../metadata/rules.ts'
import { publications } from '../repositories/publications.ts'
import { records } from '../repositories/records.ts'
import { type SubmissionFilter, submissionLinks, submissions } from '../repositories/submissions.ts'
import { domains } from '../repositories/tokens.ts'
import { uploads as uploadRows } from '../repositories/uploads.ts'
import { audit } from './audit.ts'
import { enqueue } from './jobs.ts'
import { digestOfLink, queueMail } from './outbox.ts'
import { chooseLayer, type Publishing } from './publishing.ts'
import type { Uploads } from './uploads.ts'

export type SubmissionContent = {
  contact: SubmissionContact
  metadata: RecordMetadataDraft
  uploadId?: string
  layer?: string
  isHostedElsewhere?: boolean
  message?: string
  stamp: string
  website?: string
}

export type Approval = {
  domainId?: string | null
  collectionId?: string
  layer?: string
  publishToApi?: boolean
  acceptWithoutFile?: boolean
}

export type SubmissionsParts = {
  db: Knex
  config: Pick<Config, 'crsList' | 'nationalExtent' | 'limits' | 'adminEmails'>
  publishing: Pick<Publishing, 'acceptIn' | 'freeCollectionId'>
  uploads: Pick<Uploads, 'begin' | 'get'>
  store: Pick<BlobStore, 'open'>
  today: () => string
  now: () => number
  ring: () => void
}

type Asked = { actor: Actor; ip: string; ifMatch: string | undefined }
type Submitted = { linkSecret: string; ip: string }

const hourMs = 3_600_000
/** A person needs longer for three sections; one who sends kept entries again has the older stamp. */
const quickestMs = 3_000
const oldestStampMs = 60 * 24 * hourMs

const sayState: Record<SubmissionState, string> = {
  received: 'received',
  in_review: 'in review',
  returned: 'returned',
  publishing: 'being published',
  approved: 'approved',
  rejected: 'rejected',
}

export const toSubmitter = (linkSecret: string): SubmitterActor => ({
  kind: 'submitter',
  linkSha256: digestOfLink(linkSecret),
})

const sign = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('base64url').slice(0, 22)

/** When the form was opened, so that nobody can say it was earlier. */
export const stampAt = (secret: string, at: number): string => {
  const time = at.toString(36)
  return `${time}.${sign(secret, `stamp ${time}`)}`
}

/** Counts per network in a sliding hour, in this process: uploads come and go, so their rows cannot be counted. */
const createHourlyLimit = (limit: number, now: () => number) => {
  const begun = new Map<string, number[]>()
  return (ip: string) => {
    const network = networkOf(ip)
    const times = (begun.get(network) ?? []).filter((at) => at > now() - hourMs)
    const [oldest] = times
    if (times.length >= limit && oldest !== undefined)
      throw submissionProblems.submissionUploadsTooMany({
        limit,
        retryAfterSeconds: Math.max(1, Math.ceil((oldest + hourMs - now()) / 1000)),
      })
    if (begun.size > 10_000) begun.clear()
    begun.set(network, [...times, now()])
  }
}

export const createSubmissions = (parts: SubmissionsParts) => {
  const { db, config, publishing, today, now } = parts
  const { limits } = config
  const demandUploadRoom = createHourlyLimit(limits.submissionUploadsPerHour, now)

  // Who may submit how often ------------------------------------------------------------------------------

  const demandStamp = (secret: string, stamp: string) => {
    const [time = '', mark = ''] = stamp.split('.')
    const given = Buffer.from(mark)
    const right = Buffer.from(sign(secret, `stamp ${time}`))
    const age = now() - Number.parseInt(time, 36)
    if (given.length !== right.length || !timingSafeEqual(given, right) || !(age <= oldestStampMs))
      throw submissionProblems.submissionStampUnknown()
    if (age < quickestMs)
      throw submissionProblems.submissionTooQuick({
        retryAfterSeconds: Math.max(1, Math.ceil((quickestMs - age) / 1000)),
      })
  }

  const demandPerson = (secret: string, { website, stamp }: SubmissionContent) => {
    if (website) throw submissionProblems.submissionFilledByProgram()
    demandStamp(secret, stamp)
  }

  const demandRoom = async (trx: Knex, sender: string, email: string) => {
    if ((await submissions(trx).countWaiting()) >= limits.pendingSubmissions)
      throw submissionProblems.reviewQueueFull()
    for (const from of [{ sender }, { email }]) {
      const { count, firstAt } = await submissions(trx).recentFrom(from)
      if (count < limits.submissionsPerHour) continue
      const freeAt = (firstAt?.getTime() ?? now()) + hourMs
      throw submissionProblems.submissionsTooMany({
        limit: limits.submissionsPerHour,
        retryAfterSeconds: Math.max(1, Math.ceil((freeAt - now()) / 1000)),
      })
    }
  }

  // What is submitted -------------------------------------------------------------------------------------

  const usableUpload = async (trx: Knex, id: string, owner: string | null): Promise<Upload> => {
    const upload = await uploadRows(trx).find(id)
    if (!upload || upload.ownerId !== owner) throw generalProblems.notFound({ what: 'upload', id })
    return upload
  }

  const findingsOn = (
    metadata: RecordMetadataDraft,
    upload: Upload | null,
    layerName: string | null,
  ): Findings => {
    const layer = upload?.probe ? findLayer(upload.probe, layerName) : null
    return checkForPublication(metadata, {
      isSpatial: isSpatialLayer(layer),
      probeEpsg: layer?.crs?.epsg ?? null,
      crsList: config.crsList,
      nationalExtent: config.nationalExtent,
    })
  }

  /** What the program knows goes without saying; what only people know has to be said. */
  const complete = (content: SubmissionContent, upload: Upload | null): RecordMetadataDraft => {
    const detected = upload?.probe
      ? detect({ probe: upload.probe, layerName: content.layer ?? null, fileName: upload.fileName })
      : {}
    const { title, bbox, ...known } = detected
    return {
      language: 'eng',
      dateStamp: today(),
      characterSet: 'utf8',
      ...known,
      ...(content.metadata.pointsOfContact && { contacts: content.metadata.pointsOfContact }),
      ...content.metadata,
    }
  }

  const demandUpload = (upload: Upload, layerName: string | undefined) => {
    const { fileName, state, probe } = upload
    if (state !== 'ready' || probe === null)
      throw submissionProblems.submissionFileNotReady({ fileName, state })
    const found = activeContentOf(probe)
    if (found.length > 0) throw submissionProblems.submissionFileActive({ fileName, found })
    if (probe.kind !== 'vector') return
    const layer = chooseLayer({ ...upload, sha256: upload.sha256 ?? '', probe }, layerName)
    demandLayerFits({ sizeBytes: upload.sizeBytes, probe }, layer, limits)
  }

  /** Everything that can be said against it at once, before anything of it is kept. */
  const toRow = (content: SubmissionContent, upload: Upload | null) => {
    const isHostedElsewhere = upload === null && (content.isHostedElsewhere ?? false)
    if (upload === null && !isHostedElsewhere) throw submissionProblems.submissionNeedsFile()
    if (isHostedElsewhere && !namesAnAddress(content.metadata))
      throw submissionProblems.submissionNeedsAddress()
    if (upload !== null) demandUpload(upload, content.layer)
    const metadata = complete(content, upload)
    const { errors } = findingsOn(metadata, upload, content.layer ?? null)
    if (errors.length > 0) throw submissionProblems.submissionIncomplete({ errors })
    return {
      contact: content.contact,
      metadata,
      message: content.message ?? null,
      isHostedElsewhere,
      uploadId: upload?.id ?? null,
      uploadLayer: upload === null ? null : (content.layer ?? null),
      file:
        upload === null || upload.probe === null
          ? null
          : {
              name: upload.fileName,
              sizeBytes: upload.sizeBytes,
              sha256: upload.sha256 ?? '',
              format: upload.probe.format,
              kind: upload.probe.kind,
            },
    }
  }

  // Mails -------------------------------------------------------------------------------------------------

  const dataOf = (submission: Submission) => ({
    reference: submission.reference,
    title: submission.metadata.title ?? '',
    name: submission.contact.name,
    submitter: submission.contact.name,
    ...(submission.reason !== null && { reason: submission.reason }),
    ...(submission.recordId !== null && { recordId: submission.recordId }),
  })

  const writeToSubmitter = (trx: Knex, kind: MailKind, submission: Submission) =>
    queueMail(trx, {
      kind,
      to: submission.contact,
      submissionId: submission.id,
      data: dataOf(submission),
    })

  const writeToAdministrators = async (
    trx: Knex,
    submission: Submission,
    { isAgain }: { isAgain: boolean },
  ) => {
    for (const email of config.adminEmails)
      await queueMail(trx, {
        kind: 'submission-new',
        to: { name: '', email },
        submissionId: submission.id,
        data: { ...dataOf(submission), isAgain },
      })
  }

  // Following it ------------------------------------------------------------------------------------------

  /** The submission of a private link; one that fits no reference here is as unknown as any other. */
  const ofLink = async (trx: Knex, reference: string, linkSecret: string): Promise<Submission> => {
    const link = await submissionLinks(trx).find(digestOfLink(linkSecret))
    const submission = await submissions(trx).find(reference)
    if (!link || !submission || link.submissionId !== submission.id)
      throw submissionProblems.submissionLinkUnknown()
    if (new Date(link.expiresAt).getTime() < now())
      throw submissionProblems.submissionLinkExpired({ reference })
    return submission
  }

  /** The file is of no more use: the garbage collector takes it at its next round. */
  const dropUpload = async (trx: Knex, uploadId: string | null) => {
    if (uploadId === null) return
    await trx('upload').where({ id: uploadId }).update({ expires_at: trx.fn.now() })
    await enqueue(trx, { kind: 'collect-garbage', key: `upload ${uploadId}` })
  }

  // Review ------------------------------------------------------------------------------------------------

  const demandState = (
    submission: Submission,
    action: string,
    expected: { states: SubmissionState[]; say: string },
  ) => {
    if (!expected.states.includes(submission.state))
      throw submissionProblems.submissionStateConflict({
        reference: submission.reference,
        state: sayState[submission.state],
        action,
        expected: expected.say,
      })
  }

  const undecided = {
    states: ['received', 'in_review', 'publishing'] as SubmissionState[],
    say: 'received or in review',
  }

  /** Locks it for a decision, and that nothing else is under way. */
  const forDecision = async (
    trx: Knex,
    reference: string,
    action: string,
    { actor, ifMatch }: Asked,
  ): Promise<Submission> => {
    demand(actor, 'review submissions')
    const submission = await submissions(trx).lock(reference)
    demandState(submission, action, undecided)
    demandIfMatch(ifMatch, submission.version)
    // Looked at before the record is locked, which a running publication locks first.
    if (submission.recordId !== null && (await publications(trx).findActive(submission.recordId)))
      throw recordProblems.publicationRunning({ recordId: submission.recordId })
    return submission
  }

  /** An approval whose publication failed left a draft; it goes when the submission is decided otherwise. */
  const withdrawDraft = async (trx: Knex, submission: Submission, { actor, ip }: Asked) => {
    if (submission.recordId === null) return
    const record = await records(trx).lock(submission.recordId)
    if (record.state !== 'draft') return
    await records(trx).change(record.id, {
      state: 'deleted',
      metadata: {},
      uploadId: null,
      deletedAt: new Date(now()).toISOString(),
    })
    await audit(trx).add({
      actor,
      action: 'record.deleted',
      recordId: record.id,
      detail: { state: 'draft' },
      ip,
    })
  }

  const decide = (
    reference: string,
    asked: Asked,
    decision: { action: string; state: 'returned' | 'rejected'; reason: string; mail: MailKind },
  ) =>
    db.transaction(async (trx) => {
      const submission = await forDecision(trx, reference, decision.action, asked)
      await withdrawDraft(trx, submission, asked)
      const { state, reason } = decision
      const decided = await submissions(trx).change(
        submission.id,
        { state, reason, recordId: null, ...(state === 'rejected' && { uploadId: null }) },
        { state, reason, at: new Date(now()).toISOString() },
      )
      if (state === 'rejected') await dropUpload(trx, submission.uploadId)
      await submissionLinks(trx).prolong(submission.id, limits.submissionLinkDays)
      await writeToSubmitter(trx, decision.mail, decided)
      await audit(trx).add({
        actor: asked.actor,
        action: `submission.${state}`,
        subject: reference,
        detail: { title: submission.metadata.title, reason },
        ip: asked.ip,
      })
      return decided
    })

  /** The draft of an earlier attempt, or a new one. */
  const draftFor = async (
    trx: Knex,
    submission: Submission,
    { domainId, layer }: Approval,
    { actor, ip }: Asked,
  ) => {
    const earlier = submission.recordId === null ? undefined : await records(trx).lock(submission.recordId)
    if (earlier && earlier.state !== 'deleted')
      return records(trx).change(earlier.id, {
        ...(domainId !== undefined && { domainId }),
        ...(layer !== undefined && { uploadLayer: layer }),
      })
    const record = await records(trx).add({
      id: randomUUID(),
      // Whoever submitted has no account, so nobody owns it; its domain's custodians and administrators keep it (R2.11).
      ownerId: null,
      domainId: domainId ?? null,
      metadata: submission.metadata as Record<string, unknown>,
      uploadId: submission.uploadId,
      uploadLayer: layer ?? submission.uploadLayer,
    })
    await audit(trx).add({
      actor,
      action: 'record.created',
      recordId: record.id,
      detail: { title: submission.metadata.title, submission: submission.reference },
      ip,
    })
    return record
  }

  const demandDomain = async (trx: Knex, domainId: string | null | undefined) => {
    if (domainId && !(await domains(trx).list()).some(({ id }) => id === domainId))
      throw tokenProblems.domainUnknown({ domainId })
  }

  const publicationOf = async (submission: Submission): Promise<Publication | null> =>
    submission.recordId === null
      ? null
      : ((await publications(db).listOfRecord(submission.recordId))[0] ?? null)

  return {
    form: async (): Promise<{ stamp: string }> => ({
      stamp: stampAt(await submissions(db).secret(), now()),
    }),

    /** No larger than a dataset: GeoPackages of hundreds of megabytes are for people with a token (security B1). */
    beginUpload: async (
      request: { fileName: string; sizeBytes: number; tusMetadata: string | null },
      { linkSecret, ip }: Submitted,
    ): Promise<Upload> => {
      demandExtension(request.fileName)
      if (request.sizeBytes > limits.datasetBytes)
        throw uploadProblems.uploadTooLarge({
          fileName: request.fileName,
          foundBytes: request.sizeBytes,
          limitBytes: limits.datasetBytes,
          geopackageBytes: limits.datasetBytes,
        })
      demandUploadRoom(ip)
      if ((await uploadRows(db).bytesOfSubmitters()) + request.sizeBytes > limits.submissionBytes)
        throw submissionProblems.reviewQueueFull()
      return parts.uploads.begin(request, toSubmitter(linkSecret))
    },

    /** The same link again is the same submission, so a request whose answer was lost may be repeated. */
    submit: async (content: SubmissionContent, { linkSecret, ip }: Submitted): Promise<Submission> => {
      const sha256 = digestOfLink(linkSecret)
      const submission = await db.transaction(async (trx) => {
        const secret = await submissions(trx).lockSecret()
        const present = await submissionLinks(trx).find(sha256)
        if (present)
          return (
            (await submissions(trx).findById(present.submissionId)) ??
            raise(submissionProblems.submissionLinkUnknown())
          )
        demandPerson(secret, content)
        const sender = sign(secret, `sender ${networkOf(ip)}`)
        await demandRoom(trx, sender, content.contact.email)
        const upload =
          content.uploadId === undefined
            ? null
            : await usableUpload(trx, content.uploadId, ownerIdOf(toSubmitter(linkSecret)))
        const added = await submissions(trx).add({
          ...toRow(content, upload),
          id: randomUUID(),
          reference: toReference(randomBytes(8)),
          sender,
        })
        await submissionLinks(trx).add({ sha256, submissionId: added.id, days: limits.submissionLinkDays })
        await writeToSubmitter(trx, 'submission-receipt', added)
        await writeToAdministrators(trx, added, { isAgain: false })
        await audit(trx).add({
          actor: toSubmitter(linkSecret),
          action: 'submission.received',
          subject: added.reference,
          detail: { title: added.metadata.title, sha256: added.file?.sha256 },
          ip,
        })
        return added
      })
      parts.ring()
      return submission
    },

    follow: (reference: string, linkSecret: string): Promise<Submission> => ofLink(db, reference, linkSecret),

    /** The file of whoever sent it under this link, or that of the submission the link is of: each mail has a link of its own. */
    getUpload: async (uploadId: string, linkSecret: string): Promise<Upload> => {
      const upload = await uploadRows(db).find(uploadId)
      const link = upload && (await submissionLinks(db).find(digestOfLink(linkSecret)))
      const submission = link && (await submissions(db).findById(link.submissionId))
      const isOfLink = submission?.uploadId === uploadId && new Date(link?.expiresAt ?? 0).getTime() >= now()
      return upload && isOfLink ? upload : parts.uploads.get(uploadId, toSubmitter(linkSecret))
    },

    /** Only what was returned is changed, and only through its link. The file may stay. */
    resubmit: async (
      reference: string,
      content: SubmissionContent,
      { linkSecret, ip, ifMatch }: Submitted & { ifMatch: string | undefined },
    ): Promise<Submission> => {
      const submission = await db.transaction(async (trx) => {
        await ofLink(trx, reference, linkSecret)
        demandPerson(await submissions(trx).secret(), content)
        const before = await submissions(trx).lock(reference)
        demandState(before, 'sent again', { states: ['returned'], say: 'returned' })
        demandIfMatch(ifMatch, before.version)
        const upload =
          content.uploadId === undefined
            ? null
            : content.uploadId === before.uploadId
              ? await uploadRows(trx).get(content.uploadId)
              : await usableUpload(trx, content.uploadId, ownerIdOf(toSubmitter(linkSecret)))
        const row = toRow(content, upload)
        const changed = await submissions(trx).change(
          before.id,
          { ...row, state: 'received', reason: null },
          { state: 'received', at: new Date(now()).toISOString() },
        )
        if (before.uploadId !== row.uploadId) await dropUpload(trx, before.uploadId)
        await submissionLinks(trx).prolong(before.id, limits.submissionLinkDays)
        await writeToAdministrators(trx, changed, { isAgain: true })
        await audit(trx).add({
          actor: toSubmitter(linkSecret),
          action: 'submission.resubmitted',
          subject: reference,
          detail: { title: changed.metadata.title, sha256: row.file?.sha256 },
          ip,
        })
        return changed
      })
      parts.ring()
      return submission
    },

    list: async (filter: SubmissionFilter, actor: Actor) => {
      demand(actor, 'review submissions')
      return { ...(await submissions(db).list(filter)), waiting: await submissions(db).countWaiting() }
    },

    /** Everything a decision needs: the probe, the findings, how a publication went. */
    review: async (reference: string, actor: Actor) => {
      demand(actor, 'review submissions')
      const submission =
        (await submissions(db).find(reference)) ??
        raise(generalProblems.notFound({ what: 'submission', id: reference }))
      const upload =
        submission.uploadId === null ? null : ((await uploadRows(db).find(submission.uploadId)) ?? null)
      const publication = await publicationOf(submission)
      const layer = upload?.probe ? findLayer(upload.probe, submission.uploadLayer) : null
      const becomesCollection =
        layer !== null && (upload?.probe?.kind === 'vector' || layer.kind === 'raster')
      return {
        submission,
        upload,
        publication,
        progress: publication === null ? null : await publications(db).progressOf(publication.id),
        findings: findingsOn(submission.metadata, upload, submission.uploadLayer),
        suggestedCollectionId: becomesCollection
          ? await publishing.freeCollectionId([submission.metadata.title ?? '', layer.name])
          : '',
      }
    },

    /** The bytes as they were sent, while they wait. */
    file: async (reference: string, actor: Actor) => {
      demand(actor, 'review submissions')
      const submission = await submissions(db).find(reference)
      const upload =
        submission === undefined || submission.uploadId === null
          ? undefined
          : await uploadRows(db).find(submission.uploadId)
      if (!upload || upload.sha256 === null)
        throw generalProblems.notFound({ what: 'waiting file of submission', id: reference })
      const { sha256, fileName, sizeBytes } = upload
      return { fileName, sizeBytes, open: () => parts.store.open(sha256) }
    },

    begin: (reference: string, asked: Asked): Promise<Submission> =>
      db.transaction(async (trx) => {
        const submission = await forDecision(trx, reference, 'taken into review', asked)
        if (submission.state !== 'received') return submission
        const begun = await submissions(trx).change(
          submission.id,
          { state: 'in_review' },
          { state: 'in_review', at: new Date(now()).toISOString() },
        )
        await audit(trx).add({
          actor: asked.actor,
          action: 'submission.in-review',
          subject: reference,
          ip: asked.ip,
        })
        return begun
      }),

    returnForRevision: async (reference: string, reason: string, asked: Asked): Promise<Submission> => {
      const decision = { action: 'returned', state: 'returned', reason, mail: 'submission-returned' } as const
      const submission = await decide(reference, asked, decision)
      parts.ring()
      return submission
    },

    reject: async (reference: string, reason: string, asked: Asked): Promise<Submission> => {
      const decision = { action: 'rejected', state: 'rejected', reason, mail: 'submission-rejected' } as const
      const submission = await decide(reference, asked, decision)
      parts.ring()
      return submission
    },

    /** The record, its publication and the decision begin together; the mail follows when the publication commits. */
    approve: async (reference: string, approval: Approval, asked: Asked): Promise<Submission> => {
      const submission = await db.transaction(async (trx) => {
        const before = await forDecision(trx, reference, 'approved', asked)
        if (before.uploadId === null && before.isHostedElsewhere && !approval.acceptWithoutFile)
          throw submissionProblems.submissionNeedsException({ reference })
        await demandDomain(trx, approval.domainId)
        const record = await draftFor(trx, before, approval, asked)
        const upload = before.uploadId === null ? undefined : await uploadRows(trx).find(before.uploadId)
        const layer = upload?.probe ? findLayer(upload.probe, record.uploadLayer) : null
        const saidEpsg = toEpsg(before.metadata.crs)
        const lacksCrs = isSpatialLayer(layer) && !layer?.crs?.epsg
        await publishing.acceptIn(
          trx,
          record.id,
          {
            ...(approval.collectionId && { collectionId: approval.collectionId }),
            ...(approval.publishToApi !== undefined && { publishToApi: approval.publishToApi }),
            ...(lacksCrs && saidEpsg !== null && { sourceEpsg: saidEpsg }),
          },
          { actor: asked.actor, ip: asked.ip, ifMatch: versionEtag(record.version) },
        )
        const approved = await submissions(trx).change(before.id, {
          state: 'publishing',
          recordId: record.id,
          reason: null,
        })
        await audit(trx).add({
          actor: asked.actor,
          action: 'submission.approved',
          recordId: record.id,
          subject: reference,
          detail: { title: before.metadata.title, sha256: before.file?.sha256, domainId: approval.domainId },
          ip: asked.ip,
        })
        return approved
      })
      parts.ring()
      return submission
    },
  }
}

export type Submissions = ReturnType<typeof createSubmissions>

/** In the commit of a publication: the submission it came from is approved, and its submitter hears of it. */
export const approvePublished = async (
  trx: Knex,
  { recordId, linkDays }: { recordId: string; linkDays: number },
): Promise<void> => {
  const submission = await submissions(trx).lockOfRecord(recordId)
  if (submission?.state !== 'publishing') return
  const approved = await submissions(trx).change(
    submission.id,
    { state: 'approved', uploadId: null },
    { state: 'approved', at: new Date().toISOString() },
  )
  await submissionLinks(trx).prolong(submission.id, linkDays)
  await queueMail(trx, {
    kind: 'submission-approved',
    to: approved.contact,
    submissionId: approved.id,
    data: {
      reference: approved.reference,
      title: approved.metadata.title ?? '',
      name: approved.contact.name,
      recordId,
    },
  })
}
