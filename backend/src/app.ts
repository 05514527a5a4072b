/** Puts the program together: the only place that knows every part. */
import { randomUUID } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import express, { type NextFunction, type Request, type Response } from 'express'
import type { Logger } from 'pino'
import { createServedPlugin } from '../../qgis-bridge/src/served-plugin.ts'
import type { Config } from './config/config.ts'
import type { operations as CatalogueOperations } from './contract/catalogue.gen.ts'
import type { operations as CoverageOperations } from './contract/coverages.gen.ts'
import type { operations as CswOperations } from './contract/csw.gen.ts'
import { joinDocuments, type OpenApiDocument } from './contract/document.ts'
import type { operations as FeatureOperations } from './contract/features.gen.ts'
import type { operations as FileOperations } from './contract/files.gen.ts'
import type { operations as MapOperations } from './contract/maps.gen.ts'
import { type MountOptions, mount, sendError } from './contract/mount.ts'
import type { operations as QgisOperations } from './contract/qgis.gen.ts'
import type { operations as RecordOperations } from './contract/records.gen.ts'
import type { operations as StyleOperations } from './contract/styles.gen.ts'
import type { operations as TileOperations } from './contract/tiles.gen.ts'
import type { operations as WmsOperations } from './contract/wms.gen.ts'
import type { Database } from './db/database.ts'
import { translate } from './db/errors.ts'
import { readingShare } from './db/pool-share.ts'
import { generalProblems } from './domain/problems/general.ts'
import { openDiskBlobStore } from './files/blob-store.ts'
import { createDiskGuard, diskReserve } from './files/disk-guard.ts'
import { translateStorageError } from './files/storage-error.ts'
import { openStoredFiles } from './files/stored-files.ts'
import { openSymbolLibrary } from './files/symbol-library.ts'
import { openUploadFolder } from './files/upload-folder.ts'
import { authenticate } from './http/authenticate.ts'
import { renderProblemPage } from './http/problem-page.ts'
import { createSafeFetch } from './http/safe-fetch.ts'
import { extractLayer } from './ingest/extract.ts'
import { probeFile } from './ingest/probe.ts'
import { deploymentWarnings } from './ingest/probe-warnings.ts'
import { sampleLayer } from './ingest/sample.ts'
import { stageLayer } from './ingest/stage.ts'
import { removeRasterLeftovers, stageRaster } from './ingest/stage-raster.ts'
import { createBuildPmtiles } from './jobs/build-pmtiles.ts'
import { createPrecomputeFeatures } from './jobs/precompute-features.ts'
import { createWorker } from './jobs/worker.ts'
import { openMailServer } from './mail/mail-server.ts'
import { coveragesHandlers } from './ogc/coverages/handlers.ts'
import { exceptionReport } from './ogc/csw/exceptions.ts'
import { cswHandlers } from './ogc/csw/handlers.ts'
import { featuresHandlers } from './ogc/features/handlers.ts'
import { mapsHandlers } from './ogc/maps/handlers.ts'
import { recordsHandlers } from './ogc/records/handlers.ts'
import { stylesHandlers } from './ogc/styles/handlers.ts'
import { tilesHandlers } from './ogc/tiles/handlers.ts'
import { createKeptTiles } from './ogc/tiles/kept-tiles.ts'
import { exceptionReport as wmsExceptionReport } from './ogc/wms/exceptions.ts'
import { wmsHandlers } from './ogc/wms/handlers.ts'
import { createMapPool } from './render/map-pool.ts'
import { createStylePictures } from './render/style-pictures.ts'
import { createStyleReader } from './render/style-reader.ts'
import { createTilePool } from './render/tile-pool.ts'
import { createCatalogue } from './repositories/catalogue.ts'
import { findPublishableUpload } from './repositories/uploads.ts'
import { auditHandlers } from './routes/audit.ts'
import { fileHandlers } from './routes/files.ts'
import { mailHandlers } from './routes/mails.ts'
import { pages } from './routes/pages.ts'
import { publicationPlanHandlers } from './routes/publication-plans.ts'
import { publicationHandlers } from './routes/publications.ts'
import { qgisHandlers } from './routes/qgis.ts'
import { createRecordView } from './routes/record-view.ts'
import { recordHandlers } from './routes/records.ts'
import { reviewHandlers } from './routes/reviews.ts'
import { serviceCapabilityHandlers } from './routes/service-capabilities.ts'
import { serviceMapHandlers } from './routes/service-maps.ts'
import { storedFileHandlers } from './routes/stored-files.ts'
import { styleAttachmentHandlers } from './routes/style-attachments.ts'
import { styleCheckHandlers } from './routes/style-checks.ts'
import { stylePreviewHandlers } from './routes/style-previews.ts'
import { styleHandlers } from './routes/styles.ts'
import { submissionHandlers } from './routes/submissions.ts'
import { systemHandlers } from './routes/system.ts'
import { tileArchiveHandlers } from './routes/tile-archives.ts'
import { tokenHandlers } from './routes/tokens.ts'
import { uploadHandlers } from './routes/uploads.ts'
import { web } from './routes/web.ts'
import { createArchives } from './services/archives.ts'
import { createBlobs } from './services/blobs.ts'
import { createCollections } from './services/collections.ts'
import { createCoverages } from './services/coverages.ts'
import { createDoctor } from './services/doctor.ts'
import { createDownloads } from './services/downloads.ts'
import { createFeatureEditing } from './services/feature-editing.ts'
import { createFeatures } from './services/features.ts'
import { createGarbage, type GarbageRequest } from './services/garbage.ts'
import { createIdempotency } from './services/idempotency.ts'
import { createJobs, enqueue } from './services/jobs.ts'
import { createMaps } from './services/maps.ts'
import { createOriginals } from './services/originals.ts'
import { createOutbox } from './services/outbox.ts'
import { createPublicationPlans } from './services/publication-plans.ts'
import { createPublishing } from './services/publishing.ts'
import { createRasters } from './services/rasters.ts'
import { createRecords } from './services/records.ts'
import { createRetention } from './services/retention.ts'
import { createServiceCapabilities } from './services/service-capabilities.ts'
import { createServiceMaps } from './services/service-maps.ts'
import { createStoredUploads } from './services/stored-uploads.ts'
import { createStyleAttaching } from './services/style-attaching.ts'
import { createStyleDrawing } from './services/style-drawing.ts'
import { createStyleModels } from './services/style-models.ts'
import { createStylePreviews } from './services/style-previews.ts'
import { createStyles } from './services/styles.ts'
import { approvePublished, createSubmissions } from './services/submissions.ts'
import { createTiles } from './services/tiles.ts'
import { createTokens } from './services/tokens.ts'
import { createUploadReading } from './services/upload-reading.ts'
import { createUploads } from './services/uploads.ts'

