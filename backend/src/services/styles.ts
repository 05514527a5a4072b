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
import type { StyleReader } from '../render/style-reader.ts'
import { refreshDistributions } from '../repositories/distributions.ts'
import { type StyleVersion, styleVersions } from '../repositories/style-versions.ts'
import { type Style, type StyleContent, styles } from '../repositories/styles.ts'
import type { StyleCheck, StyleContext, StyleFinding } from '../styles/gate.ts'
import { reportLosses, type StyleVerdict } from '../styles/loss-report.ts'
import { fromXml } from '../styles/markup.ts'
import type { Style as StyleModel, SymbolizerKind } from '../styles/model.ts'
import { checkQml, MAX_QML_BYTES, readQml } from '../styles/qml.ts'
import { readQmlStyle } from '../styles/qml-read.ts'
import { audit } from './audit.ts'
import type { Blobs } from './blobs.ts'
import { moveEpoch } from './catalogue-entry.ts'

export type StyleFile = { fileName: string; bytes: Uint8Array }
/** One of the two files at least. */
export type StyleFiles = { sld?: StyleFile; qml?: StyleFile; title?: string }
export type StyleView = Style & { usedBy: string[] }

export type StylesParts = {
  db: Knex
  store: BlobStore
  blobs: Blobs
  limits: { sldBytes: number }
  /** Reads SLD in a thread of its own. */
  reader: Pick<StyleReader, 'check'>
  /** Called after each change, so that nothing in this process answers from before it. */
  onChange: () => void
}

type Asked = { actor: Actor; ip?: string }
type Accepted = {
  /** null for a QML alone. */
  check: StyleCheck | null
  findings: StyleFinding[]
  draws: SymbolizerKind[]
  sources: { sld: Uint8Array | null; qml: Uint8Array | null }
}

export const qmlBytes = MAX_QML_BYTES
const maxTitle = 200
const mostNamed = 5

/** Of one style; the oldest are given up. */
const mostVersions = 50

const kindsOf = ({ featureTypeStyles }: StyleModel): SymbolizerKind[] => [
  ...new Set(
    featureTypeStyles.flatMap(({ rules }) =>
      rules.flatMap(({ symbolizers }) => symbolizers.map(({ kind }) => kind)),
    ),
  ),
]

const nameOfActor = (actor: Actor): string | null => (actor.kind === 'token' ? actor.name : null)

const filesOf = ({ sources }: { sources: { sld: Uint8Array | null; qml: Uint8Array | null } }) =>
  [sources.sld, sources.qml].filter((bytes) => bytes !== null)

/** What the audit names: the served file, or the only one. */
const shaOf = ({ sldSha256, qmlSha256 }: Style) => sldSha256 ?? qmlSha256

/** A QML that stands for the whole style draws something; names what people who do not use QGIS will miss. */
const gateAlone = ({ bytes, fileName }: StyleFile): StyleFinding => {
  const report = reportLosses(fromXml(readQml(bytes)))
  if (report.renderer === null)
    throw styleProblems.qmlRefused({
      fileName,
      errors: [
        {
          code: 'QML_NO_RENDERER',
          message:
            'It says nothing of how the layer is drawn, and there is no SLD beside it. In QGIS save the style with the category Symbology.',
        },
      ],
    })
  const isMissed = ({ verdict }: { verdict: StyleVerdict }) => verdict === 'qml-only' || verdict === 'lost'
  const lost = [...new Set(report.items.filter(isMissed).map(({ name }) => name))]
  const named = lost.slice(0, mostNamed).join(', ') + (lost.length > mostNamed ? ' …' : '')
  return {
    code: 'QML_ONLY',
    message: `This style has no SLD: QGIS draws it as it was published, and other programs draw the layer in a way of their own${named ? ` (SLD cannot say: ${named})` : ''}.`,
  }
}

