/**
 * The part of the server that takes files and gives them back, over HTTP, on a real database and real folders: for tests
 * that stop it half-way, give it small limits, or look into its folders.
 */
import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import type { Limits } from '../../backend/src/config/config.ts'
import { readConfig } from '../../backend/src/config/config.ts'
import type { OpenApiDocument } from '../../backend/src/contract/document.ts'
import { type MountOptions, mount } from '../../backend/src/contract/mount.ts'
import { translate } from '../../backend/src/db/errors.ts'
import type { Role, TokenActor } from '../../backend/src/domain/actor.ts'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { createDiskGuard } from '../../backend/src/files/disk-guard.ts'
import { translateStorageError } from '../../backend/src/files/storage-error.ts'
import { openUploadFolder } from '../../backend/src/files/upload-folder.ts'
import { probeFile } from '../../backend/src/ingest/probe.ts'
import { createStyleReader } from '../../backend/src/render/style-reader.ts'
import { fileHandlers } from '../../backend/src/routes/files.ts'
import { styleHandlers } from '../../backend/src/routes/styles.ts'
import { uploadHandlers } from '../../backend/src/routes/uploads.ts'
import { createBlobs } from '../../backend/src/services/blobs.ts'
import { createDownloads } from '../../backend/src/services/downloads.ts'
import { createIdempotency } from '../../backend/src/services/idempotency.ts'
import { createStyles } from '../../backend/src/services/styles.ts'
import { createUploadReading, type ProbeUpload } from '../../backend/src/services/upload-reading.ts'
import type { WriterTimes } from '../../backend/src/services/upload-writers.ts'
import { createUploads } from '../../backend/src/services/uploads.ts'
import { silentLog, testDatabase } from './database.ts'

const contract = new URL('../../backend/src/contract/', import.meta.url)

/** The operations of a document that somebody handles here. */
const documentFor = async (name: string, handlers: object): Promise<OpenApiDocument> => {
  const document = JSON.parse(
    await readFile(new URL(`${name}.gen.json`, contract), 'utf8'),
  ) as OpenApiDocument
  for (const item of Object.values(document.paths))
    for (const [method, operation] of Object.entries(item))
      if (
        method !== 'parameters' &&
        !Object.hasOwn(handlers, (operation as { operationId: string }).operationId)
      )
        delete item[method]
  return document
}

export type ServerOptions = {
  limits?: Partial<Limits>
  probe?: ProbeUpload
  times?: WriterTimes
  /** Where bytes go, instead of below the test's own folder. */
  blobFolder?: string
  uploadFolder?: string
  reserve?: { bytes: number; share: number }
}

const actor = (tokenId: string, role: Role): TokenActor => ({
  kind: 'token',
  tokenId,
  role,
  domainId: null,
  name: tokenId,
  organisation: 'Tests',
  email: `${tokenId}@example.org`,
})
const actors = {
  editor: actor('editor01', 'editor'),
  otherEditor: actor('editor02', 'editor'),
  administrator: actor('admin001', 'administrator'),
}
export type Person = keyof typeof actors