const collectGarbageEveryMs = 10 * 60_000
/** The first pause before a mail is tried again has twice this length. */
const sendMailsEveryMs = 30_000
const leftAfterMs = 3_600_000
/** For unpacked tiles of rasters that are not published. */
const previewCacheBytes = 16 * 1024 * 1024
const contractFolder = join(import.meta.dirname, 'contract')

const readDocument = async (name: string): Promise<OpenApiDocument> =>
  JSON.parse(await readFile(join(contractFolder, `${name}.gen.json`), 'utf8')) as OpenApiDocument

export type ProgramParts = { config: Config; database: Database; log: Logger; checkResponses: boolean }

/** Everything that decides and remembers; no HTTP in it. */
const createServices = async ({ config, database, log }: ProgramParts) => {
  const db = database.knex
  const translateError = (error: unknown) => translate(translateStorageError(error))
  const tokens = createTokens({ db })
  const idempotency = createIdempotency({ db })
  const store = await openDiskBlobStore(join(config.dataDir, 'blobs'))
  const folder = await openUploadFolder(config.uploadDir)
  const guard = createDiskGuard([config.dataDir, config.uploadDir], {
    ...diskReserve,
    bytes: config.limits.diskReserveBytes,
  })
  const blobs = createBlobs({ db, store })
  const ingestLimits = {
    memoryBytes: config.limits.readerMemoryBytes,
    probeMs: config.limits.readerSeconds * 1000,
    loadMs: config.limits.readerSeconds * 1000,
  }
  const rasterFolder = join(config.dataDir, 'rasters')
  const onCrash = (report: object) =>
    log.warn({ event: 'reader.crashed', ...report }, 'a reading process ended unexpectedly')
  const deployment = { crsList: config.crsList, extent: config.nationalExtent }
  const reading = createUploadReading({
    db,
    store,
    blobs,
    limits: config.limits,
    log,
    probe: async (request) =>
      deploymentWarnings(await probeFile({ ...request, limits: ingestLimits, onCrash }), deployment),
  })
  const uploads = createUploads({ db, store, blobs, folder, guard, reading, limits: config.limits })
  const originals = createOriginals({
    store,
    extractLayer: (request) => extractLayer({ ...request, limits: ingestLimits, onCrash }),
  })
  const collections = createCollections({ db, now: Date.now })
  const features = createFeatures({
    database: { kind: database.kind, readPool: readingShare(database.readPool) },
    collections,
  })
  const tiles = createTiles({ database, collections, pool: createTilePool() })

  const downloads = createDownloads({ db, store })
  let ringBell = () => {}
  const ring = () => ringBell()
  const onChange = () => collections.invalidate()
  const editing = createFeatureEditing({ database, collections, now: Date.now })
  const styleReader = createStyleReader()
  const styles = createStyles({ db, store, blobs, limits: config.limits, reader: styleReader, onChange })
  const symbols = openSymbolLibrary(config.symbolDir)
  const styleModels = createStyleModels({
    db,
    store,
    reader: styleReader,
    symbols,
    collections,
  })
  const stylePictures = createStylePictures()
  const styleDrawing = createStyleDrawing({ db, store, styleModels, pictures: stylePictures })
  const rasters = createRasters({ store })
  const mapPool = createMapPool()
  const maps = createMaps({
    database: { kind: database.kind, readPool: readingShare(database.readPool) },
    collections,
    styleModels,
    rasters,
    pool: mapPool,
  })
  const previewPath = (id: string) => join(rasterFolder, `${id}.preview`)
  const previewRasters = createRasters({
    store: {
      pathOf: previewPath,
      open: () => Promise.reject(new Error('rasters of previews are local files')),
    },
    cacheBytes: previewCacheBytes,
  })
  const stylePreviews = createStylePreviews({
    db,
    store,
    uploads,
    collections,
    reader: styleReader,
    styleModels,
    symbols,
    pictures: stylePictures,
    maps,
    pool: mapPool,
    sampleLayer: ({ layer, sourceEpsg, ...request }) =>
      sampleLayer({ ...request, options: { layer, sourceEpsg }, limits: ingestLimits, onCrash }),
    readRaster: async (request) => {
      const { facts, kept } = await stageRaster(
        { ...request, folder: rasterFolder, limits: ingestLimits, onCrash },
        async (bytes) => {
          const sha256 = randomUUID()
          await writeFile(previewPath(sha256), bytes, { mode: 0o600, flag: 'wx' })
          return { sha256, sizeBytes: (await stat(previewPath(sha256))).size }
        },
      )
      return { ...facts, ...kept }
    },
    previewRasters,
    mostRasterBytes: config.limits.datasetBytes,
  })
  const jobs = createJobs({
    db,
    executor: database.pool,
    owner: `${process.pid}-${randomUUID().slice(0, 8)}`,
  })
  const archives = createArchives({
    db,
    jobs,
    blobs,
    collections,
    tiles,
    folder: join(config.dataDir, 'archives'),
    onChange,
    ring,
  })
  const retention = createRetention({ db, days: config.limits.submissionRetentionDays })
  const garbage = createGarbage({
    db,
    blobs,
    collectExpiredUploads: uploads.collectExpiredUploads,
    removeLapsedSubmissions: retention.removeLapsedSubmissions,
  })
  const doctor = createDoctor({
    db,
    blobs: store,
    uploadFindings: uploads.findings,
    styleFindings: styleModels.examine,
    retentionFindings: retention.findings,
  })
  const publishing = createPublishing({
    database,
    config,
    tokens,
    jobs,
    onChange,
    ring,
    findUpload: findPublishableUpload,
    keepOriginal: originals.keep,
    isStored: store.has,
    onPublished: (trx, recordId) =>
      approvePublished(trx, { recordId, linkDays: config.limits.submissionLinkDays }),
    checkStyle: styles.check,
    stageRaster: async ({ upload, layer, sourceEpsg, signal, onProgress }) => {
      const path = store.pathOf?.(upload.sha256)
      if (path === undefined) throw new Error('readers need a blob store with local files')
      const { facts, warnings, kept } = await stageRaster(
        {
          path,
          fileName: upload.fileName,
          layer: layer.name,
          sourceEpsg,
          folder: rasterFolder,
          limits: ingestLimits,
          signal,
          onProgress,
          onCrash,
        },
        store.put,
      )
      return { raster: { ...facts, ...kept }, warnings }
    },
    stageLayer: async ({ upload, layer, tableName, options, signal, onProgress }) => {
      const path = store.pathOf?.(upload.sha256)
      if (path === undefined) throw new Error('readers need a blob store with local files')
      return stageLayer({
        db: database,
        path,
        fileName: upload.fileName,
        format: upload.probe.format,
        layer: layer.name,
        tableName,
        options,
        limits: ingestLimits,
        signal,
        onProgress,
        onCrash,
      })
    },
  })
  const today = () => new Date().toISOString().slice(0, 10)
  const records = createRecords({ db, config, findUpload: findPublishableUpload, today, onChange, ring })
  const publicationPlans = createPublicationPlans({ db, config, records, today })
  const submissions = createSubmissions({
    db,
    config,
    publishing,
    uploads,
    store,
    today,
    now: Date.now,
    ring,
  })
  const outbox = createOutbox({
    db,
    jobs,
    server:
      config.smtpUrl === null || config.mailFrom === null
        ? null
        : openMailServer({ url: config.smtpUrl, from: config.mailFrom, siteTitle: config.siteTitle }),
    siteTitle: config.siteTitle,
    publicUrl: config.publicUrl,
    linkDays: config.limits.submissionLinkDays,
    log,
    ring,
  })
  const worker = createWorker({
    jobs,
    log,
    translateError,
    handlers: {
      publish: publishing.run,
      'precompute-features': createPrecomputeFeatures({ database, jobs, onChange }),
      'build-pmtiles': createBuildPmtiles({ archives }),
      'send-mails': outbox.run,
      'collect-garbage': async (job) => {
        await garbage.collect(job.payload as GarbageRequest)
        await archives.removeLeftovers()
        await removeRasterLeftovers(rasterFolder, leftAfterMs)
        await jobs.finish(db, job)
      },
    },
    onDead: async (job, problem, trx) => {
      if (job.kind === 'publish') await publishing.fail(job, problem, trx)
    },
  })
  ringBell = worker.ring
  return {
    db,
    tokens,
    idempotency,
    store,
    uploads,
    reading,
    styles,
    styleReader,
    stylePictures,
    styleDrawing,
    styleModels,
    stylePreviews,
    previewRasters,
    maps,
    rasters,
    downloads,
    collections,
    features,
    editing,
    tiles,
    archives,
    jobs,
    garbage,
    doctor,
    publishing,
    publicationPlans,
    records,
    submissions,
    outbox,
    worker,
    translateError,
  }
}

