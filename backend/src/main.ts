/** Starts the program: settings, database, faces, worker; and stops it in order. */
import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { createProgram } from './app.ts'
import { ConfigMistakes, readConfig } from './config/config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { issueFirstAdministrator, keepLocalCredential, publishExamples } from './first-start.ts'
import { createHttpServer } from './http/http-server.ts'

const stopMs = 30_000

/**
 * The C library keeps what the embedded database has freed unless told otherwise; saying so in time (before the process
 * starts) saves some 70 MB. The process replaces itself once, where the system can.
 */
const allocation = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' }

const startAgainFrugally = () => {
  const isSet = process.env['MALLOC_TRIM_THRESHOLD_'] !== undefined
  if (process.platform !== 'linux' || isSet || process.execve === undefined) return
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    ...allocation,
  })
}

/** From here on, what breaks in the middle of starting breaks because the program is being stopped. */
let isStopping = false

const say = (text: string) => process.stdout.write(`${text}\n`)

const start = async () => {
  const startedAt = performance.now()
  const config = readConfig(process.env)
  const log = pino({ level: config.logLevel }, pino.destination(2))
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  await mkdir(config.uploadDir, { recursive: true, mode: 0o700 })

  say(config.databaseUrl ? 'Opening the database …' : 'Opening the embedded database …')
  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    readDatabaseUrl: config.readDatabaseUrl,
    dataDir: config.dataDir,
    log,
  })
  await migrate(database, { log })
  const program = await createProgram({
    config,
    database,
    log,
    checkResponses: process.env['SECIMS_CHECK_RESPONSES'] === 'yes',
  })

  const server = createHttpServer(program.handle)
  if (config.role !== 'worker')
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(config.port, config.host, resolve)
    })
  const { port } = (server.address() as AddressInfo | null) ?? { port: config.port }
  const url = `http://${config.host === '127.0.0.1' || config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${port}`

  const prepare = async () => {
    const isFirst = await program.tokens.isEmpty()
    const credential = await keepLocalCredential({ tokens: program.tokens, dataDir: config.dataDir, url })
    if (config.role !== 'api') await program.startWorking()
    return { isFirst, credential }
  }
  const prepared = prepare()

  const stop = async (reason: string, exitCode = 0) => {
    if (isStopping) process.exit(1)
    isStopping = true
    log.info({ event: 'server.stopping', reason }, 'stopping')
    setTimeout(() => process.exit(1), stopMs).unref()
    program.stopAccepting()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeIdleConnections()
    // What is half begun would leave connections open.
    await prepared.catch(() => {})
    await program.stop()
    setTimeout(() => server.closeAllConnections(), 5_000).unref()
    await closed
    await database.close()
    process.exit(exitCode)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
  process.on('uncaughtException', (err) => {
    log.fatal({ event: 'process.broke', err }, 'the process met an error nobody handled')
    setTimeout(() => process.exit(70), 2_000).unref()
    void stop('uncaughtException', 70)
  })

  const { isFirst, credential } = await prepared
  if (config.role !== 'worker')
    say(
      `${config.siteTitle} answers at ${config.publicUrl ?? url} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
    )
  if (isFirst) {
    say('\nThe first administrator token, shown this once – keep it like a password:\n')
    say(`  ${await issueFirstAdministrator(program.tokens)}\n`)
  }
  if (config.withExamples && config.role === 'all' && (await program.isCatalogueEmpty()))
    await publishExamples({
      credential: { ...credential, url: `http://127.0.0.1:${port}` },
      folder: join(import.meta.dirname, '../../examples'),
      log,
      onProgress: (done, total, name) =>
        say(
          done === total
            ? `${total} example layers are published: ${url}`
            : `Publishing examples ${done + 1}/${total}: ${name}`,
        ),
    })
}

if (!process.env['DATABASE_URL']) startAgainFrugally()
start().catch((error) => {
  if (isStopping) return
  process.stderr.write(
    error instanceof ConfigMistakes
      ? `${error.message}\n`
      : `SEC-IMS could not start: ${error instanceof Error ? error.message : error}\n`,
  )
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})
