/** The command line: `sec-ims <command>`. It speaks to a running server and never opens the database itself. */
import { parseArgs } from 'node:util'
import { isRefusal } from '../client/client.ts'
import { settings } from '../config/config.ts'
import { connect } from './connection.ts'
import { type PublishOptions, publish, UsageError } from './publish.ts'
import { renderHelp } from './render-help.ts'
import { style } from './style.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** Documented in the README and the user guide; scripts may rely on them. */
const exitCodes = {
  ok: 0,
  broken: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  notAllowed: 5,
  findings: 6,
} as const

const help = `sec-ims – publish spatial data from the command line

  sec-ims publish <file> [--layer L] [--style S.sld] [--qml S.qml] [--title T] [--id collection] …
  sec-ims unpublish <collection>            take it out of the OGC APIs; the record stays
  sec-ims delete <collection or record id>  remove entry, file and collection for good
  sec-ims records                           what you keep
  sec-ims token issue --role editor|domain_custodian|administrator --name N --organisation O --email E [--domain D] [--expires DATE]
  sec-ims token list | rotate <id> | revoke <id>
  sec-ims domain put <id> --title T | list
  sec-ims doctor                            list every disagreement in the catalogue
  sec-ims gc [--all]                        remove what nothing refers to
  sec-ims style check <file.sld> [--qml S.qml] [--layer data.gpkg[:layer]] [--dialect qgis|ogc]   what the server would say; 0 accepted, 1 refused
  sec-ims style convert <file.sld|.qml> --to sld-1.0|sld-1.1|maplibre [--out FILE]   and what is lost by it
${renderHelp}
  sec-ims settings                          environment variables the server reads

publish also takes --abstract --keywords a,b --metadata record.json --domain D --crs EPSG:n (when the file does not
say it) --x COLUMN --y COLUMN, --wkt COLUMN or --table (CSV) --document (file only, no collection) --accept-schema-change --view-name schema.table
Without --id a new collection is made; with the id of an existing one its data are replaced and links stay valid.

Everywhere: --json prints one JSON object, --yes answers questions.
SECIMS_URL (http://localhost:8080) and SECIMS_TOKEN say where and who; beside a local server its own credential is found in DATA_DIR.
Exit: 0 done, 1 broken, 2 usage, 3 refused by the server, 4 server not reachable, 5 not signed in or not allowed, 6 doctor has findings.`