/** The same face under SEC-IMS's name and under a neutral one. */
const dataFaces = ['/pygeoapi', '/ogc']

const always = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' }
const open = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Content-Bbox, Content-Crs, Content-Datetime, ETag, Link, Location, Map-Losses, OGC-NumberMatched, OGC-NumberReturned, Content-Range, Accept-Ranges, Content-Disposition',
}
const setAll = (response: Response, headers: Record<string, string>) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** Cross-origin reading is for everybody; nothing else is (security A6). */
const openFor =
  (methods: string, headers: string) => (request: Request, response: Response, next: NextFunction) => {
    setAll(response, open)
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (!isPreflight) {
      next()
      return
    }
    response.setHeader('Access-Control-Allow-Methods', methods)
    response.setHeader('Access-Control-Allow-Headers', headers)
    response.setHeader('Access-Control-Max-Age', '86400')
    response.status(204).end()
  }

const openForReading = openFor('GET, HEAD, OPTIONS', 'Accept, Accept-Language, If-None-Match, Range')
/** CSW asks by posting XML; nothing is written by it. */
const openForQueries = openFor(
  'GET, HEAD, POST, OPTIONS',
  'Accept, Accept-Language, Content-Type, If-None-Match',
)

/** One line per request, without query values that may be private and without personal data. */
const logRequests =
  (log: Logger) => (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const startedAt = performance.now()
    const path = request.url?.split('?')[0]
    response.on('close', () => {
      log.debug(
        {
          event: 'request',
          method: request.method,
          path,
          status: response.statusCode,
          tookMs: Math.round(performance.now() - startedAt),
        },
        'request',
      )
    })
    next()
  }

