/** Styles over HTTP (R7). */
import { createHash } from 'node:crypto'
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers, HttpContext } from '../contract/handler.ts'
import { attachment, fromHeaderText, toDisplayName } from '../domain/file-name.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import { versionEtag } from '../http/etag.ts'
import { downloadHeaders, fileBody } from '../http/file-body.ts'
import { collect, demandPart, readMultipart } from '../http/multipart.ts'
import type { Idempotency } from '../services/idempotency.ts'
import { qmlBytes, type StyleFile, type StyleFiles, type Styles, type StyleView } from '../services/styles.ts'

type Operations = Pick<
  operations,
  | 'listStyles'
  | 'createStyle'
  | 'getStyle'
  | 'replaceStyle'
  | 'deleteStyle'
  | 'getStyleSld'
  | 'getStyleQml'
  | 'listStyleVersions'
  | 'getStyleVersionSld'
  | 'getStyleVersionQml'
  | 'restoreStyle'
>
type StyleJson = components['schemas']['Style']

export type StyleRouteParts = { styles: Styles; idempotency: Idempotency; limits: { sldBytes: number } }

const sldType = 'application/vnd.ogc.sld+xml'
const qmlType = 'application/xml'

const toJson = (style: StyleView, { siteUrl }: HttpContext): StyleJson => {
  const href = `${siteUrl}/api/v1/styles/${style.id}`
  return {
    id: style.id,
    title: style.title,
    sldVersion: style.sldVersion,
    hasQml: style.qmlSha256 !== null,
    ownerId: style.ownerId,
    version: style.version,
    warnings: style.findings,
    draws: style.draws,
    usedBy: style.usedBy,
    createdAt: style.createdAt,
    updatedAt: style.updatedAt,
    links: [
      { rel: 'self', href, type: 'application/json' },
      ...(style.sldSha256 === null
        ? []
        : [{ rel: 'stylesheet', href: `${href}/sld`, type: sldType, title: 'SLD' }]),
      ...(style.qmlSha256 === null
        ? []
        : [{ rel: 'alternate', href: `${href}/qml`, type: qmlType, title: 'QGIS style' }]),
    ],
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export const styleHandlers = ({ styles, idempotency, limits }: StyleRouteParts): Handlers<Operations> => {
  const limitOf: Record<string, number> = { sld: limits.sldBytes, qml: qmlBytes }

  const readFiles = async (http: HttpContext): Promise<StyleFiles> => {
    const form = await readMultipart<StyleFile>(http, {
      files: ['sld', 'qml'],
      fields: ['title'],
      maxBodyBytes: limits.sldBytes + qmlBytes + 65_536,
      take: async (stream, part) => {
        const fileName = toDisplayName(fromHeaderText(part.fileName))
        const limitBytes = limitOf[part.name] ?? 0
        const bytes = await collect(stream, limitBytes)
        if (bytes === null) throw uploadProblems.partTooLarge({ part: part.name, fileName, limitBytes })
        return { fileName, bytes }
      },
      discard: async () => {},
    })
    const qml = form.files.get('qml')
    const sld = qml === undefined ? demandPart(form, 'sld') : form.files.get('sld')
    return { sld, qml, title: form.fields.get('title') }
  }

  const answer = (style: StyleView, http: HttpContext) => ({
    headers: { ETag: versionEtag(style.version) },
    body: toJson(style, http),
  })

  const send = async (file: Awaited<ReturnType<Styles['sldOf']>>, contentType: string) => ({
    status: 200 as const,
    headers: {
      ...downloadHeaders,
      ETag: `"${file.sha256}"`,
      'Content-Disposition': attachment(file.fileName),
      'Cache-Control': 'public, no-cache, no-transform',
    },
    raw: fileBody({ contentType, length: await file.sizeBytes(), open: file.open }),
  })

  return {
    listStyles: async ({ query, http }) => {
      const { styles: found, total } = await styles.list({
        limit: query.limit ?? 100,
        offset: query.offset ?? 0,
        q: query.q,
        draws: query.draws,
      })
      return { status: 200, body: { styles: found.map((style) => toJson(style, http)), total } }
    },
    createStyle: async ({ headers, actor, http }) => {
      const files = await readFiles(http)
      const fingerprint =
        [files.sld, files.qml].map((file) => sha256(file?.bytes ?? new Uint8Array())).join(' ') +
        (files.title ?? '')
      return idempotency.once(
        { actor, key: headers['Idempotency-Key'], operation: 'createStyle', fingerprint },
        async (requestId) => {
          const style = await styles.create(files, { actor, ip: http.ip, requestId })
          const { headers: etag, body } = answer(style, http)
          return {
            status: 201 as const,
            headers: { ...etag, Location: `${http.faceUrl}/styles/${body.id}` },
            body,
          }
        },
      )
    },
    getStyle: async ({ path, http }) => ({ status: 200, ...answer(await styles.get(path.styleId), http) }),
    replaceStyle: async ({ path, headers, actor, http }) => {
      const files = await readFiles(http)
      const asked = { actor, ip: http.ip, ifMatch: headers['If-Match'] }
      return { status: 200, ...answer(await styles.replace(path.styleId, files, asked), http) }
    },
    deleteStyle: async ({ path, headers, actor, http }) => {
      await styles.remove(path.styleId, { actor, ip: http.ip, ifMatch: headers['If-Match'] })
      return { status: 204 }
    },
    listStyleVersions: async ({ path, actor, http }) => {
      const { style, versions } = await styles.versionsOf(path.styleId)
      const href = `${http.siteUrl}/api/v1/styles/${style.id}/versions`
      return {
        status: 200,
        headers: { ETag: versionEtag(style.version) },
        body: {
          versions: versions.map(({ version, title, sldVersion, sldSha256, qmlSha256, ...made }) => ({
            version,
            title,
            sldVersion,
            hasQml: qmlSha256 !== null,
            what: made.what,
            restoredFrom: made.restoredFrom,
            // Names of people are for people who are signed in.
            madeBy: actor.kind === 'public' ? null : made.madeBy,
            madeAt: made.madeAt,
            links: [
              ...(sldSha256 === null
                ? []
                : [{ rel: 'stylesheet', href: `${href}/${version}/sld`, type: sldType, title: 'SLD' }]),
              ...(qmlSha256 === null
                ? []
                : [{ rel: 'alternate', href: `${href}/${version}/qml`, type: qmlType, title: 'QGIS style' }]),
            ],
          })),
        },
      }
    },
    getStyleVersionSld: async ({ path }) =>
      send(await styles.fileOfVersion(path.styleId, path.version, 'sld'), sldType),
    getStyleVersionQml: async ({ path }) =>
      send(await styles.fileOfVersion(path.styleId, path.version, 'qml'), qmlType),
    restoreStyle: async ({ path, headers, actor, http }) => {
      const asked = { actor, ip: http.ip, ifMatch: headers['If-Match'] }
      return { status: 200, ...answer(await styles.restore(path.styleId, path.version, asked), http) }
    },
    getStyleSld: async ({ path }) => send(await styles.sldOf(path.styleId), sldType),
    getStyleQml: async ({ path }) => send(await styles.qmlOf(path.styleId), qmlType),
  }
}
