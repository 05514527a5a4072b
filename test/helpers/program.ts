/** The whole program on a database of its own, in this process, behind a real port; and clients for every role. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createProgram } from '../../backend/src/app.ts'
import { type Client, createClient } from '../../backend/src/client/client.ts'
import { type Config, readConfig } from '../../backend/src/config/config.ts'
import type { Role } from '../../backend/src/domain/actor.ts'
import { silentLog, type TestDatabase, testDatabase } from './database.ts'

export type Who = 'administrator' | 'editor' | 'otherEditor' | 'custodian'

const roles: Record<Who, { role: Role; domainId?: string }> = {
  administrator: { role: 'administrator' },
  editor: { role: 'editor' },
  otherEditor: { role: 'editor' },
  custodian: { role: 'domain_custodian', domainId: 'forestry' },
}

export type TestProgram = {
  url: string
  config: Config
  database: TestDatabase
  /** A client signed in as one of the cast; `as('public')` has no token. */
  as: (who: Who | 'public') => Client
  tokenOf: (who: Who) => string
  stop: () => Promise<void>
}

/** Starts the program; `environment` is what the server's settings would be, `log` whoever wants to read what it says. */
export const testProgram = async (
  environment: Record<string, string> = {},
  { log = silentLog }: { log?: Logger } = {},
): Promise<TestProgram> => {
  const database = await testDatabase({ log })
  const config = readConfig({
    DATA_DIR: database.dataDir,
    UPLOAD_DIR: join(database.dataDir, 'uploads'),
    EXAMPLES: 'no',
    AUTH_FAILURES_PER_MINUTE: '10000',
    ...environment,
  })
  const program = await createProgram({ config, database, log, checkResponses: true })
  const server = createServer(program.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await program.startWorking()

  const setup = { kind: 'system', name: 'test' } as const
  await program.tokens.putDomain({ id: 'forestry', title: 'Forestry' }, setup)
  await program.tokens.putDomain({ id: 'fisheries', title: 'Fisheries' }, setup)
  const issued = new Map<Who, string>()
  for (const [who, { role, domainId }] of Object.entries(roles) as [Who, (typeof roles)[Who]][]) {
    const { token } = await program.tokens.issue(
      { role, domainId, name: who, organisation: 'Test', email: `${who}@test.lc` },
      setup,
    )
    issued.set(who, token)
  }
  const tokenOf = (who: Who) => issued.get(who) ?? ''

  return {
    url,
    config,
    database,
    tokenOf,
    as: (who) => createClient({ url, token: who === 'public' ? undefined : tokenOf(who) }),
    stop: async () => {
      program.stopAccepting()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await program.stop()
      await database.drop()
    },
  }
}