export const createProgram = async (parts: ProgramParts) => {
  const { config, log, database } = parts
  const services = await createServices(parts)
  const {
    db,
    tokens,
    idempotency,
    uploads,
    styles,
    downloads,
    collections,
    features,
    editing,
    tiles,
    maps,
    rasters,
    archives,
    records,
    submissions,
    outbox,
    publishing,
    publicationPlans,
    doctor,
    garbage,
    worker,
    translateError,
  } = services
  const options: MountOptions = {
    publicUrl: config.publicUrl,
    log,
    checkResponses: parts.checkResponses,
    translateError,
    problemPage: (problem, traceId, siteUrl) =>
      renderProblemPage(problem, traceId, { siteUrl, siteTitle: config.siteTitle }),
  }
  const safeFetch = createSafeFetch({ allowedHosts: config.fetchHosts })
  const recordView = createRecordView({ db, records })
  const document = await readDocument('catalogue')

  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.set('trust proxy', config.trustProxy)
  app.set('etag', false)
  let isAccepting = true

  app.use((_request, response, next) => {
    setAll(response, always)
    // Who stops lets everybody finish, and asks them to come back by another connection.
    if (!isAccepting) response.setHeader('Connection', 'close')
    next()
  })
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/readyz', async (_request, response) => {
    const isReady =
      isAccepting &&
      (await database.pool.query('select 1').then(
        () => true,
        () => false,
      ))
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' })
  })
  app.use(
    authenticate({
      tokens,
      failuresPerMinute: config.limits.authFailuresPerMinute,
      sendProblem: (problem, request, response) => void sendError(problem, request, response, options),
    }),
  )

  app.use(
    '/api/v1',
    mount<CatalogueOperations>(
      document,
      {
        ...systemHandlers({ config, document, doctor, garbage }),
        ...tokenHandlers({ tokens }),
        ...uploadHandlers({ uploads, idempotency, limits: config.limits }),
        ...submissionHandlers({ submissions, uploads, sendsMail: outbox.isConfigured }),
        ...reviewHandlers({ submissions }),
        ...mailHandlers({ outbox }),
        ...styleHandlers({ styles, idempotency, limits: config.limits }),
        ...storedFileHandlers({
          storedUploads: createStoredUploads({
            db,
            storedFiles: openStoredFiles(config.storageDir),
            uploads,
            log,
          }),
        }),
        ...serviceCapabilityHandlers({ serviceCapabilities: createServiceCapabilities({ safeFetch }) }),
        ...serviceMapHandlers({ serviceMaps: createServiceMaps({ records, safeFetch, now: Date.now }) }),
        ...styleCheckHandlers({
          reader: services.styleReader,
          styles,
          styleModels: services.styleModels,
        }),
        ...styleAttachmentHandlers({
          styleAttaching: createStyleAttaching({
            db,
            checkStyle: styles.check,
            isStored: services.store.has,
            onChange: collections.invalidate,
          }),
        }),
        ...stylePreviewHandlers({ stylePreviews: services.stylePreviews }),
        ...recordHandlers({ db, records, recordView, idempotency }),
        ...publicationHandlers({ publishing, records, idempotency, recordView }),
        ...publicationPlanHandlers({ publicationPlans }),
        ...tileArchiveHandlers({ archives }),
        ...auditHandlers({ db }),
      },
      options,
    ),
  )
  const featuresDocument = await readDocument('features')
  const tilesDocument = await readDocument('tiles')
  const stylesDocument = await readDocument('styles')
  const mapsDocument = await readDocument('maps')
  const coveragesDocument = await readDocument('coverages')
  const featuresFace = featuresHandlers({
    config,
    // Features, tiles, maps, coverages and styles are one API to its clients.
    document: [tilesDocument, mapsDocument, coveragesDocument, stylesDocument].reduce(
      joinDocuments,
      featuresDocument,
    ),
    collections,
    features,
    editing,
    idempotency,
  })
  app.use(
    dataFaces,
    openForReading,
    mount<FeatureOperations>(featuresDocument, featuresFace, options),
    mount<TileOperations>(tilesDocument, tilesHandlers({ config, collections, tiles }), options),
    mount<StyleOperations>(
      stylesDocument,
      stylesHandlers({ config, collections, drawing: services.styleDrawing }),
      options,
    ),
    mount<MapOperations>(mapsDocument, mapsHandlers({ config, collections, maps }), options),
    mount<CoverageOperations>(
      coveragesDocument,
      coveragesHandlers({
        config,
        collections,
        coverages: createCoverages({ db, rasters, store: services.store }),
      }),
      options,
    ),
  )
  app.use(
    '/files',
    openForReading,
    mount<FileOperations>(await readDocument('files'), fileHandlers({ downloads }), options),
  )
  const recordsDocument = await readDocument('records')
  const catalogue = createCatalogue({ readPool: readingShare(database.readPool), db })
  const cswFace = cswHandlers({ config, catalogue, clock: { now: Date.now } })
  // Before /records, which would take the second name for one of its own.
  app.use(
    ['/csw', '/records/csw'],
    openForQueries,
    mount<CswOperations>(await readDocument('csw'), cswFace, { ...options, writeProblem: exceptionReport }),
  )
  const wmsFace = wmsHandlers({ config, collections, features, maps, rasters })
  app.use(
    '/wms',
    openForReading,
    mount<WmsOperations>(await readDocument('wms'), wmsFace, {
      ...options,
      writeProblem: wmsExceptionReport,
    }),
  )
  const recordsFace = recordsHandlers({
    config,
    document: recordsDocument,
    catalogue,
    collections,
    features,
    drawing: services.styleDrawing,
  })
  app.use('/records', openForReading, mount<RecordOperations>(recordsDocument, recordsFace, options))
  const pluginFace = qgisHandlers({ config, plugin: createServedPlugin() })
  app.use('/qgis', mount<QgisOperations>(await readDocument('qgis'), pluginFace, options))
  app.use(pages({ config, catalogue }, options))
  app.use(web({ config }, options))
  app.use((request, response) => {
    void sendError(generalProblems.notFound({ what: 'page', id: request.path }), request, response, options)
  })
  // What comes here was thrown before an operation had the request; Express itself would answer with a stack trace.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem =
      error instanceof URIError ? generalProblems.addressUnreadable({ path: request.path }) : error
    void sendError(problem, request, response, options)
  })

  // The embedded database has one process: what it finds claimed belongs to one that died.
  if (database.kind === 'embedded') await idempotency.releaseAll()
  const timers: NodeJS.Timeout[] = []
  const logged = logRequests(log)
  const answerKeptTile = createKeptTiles({
    collections,
    tiles,
    faces: dataFaces,
    headers: { ...always, ...open },
  })
  return {
    handle: (request: IncomingMessage, response: ServerResponse) =>
      logged(request, response, () => {
        if (!isAccepting || !answerKeptTile(request, response)) app(request, response)
      }),
    tokens,
    isCatalogueEmpty: async () => (await db('record').first('id')) === undefined,
    /** Takes jobs and unread uploads up, and collects garbage from time to time. */
    startWorking: async () => {
      // The embedded database has one process: what it finds running belongs to one that died.
      if (database.kind === 'embedded') await services.jobs.releaseAll()
      await uploads.resume()
      worker.start()
      const collect = () =>
        enqueue(db, { kind: 'collect-garbage', key: 'regular' }).then(worker.ring, (err) =>
          log.warn({ event: 'garbage.postponed', err }, 'garbage collection postponed'),
        )
      await collect()
      timers.push(setInterval(collect, collectGarbageEveryMs).unref())
      const sendMails = () =>
        outbox.enqueueDue().catch((err) => log.warn({ event: 'mail.postponed', err }, 'mails wait'))
      await sendMails()
      timers.push(setInterval(sendMails, sendMailsEveryMs).unref())
    },
    stopAccepting: () => {
      isAccepting = false
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      await worker.stop()
      outbox.stop()
      await services.reading.stop()
      await services.styleReader.close()
      await services.stylePictures.close()
      await tiles.close()
      await maps.close()
      await services.rasters.close()
      await services.previewRasters.close()
    },
  }
}
