/** Styles as catalogue objects of their own (R7): gated when they come in, shared by records, kept while one uses them. */
import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { stemOf, toDisplayName } from '../domain/file-name.ts'
import { demand } from '../domain/policy.ts'
import type { ProbeWarning } from '../domain/probe.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { styleProblems } from '../domain/problems/style.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import { isPublic, toSlug } from '../domain/record.ts'
import type { BlobStore } from '../files/blob-store.ts'
import { demandIfMatch } from '../http/etag.ts'
import { type Style, type StyleContent, styles } from '../repositories/styles.ts'
import { checkSld, type StyleCheck, type StyleContext, type StyleFinding } from '../styles/gate.ts'
import { checkQml, MAX_QML_BYTES } from '../styles/qml.ts'
import { audit } from './audit.ts'
import type { Blobs } from './blobs.ts'
import { moveEpoch } from './catalogue-entry.ts'

export type StyleFile = { fileName: string; bytes: Uint8Array }
export type StyleFiles = { sld: StyleFile; qml?: StyleFile; title?: string }
export type StyleView = Style & { usedBy: string[] }

export type StylesParts = {
  db: Knex
  store: BlobStore
  blobs: Blobs
  limits: { sldBytes: number }
  /** Called after each change, so that nothing in this process answers from before it. */
  onChange: () => void
}

type Asked = { actor: Actor; ip?: string }
type Accepted = {
  check: StyleCheck
  sldVersion: Style['sldVersion']
  findings: StyleFinding[]
  sources: Uint8Array[]
}

export const qmlBytes = MAX_QML_BYTES
const maxTitle = 200

