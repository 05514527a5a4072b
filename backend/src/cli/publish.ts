/** `sec-ims publish`: file and style in, links out. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  type Client,
  isRefusal,
  type PublicationJson,
  type PublishRequestJson,
  type RecordJson,
  type UploadJson,
} from '../client/client.ts'
import type { components } from '../contract/catalogue.gen.ts'
import type { Terminal } from './terminal.ts'

export type PublishOptions = {
  file?: string
  layer?: string
  style?: string
  qml?: string
  title?: string
  abstract?: string
  keywords?: string
  metadata?: string
  id?: string
  domain?: string
  crs?: string
  x?: string
  y?: string
  wkt?: string
  table?: boolean
  document?: boolean
  acceptSchemaChange?: boolean
  viewName?: string
}

type Metadata = components['schemas']['RecordMetadataDraft']

const toMb = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB`

export const parseEpsg = (crs: string | undefined): number | undefined => {
  if (crs === undefined) return undefined
  const code = /^(?:EPSG:)?(\d{4,6})$/i.exec(crs.trim())?.[1]
  if (code === undefined) throw new UsageError(`--crs is '${crs}'; expected a code such as EPSG:2006.`)
  return Number(code)
}

export class UsageError extends Error {}

const isQml = (path: string) => path.toLowerCase().endsWith('.qml')

/** A QML given as the style is a style for QGIS alone. */
const styleFiles = ({ style, qml }: PublishOptions): ['sld' | 'qml', string][] => [
  ...(style === undefined ? [] : [[isQml(style) ? 'qml' : 'sld', style] as ['sld' | 'qml', string]]),
  ...(qml === undefined ? [] : [['qml', qml] as ['qml', string]]),
]

const uploadStyle = async (client: Client, options: PublishOptions): Promise<string | undefined> => {
  const files = styleFiles(options)
  if (files.length === 0) return undefined
  const form = new FormData()
  for (const [part, path] of files) form.append(part, new Blob([await readFile(path)]), basename(path))
  const style = await client.expectOk(
    client.api.POST('/styles', { body: form as never, bodySerializer: (body) => body as never }),
  )
  return style.id
}

/** The record that holds the collection `id`, among those this token may change. */
const findRecord = async (client: Client, collectionId: string): Promise<RecordJson | null> => {
  const me = await client.expectOk(client.api.GET('/me'))
  const scope = me.role === 'administrator' ? 'all' : me.role === 'domain_custodian' ? 'domain' : 'own'
  const { records } = await client.expectOk(
    client.api.GET('/records', { params: { query: { collectionId, scope } } }),
  )
  const [found] = records
  if (!found) return null
  return client.expectOk(client.api.GET('/records/{recordId}', { params: { path: { recordId: found.id } } }))
}

const givenMetadata = async (options: PublishOptions): Promise<Metadata> => {
  const fromFile =
    options.metadata === undefined ? {} : (JSON.parse(await readFile(options.metadata, 'utf8')) as Metadata)
  return {
    ...fromFile,
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(options.abstract === undefined ? {} : { abstract: options.abstract }),
    ...(options.keywords === undefined
      ? {}
      : {
          keywords: options.keywords
            .split(',')
            .map((word) => word.trim())
            .filter(Boolean),
        }),
  } as Metadata
}

/** A new record, or the present one with what was given changed. */
const prepareRecord = async (
  client: Client,
  options: PublishOptions,
  upload: UploadJson | null,
  present: RecordJson | null,
): Promise<RecordJson> => {
  const metadata = await givenMetadata(options)
  if (present === null)
    return client.expectOk(
      client.api.POST('/records', {
        body: {
          metadata,
          completeDefaults: true,
          ...(upload ? { uploadId: upload.id } : {}),
          ...(options.layer === undefined ? {} : { layer: options.layer }),
          ...(options.domain === undefined ? {} : { domainId: options.domain }),
        },
      }),
    )
  if (Object.keys(metadata).length === 0) return present
  return client.expectOk(
    client.api.PATCH('/records/{recordId}', {
      params: { path: { recordId: present.id }, header: { 'If-Match': `"${present.version}"` } },
      body: { metadata: metadata as never },
    }),
  )
}

const publishRecord = async (
  client: Client,
  record: RecordJson,
  request: components['schemas']['PublishRequest'],
  terminal: Terminal,
) => {
  const accepted = await client.expectOk(
    client.api.POST('/records/{recordId}/publications', {
      params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
      body: request,
    }),
  )
  return client.waitForPublication(accepted.id, (publication) =>
    terminal.progress(
      'Publishing',
      publication.progress.share,
      `${publication.progress.text}${publication.progress.rows ? `, ${publication.progress.rows.toLocaleString('en')} rows` : ''}`,
    ),
  )
}