export const createStyles = ({ db, store, blobs, limits, reader, onChange }: StylesParts) => {
  const gateSld = async (sld: StyleFile, context: StyleContext): Promise<StyleCheck> => {
    if (sld.bytes.length > limits.sldBytes)
      throw uploadProblems.partTooLarge({ part: 'sld', fileName: sld.fileName, limitBytes: limits.sldBytes })
    const check = await reader.check(sld.bytes, { ...context, fileName: sld.fileName })
    const { errors, warnings, sldVersion } = check
    if (errors.length > 0 || sldVersion === null)
      throw styleProblems.sldRefused({ fileName: sld.fileName, errors, warnings })
    return check
  }

  const gateQml = ({ bytes, fileName }: StyleFile): StyleFinding[] => {
    const { errors, warnings } = checkQml(bytes, { fileName })
    if (errors.length > 0) throw styleProblems.qmlRefused({ fileName, errors, warnings })
    return warnings
  }

  /** Errors refuse the style, warnings are kept with it (R7.4, R7.7, R7.8). */
  const gate = async ({ sld, qml }: StyleFiles, context: StyleContext = {}): Promise<Accepted> => {
    if (!sld && !qml) throw uploadProblems.filePartMissing({ part: 'sld', found: [] })
    const check = sld ? await gateSld(sld, context) : null
    const ofQml = qml ? gateQml(qml) : []
    const alone = qml && !sld ? [gateAlone(qml)] : []
    const model = check?.style ?? (qml && !sld ? readQmlStyle(fromXml(readQml(qml.bytes))).style : null)
    return {
      check,
      draws: model ? kindsOf(model) : [],
      findings: [...(check?.warnings ?? []), ...ofQml, ...alone],
      sources: { sld: sld?.bytes ?? null, qml: qml?.bytes ?? null },
    }
  }

  /** The name given, else the one in the SLD, else the file's (R7.5). */
  const nameOf = ({ sld, qml, title }: StyleFiles, check: StyleCheck | null): string => {
    const fileName = sld?.fileName ?? qml?.fileName ?? ''
    const given = [title, check?.name, stemOf(toDisplayName(fileName))].map((text) => text?.trim())
    return (given.find(Boolean) ?? 'Style').slice(0, maxTitle)
  }

  const toContent = (accepted: Accepted, stored: { sha256: string }[], title?: string): StyleContent => {
    const { check, draws, findings, sources } = accepted
    // Stored in the order of filesOf.
    const shas = stored.map(({ sha256 }) => sha256)
    return {
      title,
      sldVersion: check?.sldVersion ?? null,
      sldSha256: sources.sld === null ? null : (shas[0] ?? null),
      qmlSha256: sources.qml === null ? null : (shas[sources.sld === null ? 0 : 1] ?? null),
      findings,
      draws,
    }
  }

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
    const accepted = await gate(files)
    const title = nameOf(files, accepted.check)
    const ownerId = actor.kind === 'token' ? actor.tokenId : null
    const style = await blobs.keep(filesOf(accepted), async (trx, stored) => {
      const content = { ...toContent(accepted, stored), title, ownerId, requestId }
      const added = await addUnderFreeId(trx, content)
      await styleVersions(trx).add(added, { what: 'created', madeBy: nameOfActor(actor) })
      const detail = {
        sha256: shaOf(added),
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
    for (const { geometryType, fields, bands } of await styles(trx).layersOf(id)) {
      const { findings } = await gate(files, { geometryType, fields, bands })
      found.push(...findings)
    }
    return { ...accepted, findings: [...new Map(found.map((one) => [JSON.stringify(one), one])).values()] }
  }

  /** What was before stays as a version; of many, the oldest go. */
  const replace = async (
    id: string,
    files: StyleFiles,
    { actor, ip, ifMatch }: Asked & { ifMatch?: string },
    restoredFrom: number | null = null,
  ): Promise<StyleView> => {
    const present = await styles(db).get(id)
    demand(actor, 'change a style', { ownerId: present.ownerId })
    // Looked at before anything is stored, and once more under the lock.
    demandIfMatch(ifMatch, present.version)
    const accepted = await gate(files)
    const changed = await blobs.keep(filesOf(accepted), async (trx, stored) => {
      const before = await styles(trx).lock(id)
      demandIfMatch(ifMatch, before.version)
      const fitting = await gateForUsers(trx, id, files, accepted)
      const after = await styles(trx).change(
        id,
        toContent(fitting, stored, files.title?.trim().slice(0, maxTitle) || undefined),
      )
      const what = restoredFrom === null ? 'replaced' : 'restored'
      await styleVersions(trx).add(after, { what, restoredFrom, madeBy: nameOfActor(actor) })
      const detail = {
        sha256: shaOf(after),
        before: shaOf(before),
        version: after.version,
        ...(restoredFrom === null ? {} : { restoredFrom }),
      }
      await audit(trx).add({ actor, action: `style.${what}`, subject: id, detail, ip })
      await refreshDistributions(trx, after)
      await moveEpoch(trx)
      return { after, left: await styleVersions(trx).removeOldest(id, mostVersions) }
    })
    await forget([present, ...changed.left])
    onChange()
    return withUsersOf(changed.after)
  }

  /** Bytes nothing refers to any more; what fails here is left to the garbage collector. */
  const forget = async (left: Pick<StyleVersion, 'sldSha256' | 'qmlSha256'>[]) => {
    const shas = new Set(left.flatMap(({ sldSha256, qmlSha256 }) => [sldSha256, qmlSha256]))
    for (const sha256 of shas) if (sha256 !== null) await blobs.removeIfUnused(sha256).catch(() => {})
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
      const versions = await styleVersions(trx).list(id)
      await styles(trx).remove(id)
      await audit(trx).add({
        actor,
        action: 'style.deleted',
        subject: id,
        detail: { sha256: shaOf(style) },
        ip,
      })
      await moveEpoch(trx)
      return [style, ...versions]
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

  const bytesOf = async (sha256: string): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    for await (const piece of await store.open(sha256)) pieces.push(piece as Uint8Array)
    return Buffer.concat(pieces)
  }

  /** The same as replacing it with the files it had then: it must go on fitting its layers. */
  const restore = async (
    id: string,
    version: number,
    asked: Asked & { ifMatch?: string },
  ): Promise<StyleView> => {
    demand(asked.actor, 'change a style', { ownerId: (await styles(db).get(id)).ownerId })
    const { sldSha256, qmlSha256, title } = await styleVersions(db).get(id, version)
    const files: StyleFiles = {
      ...(sldSha256 !== null && { sld: { fileName: `${id}.sld`, bytes: await bytesOf(sldSha256) } }),
      ...(qmlSha256 !== null && { qml: { fileName: `${id}.qml`, bytes: await bytesOf(qmlSha256) } }),
      title,
    }
    return replace(id, files, asked, version)
  }

  return {
    create,
    replace,
    restore,
    remove,
    /** The newest first. */
    versionsOf: async (id: string): Promise<{ style: Style; versions: StyleVersion[] }> => ({
      style: await styles(db).get(id),
      versions: await styleVersions(db).list(id),
    }),
    fileOfVersion: async (id: string, version: number, kind: 'sld' | 'qml') => {
      const { sldSha256, qmlSha256 } = await styleVersions(db).get(id, version)
      const sha256 = kind === 'sld' ? sldSha256 : qmlSha256
      if (sha256 === null)
        throw generalProblems.notFound({
          what: kind === 'sld' ? 'SLD of' : 'QGIS style of',
          id: `${id} ${version}`,
        })
      return fileOf(sha256, `${id}-${version}.${kind}`)
    },
    get: async (id: string): Promise<StyleView> => withUsersOf(await styles(db).get(id)),
    list: async (filter: { limit: number; offset: number; q?: string; draws?: SymbolizerKind }) => {
      const { styles: found, total } = await styles(db).list(filter)
      return { styles: await withUsers(found), total }
    },
    sldOf: async (id: string) => {
      const { sldSha256 } = await styles(db).get(id)
      if (sldSha256 === null) throw generalProblems.notFound({ what: 'SLD of', id })
      return fileOf(sldSha256, `${id}.sld`)
    },
    qmlOf: async (id: string) => {
      const { qmlSha256 } = await styles(db).get(id)
      if (qmlSha256 === null) throw generalProblems.notFound({ what: 'QGIS style of', id })
      return fileOf(qmlSha256, `${id}.qml`)
    },
    /** Whether a style fits a layer, for publishing (R7.7, R7.8). */
    check: async (
      trx: Knex,
      id: string,
      layer: { geometryType: string | null; fields: string[]; bands?: string[] },
    ): Promise<{ errors: StyleFinding[]; warnings: ProbeWarning[] }> => {
      const { sldSha256, findings } = await styles(trx).get(id)
      // Without an SLD nothing of it is drawn here, and that is what is worth saying.
      if (sldSha256 === null)
        return {
          errors: [],
          warnings: findings.map(({ code, message }) => ({ code, message })),
        }
      const pieces: Uint8Array[] = []
      for await (const piece of await store.open(sldSha256)) pieces.push(piece as Uint8Array)
      const { errors, warnings } = await reader.check(Buffer.concat(pieces), {
        geometryType: layer.geometryType as StyleContext['geometryType'],
        fields: layer.fields,
        bands: layer.bands,
      })
      return { errors, warnings: warnings.map(({ code, message }) => ({ code, message })) }
    },
  }
}

export type Styles = ReturnType<typeof createStyles>