export const createStyles = ({ db, store, blobs, limits, onChange }: StylesParts) => {
  /** Errors refuse the style, warnings are kept with it (R7.4, R7.7, R7.8). */
  const gate = ({ sld, qml }: StyleFiles, context: StyleContext = {}): Accepted => {
    if (sld.bytes.length > limits.sldBytes)
      throw uploadProblems.partTooLarge({ part: 'sld', fileName: sld.fileName, limitBytes: limits.sldBytes })
    const check = checkSld(sld.bytes, { ...context, fileName: sld.fileName })
    const { errors, warnings, sldVersion } = check
    if (errors.length > 0 || sldVersion === null)
      throw styleProblems.sldRefused({ fileName: sld.fileName, errors, warnings })
    const ofQml = qml && checkQml(qml.bytes, { fileName: qml.fileName })
    if (qml && ofQml && ofQml.errors.length > 0)
      throw styleProblems.qmlRefused({
        fileName: qml.fileName,
        errors: ofQml.errors,
        warnings: ofQml.warnings,
      })
    return {
      check,
      sldVersion,
      findings: [...warnings, ...(ofQml?.warnings ?? [])],
      sources: [sld.bytes, ...(qml ? [qml.bytes] : [])],
    }
  }

  /** The name given, else the one in the SLD, else the file's (R7.5). */
  const nameOf = ({ sld, title }: StyleFiles, check: StyleCheck): string => {
    const given = [title, check.name, stemOf(toDisplayName(sld.fileName))].map((text) => text?.trim())
    return (given.find(Boolean) ?? 'Style').slice(0, maxTitle)
  }

  const contentOf = (accepted: Accepted, stored: { sha256: string }[], title?: string): StyleContent => ({
    title,
    sldVersion: accepted.sldVersion,
    sldSha256: stored[0]?.sha256 ?? '',
    qmlSha256: stored[1]?.sha256 ?? null,
    findings: accepted.findings,
  })

  const addUnderFreeId = async (
    trx: Knex,
    content: StyleContent & { title: string; ownerId: string | null; requestId: string },
  ) => {
    const base = toSlug(content.title).slice(0, 55) || 'style'
    for (let n = 1; ; n += 1) {
      const added = await styles(trx).add({ ...content, id: n === 1 ? base : `${base}-${n}` })
      if (added) return added
    }
  }

  const withUsers = async (found: Style[]): Promise<StyleView[]> => {
    const users = await styles(db).usersOf(found.map(({ id }) => id))
    return found.map((style) => ({
      ...style,
      usedBy: (users.get(style.id) ?? []).filter(isPublic).map(({ recordId }) => recordId),
    }))
  }
  const withUsersOf = async (style: Style): Promise<StyleView> => (await withUsers([style]))[0] as StyleView

  /** The same request again is the same style. */
  const create = async (
    files: StyleFiles,
    { actor, ip, requestId }: Asked & { requestId: string },
  ): Promise<StyleView> => {
    demand(actor, 'add a style')
    const present = await styles(db).findByRequest(requestId)
    if (present) return withUsersOf(present)
    const accepted = gate(files)
    const title = nameOf(files, accepted.check)
    const ownerId = actor.kind === 'token' ? actor.tokenId : null
    const style = await blobs.keep(accepted.sources, async (trx, stored) => {
      const content = { ...contentOf(accepted, stored), title, ownerId, requestId }
      const added = await addUnderFreeId(trx, content)
      const detail = {
        sha256: added.sldSha256,
        sldVersion: added.sldVersion,
        warnings: added.findings.length,
      }
      await audit(trx).add({ actor, action: 'style.created', subject: added.id, detail, ip })
      return added
    })
    onChange()
    return withUsersOf(style)
  }

  /** A style must go on fitting the layers it draws; errors refuse it, warnings are kept. */
  const gateForUsers = async (
    trx: Knex,
    id: string,
    files: StyleFiles,
    accepted: Accepted,
  ): Promise<Accepted> => {
    const found = [...accepted.findings]
    for (const { geometryType, fields } of await styles(trx).layersOf(id)) {
      const { findings } = gate(files, { geometryType, fields })
      found.push(...findings)
    }
    return { ...accepted, findings: [...new Map(found.map((one) => [JSON.stringify(one), one])).values()] }
  }

  const replace = async (
    id: string,
    files: StyleFiles,
    { actor, ip, ifMatch }: Asked & { ifMatch?: string },
  ): Promise<StyleView> => {
    const present = await styles(db).get(id)
    demand(actor, 'change a style', { ownerId: present.ownerId })
    // Looked at before anything is stored, and once more under the lock.
    demandIfMatch(ifMatch, present.version)
    const accepted = gate(files)
    const changed = await blobs.keep(accepted.sources, async (trx, stored) => {
      const before = await styles(trx).lock(id)
      demandIfMatch(ifMatch, before.version)
      const fitting = await gateForUsers(trx, id, files, accepted)
      const after = await styles(trx).change(
        id,
        contentOf(fitting, stored, files.title?.trim().slice(0, maxTitle) || undefined),
      )
      const detail = { sha256: after.sldSha256, before: before.sldSha256, version: after.version }
      await audit(trx).add({ actor, action: 'style.replaced', subject: id, detail, ip })
      await moveEpoch(trx)
      return after
    })
    await forget(present)
    onChange()
    return withUsersOf(changed)
  }

  /** Bytes nothing refers to any more; what fails here is left to the garbage collector. */
  const forget = async ({ sldSha256, qmlSha256 }: Style) => {
    for (const sha256 of [sldSha256, qmlSha256])
      if (sha256 !== null) await blobs.removeIfUnused(sha256).catch(() => {})
  }

  const sayRecord = ({ recordId, title }: { recordId: string; title: string }) =>
    title ? `${title} (${recordId})` : recordId

  const remove = async (id: string, { actor, ip, ifMatch }: Asked & { ifMatch?: string }): Promise<void> => {
    const removed = await db.transaction(async (trx) => {
      const style = await styles(trx).lock(id)
      demand(actor, 'change a style', { ownerId: style.ownerId })
      demandIfMatch(ifMatch, style.version)
      const users = (await styles(trx).usersOf([id])).get(id) ?? []
      if (users.length > 0) throw styleProblems.styleInUse({ styleId: id, records: users.map(sayRecord) })
      await styles(trx).remove(id)
      await audit(trx).add({
        actor,
        action: 'style.deleted',
        subject: id,
        detail: { sha256: style.sldSha256 },
        ip,
      })
      await moveEpoch(trx)
      return style
    })
    await forget(removed)
    onChange()
  }

  const fileOf = (sha256: string, fileName: string) => ({
    sha256,
    fileName,
    open: (): Promise<Readable> => store.open(sha256),
    sizeBytes: async () => (await store.stat(sha256))?.sizeBytes ?? 0,
  })

  return {
    create,
    replace,
    remove,
    get: async (id: string): Promise<StyleView> => withUsersOf(await styles(db).get(id)),
    list: async (filter: { limit: number; offset: number; q?: string }) => {
      const { styles: found, total } = await styles(db).list(filter)
      return { styles: await withUsers(found), total }
    },
    sldOf: async (id: string) => fileOf((await styles(db).get(id)).sldSha256, `${id}.sld`),
    qmlOf: async (id: string) => {
      const { qmlSha256 } = await styles(db).get(id)
      if (qmlSha256 === null) throw generalProblems.notFound({ what: 'QGIS style of', id })
      return fileOf(qmlSha256, `${id}.qml`)
    },
    /** Whether a style fits a layer, for publishing (R7.7, R7.8). */
    check: async (
      trx: Knex,
      id: string,
      layer: { geometryType: string | null; fields: string[] },
    ): Promise<{ errors: StyleFinding[]; warnings: ProbeWarning[] }> => {
      const { sldSha256 } = await styles(trx).get(id)
      const pieces: Uint8Array[] = []
      for await (const piece of await store.open(sldSha256)) pieces.push(piece as Uint8Array)
      const { errors, warnings } = checkSld(Buffer.concat(pieces), {
        geometryType: layer.geometryType as StyleContext['geometryType'],
        fields: layer.fields,
      })
      return { errors, warnings: warnings.map(({ code, message }) => ({ code, message })) }
    },
  }
}

export type Styles = ReturnType<typeof createStyles>