const show = (publication: PublicationJson, record: RecordJson, terminal: Terminal) => {
  const { result } = publication
  const count = result?.featureCount
  terminal.say(
    `Published '${record.title}'${typeof count === 'number' ? ` with ${count.toLocaleString('en')} features` : ''}.`,
  )
  for (const warning of result?.warnings ?? []) terminal.say(`  Note: ${warning.message}`)
  for (const link of result?.links ?? [])
    terminal.say(`  ${(link.title ?? link.rel).padEnd(28)} ${link.href}`)
}

const demandConsistent = (options: PublishOptions) => {
  if (options.file === undefined && options.id === undefined)
    throw new UsageError('Name the file to publish: sec-ims publish roads.gpkg --title "Roads".')
  if (options.qml !== undefined && options.style !== undefined && isQml(options.style))
    throw new UsageError(
      `'${options.style}' and '${options.qml}' are both QGIS styles. Give one of them as --qml, and its SLD as --style.`,
    )
  if ((options.x === undefined) !== (options.y === undefined))
    throw new UsageError('--x and --y go together: the columns that hold the coordinates.')
}

const demandLayer = (upload: UploadJson, asked: string | undefined) => {
  const names = (upload.probe?.layers ?? [])
    .filter((layer) => layer.kind !== 'raster')
    .map((layer) => layer.name)
  if (asked === undefined ? names.length === 1 : names.includes(asked)) return
  throw new UsageError(
    asked === undefined
      ? `The file has several layers; name one with --layer: ${names.join(', ')}.`
      : `The file has no layer '${asked}'. It has: ${names.join(', ')}.`,
  )
}

const csvColumns = (options: PublishOptions, upload: UploadJson | null): PublishRequestJson['csv'] => {
  if (upload?.probe?.format !== 'CSV') return undefined
  if (options.wkt !== undefined) return { wkt: options.wkt }
  if (options.x !== undefined) return { x: options.x, y: options.y }
  return options.table === true ? { table: true } : undefined
}

const toRequest = (
  options: PublishOptions,
  { upload, styleId, isNew }: { upload: UploadJson | null; styleId: string | undefined; isNew: boolean },
): PublishRequestJson => ({
  uploadId: upload?.id,
  layer: upload?.probe?.kind === 'vector' ? options.layer : undefined,
  collectionId: isNew ? options.id : undefined,
  publishToApi: options.document === true ? false : undefined,
  sourceEpsg: parseEpsg(options.crs),
  csv: csvColumns(options, upload),
  styleId,
  viewName: options.viewName,
  acceptSchemaChange: options.acceptSchemaChange === true ? true : undefined,
})

/** What was made on the way and is of no use when the end is not reached; the server keeps what cannot be undone a day. */
const createLeftovers = () => {
  const undo: (() => Promise<unknown>)[] = []
  return {
    add: (step: () => Promise<unknown>) => undo.unshift(step),
    remove: async () => {
      for (const step of undo) await step().catch(() => {})
    },
  }
}

export const publish = async (
  client: Client,
  options: PublishOptions,
  terminal: Terminal,
): Promise<Record<string, unknown>> => {
  demandConsistent(options)
  parseEpsg(options.crs)
  const present = options.id === undefined ? null : await findRecord(client, options.id)
  if (present && !(await terminal.confirm(`Replace the collection '${options.id}' (${present.title})?`)))
    throw new UsageError(`The collection '${options.id}' exists already; say --yes to replace it.`)

  const leftovers = createLeftovers()
  try {
    const upload =
      options.file === undefined
        ? null
        : await client.uploadFile(options.file, {
            onProgress: (done, total) =>
              terminal.progress('Uploading ', total ? done / total : 1, `${toMb(done)} of ${toMb(total)}`),
          })
    if (upload)
      leftovers.add(() =>
        client.api.DELETE('/uploads/{uploadId}', { params: { path: { uploadId: upload.id } } }),
      )
    if (upload?.probe?.kind === 'vector' && options.document !== true) demandLayer(upload, options.layer)

    const styleId = await uploadStyle(client, options)
    if (styleId !== undefined)
      leftovers.add(() =>
        client.api.DELETE('/styles/{styleId}', {
          params: { path: { styleId }, header: { 'If-Match': '"1"' } },
        }),
      )
    const record = await prepareRecord(client, options, upload, present)
    if (present === null)
      leftovers.add(() =>
        client.api.DELETE('/records/{recordId}', {
          params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
        }),
      )
    const publication = await publishRecord(
      client,
      record,
      toRequest(options, { upload, styleId, isNew: present === null }),
      terminal,
    )
    terminal.clearBar()
    show(publication, record, terminal)
    return {
      recordId: record.id,
      collectionId: publication.result?.collectionId ?? null,
      featureCount: publication.result?.featureCount ?? null,
      version: publication.result?.version,
      styleId: styleId ?? null,
      warnings: publication.result?.warnings ?? [],
      links: publication.result?.links ?? [],
    }
  } catch (error) {
    // A line that broke while publishing may have published all the same: then nothing is taken back.
    if (isRefusal(error) || error instanceof UsageError) await leftovers.remove()
    throw error
  }
}