const options = {
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  all: { type: 'boolean' },
  layer: { type: 'string' },
  style: { type: 'string' },
  qml: { type: 'string' },
  title: { type: 'string' },
  abstract: { type: 'string' },
  keywords: { type: 'string' },
  metadata: { type: 'string' },
  id: { type: 'string' },
  domain: { type: 'string' },
  crs: { type: 'string' },
  x: { type: 'string' },
  y: { type: 'string' },
  wkt: { type: 'string' },
  table: { type: 'boolean' },
  document: { type: 'boolean' },
  'accept-schema-change': { type: 'boolean' },
  'view-name': { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string', short: 'o' },
  dialect: { type: 'string' },
  role: { type: 'string' },
  name: { type: 'string' },
  organisation: { type: 'string' },
  email: { type: 'string' },
  description: { type: 'string' },
  expires: { type: 'string' },
} as const

const parse = (argv: string[]) => {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}
type Values = ReturnType<typeof parse>['values']
type Connection = ReturnType<typeof connect>
type Command = (
  connection: Connection,
  words: string[],
  values: Values,
  terminal: Terminal,
) => Promise<number>

const needed = (value: string | undefined, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`${what} is missing. See sec-ims --help.`)
  return value
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const findRecordId = async ({ client }: Connection, id: string): Promise<string> => {
  if (isUuid(id)) return id
  const me = await client.expectOk(client.api.GET('/me'))
  const scope = me.role === 'administrator' ? 'all' : me.role === 'domain_custodian' ? 'domain' : 'own'
  const { records } = await client.expectOk(
    client.api.GET('/records', { params: { query: { collectionId: id, scope } } }),
  )
  return records[0]?.id ?? needed(undefined, `A record with the collection '${id}' that you may change`)
}

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` })

const tokenCommands: Record<string, Command> = {
  issue: async ({ client }, _words, values, terminal) => {
    const role = needed(values.role, '--role').replace(/^custodian$/, 'domain_custodian') as 'editor'
    const issued = await client.expectOk(
      client.api.POST('/tokens', {
        body: {
          role,
          name: needed(values.name, '--name'),
          organisation: needed(values.organisation, '--organisation'),
          email: needed(values.email, '--email'),
          ...(values.domain === undefined ? {} : { domainId: values.domain }),
          ...(values.description === undefined ? {} : { description: values.description }),
          ...(values.expires === undefined ? {} : { expiresAt: new Date(values.expires).toISOString() }),
        },
      }),
    )
    terminal.say(
      `Token for ${issued.details.name} (${issued.details.role}), shown this once:\n\n  ${issued.token}\n`,
    )
    if (terminal.isJson) terminal.json({ token: issued.token, ...issued.details })
    return exitCodes.ok
  },
  list: async ({ client }, _words, _values, terminal) => {
    const { tokens } = await client.expectOk(client.api.GET('/tokens'))
    for (const token of tokens) {
      const state = token.revokedAt
        ? 'revoked'
        : token.expiresAt && Date.parse(token.expiresAt) < Date.now()
          ? 'expired'
          : 'valid'
      terminal.say(
        `${token.id}  ${state.padEnd(8)} ${token.role.padEnd(17)} ${(token.domainId ?? '').padEnd(12)} ${token.name}, ${token.organisation}  last used ${token.lastUsedAt ?? 'never'}${token.shouldRotate ? '  SHOULD BE ROTATED' : ''}`,
      )
    }
    if (terminal.isJson) terminal.json({ tokens })
    return exitCodes.ok
  },
  rotate: async ({ client }, [tokenId], _values, terminal) => {
    const issued = await client.expectOk(
      client.api.POST('/tokens/{tokenId}/rotate', {
        params: { path: { tokenId: needed(tokenId, 'The token id') } },
      }),
    )
    terminal.say(
      `New secret for ${issued.details.name}, shown this once; the old one has stopped working:\n\n  ${issued.token}\n`,
    )
    if (terminal.isJson) terminal.json({ token: issued.token, ...issued.details })
    return exitCodes.ok
  },
  revoke: async ({ client }, [tokenId], _values, terminal) => {
    const token = await client.expectOk(
      client.api.DELETE('/tokens/{tokenId}', {
        params: { path: { tokenId: needed(tokenId, 'The token id') } },
      }),
    )
    terminal.say(`The token of ${token.name} is revoked.`)
    if (terminal.isJson) terminal.json(token)
    return exitCodes.ok
  },
}

const commands: Record<string, Command> = {
  publish: async ({ client }, [file], values, terminal) => {
    const { 'accept-schema-change': acceptSchemaChange, 'view-name': viewName, ...rest } = values
    // Whoever says yes to everything also means the columns.
    const wanted: PublishOptions = {
      ...rest,
      file,
      viewName,
      acceptSchemaChange: acceptSchemaChange ?? values.yes,
    }
    const result = await publish(client, wanted, terminal)
    if (terminal.isJson) terminal.json(result)
    return exitCodes.ok
  },
  unpublish: async (connection, [id], _values, terminal) => {
    const recordId = await findRecordId(connection, needed(id, 'The collection'))
    const { client } = connection
    const record = await client.expectOk(
      client.api.GET('/records/{recordId}', { params: { path: { recordId } } }),
    )
    const after = await client.expectOk(
      client.api.DELETE('/records/{recordId}/collection', {
        params: { path: { recordId }, header: ifMatch(record.version) },
      }),
    )
    terminal.say(`The collection of '${after.title}' is no longer in the OGC APIs; its record stays.`)
    if (terminal.isJson) terminal.json({ recordId, state: after.state })
    return exitCodes.ok
  },
  delete: async (connection, [id], _values, terminal) => {
    const recordId = await findRecordId(connection, needed(id, 'The collection or record'))
    const { client } = connection
    const record = await client.expectOk(
      client.api.GET('/records/{recordId}', { params: { path: { recordId } } }),
    )
    if (
      !(await terminal.confirm(
        `Delete '${record.title}' for good – entry, file and collection? (Deprecating keeps it resolvable.)`,
      ))
    )
      throw new UsageError(`'${record.title}' was not deleted; say --yes to delete it for good.`)
    await client.expectOk(
      client.api.DELETE('/records/{recordId}', {
        params: { path: { recordId }, header: ifMatch(record.version) },
      }),
    )
    terminal.say(`'${record.title}' is deleted.`)
    if (terminal.isJson) terminal.json({ recordId, state: 'deleted' })
    return exitCodes.ok
  },
  records: async ({ client }, _words, _values, terminal) => {
    const { records, total } = await client.expectOk(client.api.GET('/records'))
    for (const record of records)
      terminal.say(`${record.state.padEnd(11)} ${(record.collectionId ?? '–').padEnd(28)} ${record.title}`)
    if (records.length < total) terminal.say(`… and ${total - records.length} more`)
    if (terminal.isJson) terminal.json({ records, total })
    return exitCodes.ok
  },
  token: async (connection, [word, ...words], values, terminal) => {
    const command = tokenCommands[word ?? '']
    if (!command)
      throw new UsageError(`token ${word ?? ''}: expected one of ${Object.keys(tokenCommands).join(', ')}.`)
    return command(connection, words, values, terminal)
  },
  domain: async ({ client }, [word, domainId], values, terminal) => {
    if (word === 'put')
      await client.expectOk(
        client.api.PUT('/domains/{domainId}', {
          params: { path: { domainId: needed(domainId, 'The domain id') } },
          body: { title: needed(values.title, '--title') },
        }),
      )
    const { domains } = await client.expectOk(client.api.GET('/domains'))
    for (const domain of domains) terminal.say(`${domain.id.padEnd(20)} ${domain.title}`)
    if (terminal.isJson) terminal.json({ domains })
    return exitCodes.ok
  },
  doctor: async ({ client }, _words, _values, terminal) => {
    const { findings, checked } = await client.expectOk(client.api.GET('/doctor'))
    for (const finding of findings) terminal.say(`${finding.code}: ${finding.message}`)
    terminal.say(
      `${findings.length} finding(s) in ${Object.entries(checked)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}.`,
    )
    if (terminal.isJson) terminal.json({ findings, checked })
    return findings.length > 0 ? exitCodes.findings : exitCodes.ok
  },
  gc: async ({ client }, _words, values, terminal) => {
    const { removed } = await client.expectOk(
      client.api.POST('/collect-garbage', { params: { query: { all: values.all ?? false } } }),
    )
    terminal.say(
      `Removed ${Object.entries(removed)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}.`,
    )
    if (terminal.isJson) terminal.json({ removed })
    return exitCodes.ok
  },
  // Needs no server: what it does is pure.
  style: async (_connection, words, values, terminal) => style(words, values, terminal),
  settings: async (_connection, _words, _values, terminal) => {
    for (const [name, text] of Object.entries(settings)) terminal.say(`${name.padEnd(26)} ${text}`)
    if (terminal.isJson) terminal.json(settings)
    return exitCodes.ok
  },
}

const isUnreachable = (error: unknown) => error instanceof TypeError && /fetch failed/.test(error.message)

const explain = (error: unknown, url: string, terminal: Terminal): number => {
  if (isRefusal(error)) {
    const { problem } = error
    if (terminal.isJson) terminal.json({ problem })
    else terminal.complain(`${problem.title}: ${problem.detail}`)
    return problem.status === 401 || problem.status === 403 ? exitCodes.notAllowed : exitCodes.refused
  }
  const [text, code] =
    error instanceof UsageError
      ? [error.message, exitCodes.usage]
      : isUnreachable(error)
        ? [
            `No server answers at ${url}. Start it with 'npm start', or set SECIMS_URL.`,
            exitCodes.unreachable,
          ]
        : (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? [`There is no file '${(error as NodeJS.ErrnoException).path}'.`, exitCodes.usage]
          : [`Broken: ${error instanceof Error ? error.message : String(error)}`, exitCodes.broken]
  if (terminal.isJson) terminal.json({ error: text })
  else terminal.complain(text)
  return code
}

const main = async (argv: string[]): Promise<number> => {
  const isJson = argv.includes('--json')
  const terminal = createTerminal({ isJson, saysYes: argv.includes('--yes') || argv.includes('-y') })
  const connection = connect(process.env)
  try {
    if (argv[0] === 'style' && argv[1] === 'render') {
      // The painter's packages are loaded by nobody else.
      const { renderStyle } = await import('./render.ts')
      await renderStyle(argv.slice(2), terminal)
      return exitCodes.ok
    }
    if (argv[0] === 'fidelity') {
      const { fidelity } = await import('./fidelity.ts')
      return await fidelity(argv.slice(1), terminal)
    }
    const { values, positionals } = parse(argv)
    const [word, ...words] = positionals
    const command = commands[word ?? '']
    if (values.help || command === undefined) {
      if (word !== undefined && command === undefined)
        throw new UsageError(`There is no command '${word}'.\n\n${help}`)
      process.stdout.write(`${help}\n`)
      return exitCodes.ok
    }
    return await command(connection, words, values, terminal)
  } catch (error) {
    return explain(error, connection.url, terminal)
  }
}

process.exitCode = await main(process.argv.slice(2))