export const uploadsServer = async (options: ServerOptions = {}) => {
  const database = await testDatabase()
  const { knex: db, dataDir } = database
  for (const { tokenId, role } of Object.values(actors)) {
    const described = { name: tokenId, organisation: 'Tests', email: 'a@example.org', created_by: 'test' }
    await db('token').insert({ id: tokenId, role, secret_sha256: '0'.repeat(64), ...described })
  }
  const limits = { ...readConfig({ DATA_DIR: dataDir }).limits, ...options.limits }
  const blobFolder = options.blobFolder ?? join(dataDir, 'blobs')
  const uploadFolder = options.uploadFolder ?? join(dataDir, 'uploads')

  const start = async () => {
    const store = await openDiskBlobStore(blobFolder)
    const folder = await openUploadFolder(uploadFolder)
    const guard = createDiskGuard([blobFolder, uploadFolder], options.reserve ?? { bytes: 0, share: 0 })
    const blobs = createBlobs({ db, store })
    const probe: ProbeUpload = options.probe ?? probeFile
    const reading = createUploadReading({ db, store, blobs, probe, limits, log: silentLog })
    const uploads = createUploads({ db, store, blobs, folder, guard, reading, limits, times: options.times })
    const styles = createStyles({ db, store, blobs, limits, reader: createStyleReader(), onChange: () => {} })
    const idempotency = createIdempotency({ db })

    const mounting: MountOptions = {
      publicUrl: null,
      log: silentLog,
      checkResponses: true,
      translateError: (error) => translate(translateStorageError(error)),
    }
    const catalogue = {
      ...uploadHandlers({ uploads, idempotency, limits }),
      ...styleHandlers({ styles, idempotency, limits }),
    }
    const files = fileHandlers({ downloads: createDownloads({ db, store }) })
    const app = express()
    app.use((request, _response, next) => {
      const person = /^Bearer (\w+)$/.exec(String(request.headers.authorization ?? ''))?.[1]
      if (person !== undefined && Object.hasOwn(actors, person)) request.actor = actors[person as Person]
      next()
    })
    app.use('/api/v1', mount(await documentFor('catalogue', catalogue), catalogue as never, mounting))
    app.use('/files', mount(await documentFor('files', files), files, mounting))
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await uploads.resume()
    const { port } = server.address() as AddressInfo
    const stop = async () => {
      server.closeAllConnections()
      server.close()
      await reading.stop()
    }
    return { store, folder, blobs, uploads, styles, reading, port, stop }
  }

  let running = await start()

  return {
    db,
    dataDir,
    limits,
    blobFolder,
    uploadFolder,
    /** The parts as they run now; after `restart` they are others. */
    now: () => running,
    url: (path: string) => `http://127.0.0.1:${running.port}${path}`,
    stop: () => running.stop(),
    restart: async () => {
      await running.stop()
      running = await start()
    },
    drop: async () => {
      await running.stop()
      await database.drop()
    },
    /** How many files of uploads and blobs this process has open. */
    openFiles: async () => {
      const names = await readdir('/proc/self/fd')
      const targets = await Promise.all(
        names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
      )
      return targets.filter((path) =>
        [uploadFolder, blobFolder].some((folder) => path.startsWith(`${folder}/`)),
      ).length
    },
    /** Everything that lies in the folders of uploads and blobs. */
    leftovers: async () => {
      const uploads = await readdir(uploadFolder)
      const blobs = (await readdir(blobFolder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
      return { uploads, blobs }
    },
  }
}

export type UploadsServer = Awaited<ReturnType<typeof uploadsServer>>

export type Body = NonNullable<RequestInit['body']>

/** Requests of one person to a server; problems come back like other answers. */
export const as = (server: UploadsServer, person: Person | null) => {
  const send = async (method: string, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (person !== null) headers.set('Authorization', `Bearer ${person}`)
    const response = await fetch(server.url(path), {
      duplex: 'half',
      ...init,
      method,
      headers,
    } as RequestInit)
    const isJson = method !== 'HEAD' && /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
      body: (isJson ? await response.json() : null) as any,
      response,
    }
  }
  return {
    send,
    get: (path: string, headers: Record<string, string> = {}) => send('GET', path, { headers }),
    upload: (content: Blob | string, fileName: string, { query = '?wait=30', headers = {} } = {}) => {
      const form = new FormData()
      form.append('file', content instanceof Blob ? content : new Blob([content]), fileName)
      return send('POST', `/api/v1/uploads${query}`, { body: form, headers })
    },
    style: (method: string, path: string, parts: Record<string, string | [string, string]>, headers = {}) => {
      const form = new FormData()
      for (const [name, part] of Object.entries(parts))
        if (typeof part === 'string') form.append(name, part)
        else form.append(name, new Blob([part[1]]), part[0])
      return send(method, path, { body: form, headers })
    },
    tus: {
      create: (fileName: string, sizeBytes: number, headers: Record<string, string> = {}, body?: Body) =>
        send('POST', '/api/v1/tus', {
          body,
          headers: {
            'Tus-Resumable': '1.0.0',
            'Upload-Length': String(sizeBytes),
            'Upload-Metadata': `filename ${Buffer.from(fileName).toString('base64')}`,
            ...headers,
          },
        }),
      head: (id: string) => send('HEAD', `/api/v1/tus/${id}`, { headers: { 'Tus-Resumable': '1.0.0' } }),
      patch: (
        id: string,
        offset: number,
        body: Body,
        headers: Record<string, string> = {},
        signal?: AbortSignal,
      ) =>
        send('PATCH', `/api/v1/tus/${id}`, {
          body,
          signal,
          headers: {
            'Tus-Resumable': '1.0.0',
            'Upload-Offset': String(offset),
            'Content-Type': 'application/offset+octet-stream',
            ...headers,
          },
        }),
      remove: (id: string) => send('DELETE', `/api/v1/tus/${id}`, { headers: { 'Tus-Resumable': '1.0.0' } }),
    },
  }
}

export const idOfLocation = (headers: Headers): string => headers.get('location')?.split('/').at(-1) ?? ''
