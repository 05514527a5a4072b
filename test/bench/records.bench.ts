/**
 * How long a search of half a million records takes, over HTTP, beside the plain way on the same rows in the same run: the
 * text search of PostgreSQL's manual with an exact count, and OFFSET for pages. Where pycsw 2.6.2 can be imported by the
 * python3 that PYCSW_PYTHON names, its CSW answers the same questions from a table of its own.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/records.bench.ts [--records 500000] [--times 40] [--only q] [--write]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { Agent, get, request as httpRequest } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED, seededRandom } from './data.ts'
import { backendPids, processorMs } from './processes.ts'
import { seedRecords } from './records-data.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '500000' },
    times: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    /** Measures a database that was seeded before and keeps it: its name on the server. */
    database: { type: 'string', default: '' },
  },
})
const count = Number(options.records)
const warmingTimes = 8
const times = Number(options.times)

// What is asked ------------------------------------------------------------------------------------------

/** Parts of records that are there, so that searches find what people look for. */
type Known = { id: string; title: string; abstract: string; keyword: string; organisation: string }

type Question = {
  name: string
  /** Parameters of /records; `csw`: a CQL constraint of CSW instead. */
  ask: (pick: () => Known, random: () => number) => Record<string, string>
  csw?: boolean
  /** Parameters of the page for people, with all its facets. */
  page?: boolean
  plain: ((asked: Record<string, string>) => { text: string; values: unknown[] }[]) | null
}

const words = ({ title }: Known, most: number) =>
  (title.match(/\p{L}{4,}/gu) ?? ['roads']).slice(0, most).join(' ')
const place = ({ title }: Known) => /of (\p{L}+)/u.exec(title)?.[1] ?? 'Gale'
const abstractWord = ({ abstract }: Known, random: () => number) => {
  const found = abstract.match(/\p{L}{5,}/gu) ?? ['mangrove']
  return found[Math.floor(random() * found.length)] ?? 'mangrove'
}
/** Two words of an abstract that follow each other. */
const phrase = ({ abstract }: Known) => /(\p{L}{4,} \p{L}{4,})/u.exec(abstract)?.[1] ?? 'coral reef'
const mistyped = (word: string) => `${word.slice(0, 2)}${word[3] ?? ''}${word[2] ?? ''}${word.slice(4)}x`
const box = (random: () => number, size: number) => {
  const west = -61.1 + random() * 0.25
  const south = 13.7 + random() * 0.4
  return [west, south, west + size, south + size].map((side) => side.toFixed(4)).join(',')
}

const entry = 'secims.catalogue_entry e'
const page = 'limit 10'
const plainly = (where: string, values: unknown[], order = 'updated_at desc') => [
  { text: `select count(*) from ${entry} where ${where}`, values },
  { text: `select e.record_id, e.metadata from ${entry} where ${where} order by ${order} ${page}`, values },
]
const plainWords = ({ q = '' }: Record<string, string>) =>
  plainly(
    "search @@ plainto_tsquery('english', unaccent($1))",
    [q],
    "ts_rank(search, plainto_tsquery('english', unaccent($1))) desc",
  )
const sides = (bbox = '') => bbox.split(',').map(Number)
const inBox = 'footprint && st_makeenvelope($1, $2, $3, $4, 4326)'
const like = (column: string) => (asked: Record<string, string>) =>
  plainly(`${column} like $1`, [/'(%.*%)'/.exec(asked['filter'] ?? '')?.[1] ?? ''])

const questions: Question[] = [
  { name: 'everything', ask: () => ({}), plain: () => plainly('true', []) },
  { name: 'q: a place', ask: (pick) => ({ q: place(pick()) }), plain: plainWords },
  { name: 'q: a theme', ask: (pick) => ({ q: words(pick(), 1) }), plain: plainWords },
  {
    name: 'q: a word of an abstract',
    ask: (pick, random) => ({ q: abstractWord(pick(), random) }),
    plain: plainWords,
  },
  { name: 'q: two words', ask: (pick) => ({ q: words(pick(), 2) }), plain: plainWords },
  { name: 'q: three words', ask: (pick) => ({ q: words(pick(), 3) }), plain: plainWords },
  {
    name: 'q: a phrase',
    ask: (pick) => ({ q: `"${phrase(pick())}"` }),
    plain: ({ q = '' }) =>
      plainly("search @@ phraseto_tsquery('english', unaccent($1))", [q.replaceAll('"', '')]),
  },
  { name: 'q: mistyped', ask: (pick) => ({ q: mistyped(place(pick())) }), plain: null },
  {
    name: 'q: while typing',
    ask: (pick, random) => ({ q: place(pick()).slice(0, 3 + Math.floor(random() * 3)) }),
    plain: null,
  },
  {
    name: 'bbox',
    ask: (_pick, random) => ({ bbox: box(random, 0.02) }),
    plain: ({ bbox }) => plainly(inBox, sides(bbox)),
  },
  {
    name: 'bbox: the island',
    ask: () => ({ bbox: '-61.2,13.6,-60.8,14.2' }),
    plain: ({ bbox }) => plainly(inBox, sides(bbox)),
  },
  {
    name: 'q and bbox',
    ask: (pick, random) => ({ q: words(pick(), 1), bbox: box(random, 0.05) }),
    plain: ({ q, bbox }) =>
      plainly(`${inBox} and search @@ plainto_tsquery('english', unaccent($5))`, [...sides(bbox), q]),
  },
  {
    name: 'bbox and datetime',
    ask: (_pick, random) => {
      const year = 1992 + Math.floor(random() * 30)
      return { bbox: box(random, 0.05), datetime: `${year}-01-01/${year}-12-31` }
    },
    plain: null,
  },
  {
    name: 'q and type',
    ask: (pick) => ({ q: words(pick(), 1), type: 'service' }),
    plain: null,
  },
  {
    name: 'datetime: a year',
    ask: (_pick, random) => {
      const year = 1992 + Math.floor(random() * 30)
      return { datetime: `${year}-01-01/${year}-12-31` }
    },
    plain: ({ datetime = '' }) =>
      plainly('coalesce(ends_at, $1) >= $1::date and begins_at <= $2::date', datetime.split('/')),
  },
  {
    name: 'type',
    ask: (_pick, random) => ({
      type: ['dataset', 'service', 'series', 'model'][Math.floor(random() * 4)] ?? '',
    }),
    plain: ({ type }) => plainly('type = $1', [type]),
  },
  { name: 'ids', ask: (pick) => ({ ids: `${pick().id},${pick().id}` }), plain: null },
  { name: 'externalIds', ask: () => ({ externalIds: 'roads' }), plain: null },
  {
    name: 'title LIKE',
    ask: (pick) => ({ filter: `title LIKE '%${place(pick()).slice(1, 7)}%'` }),
    plain: like('title'),
  },
  {
    name: 'title CASEI LIKE',
    ask: (pick) => ({ filter: `CASEI(title) LIKE CASEI('%${place(pick()).slice(1, 7)}%')` }),
    plain: (asked) =>
      plainly('lower(title) like lower($1)', [/'(%.*%)'/.exec(asked['filter'] ?? '')?.[1] ?? '']),
  },
  {
    name: 'abstract LIKE',
    ask: (pick, random) => ({ filter: `description LIKE '%${abstractWord(pick(), random)}%'` }),
    plain: like('abstract'),
  },
  {
    name: 'abstract CASEI LIKE',
    ask: (pick, random) => ({ filter: `CASEI(description) LIKE CASEI('%${abstractWord(pick(), random)}%')` }),
    plain: (asked) =>
      plainly('lower(abstract) like lower($1)', [/'(%.*%)'/.exec(asked['filter'] ?? '')?.[1] ?? '']),
  },
  {
    name: 'keywords =',
    ask: (pick) => ({ filter: `keywords = '${pick().keyword}'` }),
    plain: (asked) => plainly('keywords @> array[$1]', [/'(.*)'/.exec(asked['filter'] ?? '')?.[1] ?? '']),
  },
  { name: 'sortby title', ask: () => ({ sortby: 'title' }), plain: () => plainly('true', [], 'title') },
  {
    name: 'sortby -date',
    ask: () => ({ sortby: '-date' }),
    plain: () => plainly('true', [], 'resource_date desc nulls last'),
  },
  {
    name: 'sortby organization',
    ask: () => ({ sortby: 'organization' }),
    plain: () => plainly('true', [], 'organisation'),
  },
  {
    name: 'q and sortby title',
    ask: (pick) => ({ q: words(pick(), 1), sortby: 'title' }),
    plain: ({ q }) => plainly("search @@ plainto_tsquery('english', unaccent($1))", [q], 'title'),
  },
  { name: 'facets', ask: (pick) => ({ q: words(pick(), 1), facets: 'true' }), plain: null },
  { name: 'the page for people', ask: (pick) => ({ q: words(pick(), 1), f: 'html' }), plain: null },
  {
    name: 'offset to the end',
    ask: (_pick, random) => ({ offset: String(Math.floor(random() * (count - 10))) }),
    plain: ({ offset }) => [
      { text: `select count(*) from ${entry}`, values: [] },
      {
        text: `select e.record_id, e.metadata from ${entry} order by updated_at desc ${page} offset $1`,
        values: [offset],
      },
    ],
  },
  {
    name: 'q, a deep page',
    ask: (pick, random) => ({ q: words(pick(), 1), offset: String(Math.floor(random() * 5000)) }),
    plain: null,
  },
  {
    name: 'CSW: AnyText',
    csw: true,
    ask: (pick) => ({ constraint: `csw:AnyText LIKE '%${words(pick(), 1)}%'` }),
    plain: null,
  },
  {
    name: 'CSW: title',
    csw: true,
    ask: (pick) => ({ constraint: `dc:title LIKE '%${place(pick()).slice(1, 7)}%'` }),
    plain: null,
  },
  {
    name: 'CSW: box',
    csw: true,
    ask: (_pick, random) => ({ constraint: `BBOX(ows:BoundingBox, ${box(random, 0.02)})` }),
    plain: null,
  },
  // The catalogue's page -----------------------------------------------------------------------------------
  { name: 'page: everything', page: true, ask: () => ({}), plain: null },
  {
    name: 'page: words',
    page: true,
    ask: (pick) => ({ q: words(pick(), 2) }),
    plain: null,
  },
  {
    name: 'page: while typing',
    page: true,
    ask: (pick) => ({ q: words(pick(), 1).slice(0, 5) }),
    plain: null,
  },
  { name: 'page: keyword', page: true, ask: (pick) => ({ keywords: pick().keyword }), plain: null },
  {
    name: 'page: organisation',
    page: true,
    ask: (pick) => ({ organization: pick().organisation }),
    plain: null,
  },
  { name: 'page: topic', page: true, ask: () => ({ themes: 'oceans' }), plain: null },
  { name: 'page: format', page: true, ask: () => ({ formats: 'GeoTIFF' }), plain: null },
  {
    name: 'page: topic and format',
    page: true,
    ask: () => ({ themes: 'environment', formats: 'Shapefile' }),
    plain: null,
  },
  { name: 'page: has an API', page: true, ask: () => ({ api: 'yes' }), plain: null },
  {
    name: 'page: words, topic and area',
    page: true,
    ask: (pick, random) => ({ q: words(pick(), 1), themes: 'oceans', bbox: box(random, 0.1) }),
    plain: null,
  },
  { name: 'page: area', page: true, ask: (_pick, random) => ({ bbox: box(random, 0.05) }), plain: null },
  { name: 'page: by title', page: true, ask: () => ({ sortby: 'title' }), plain: null },
  { name: 'page: far on', page: true, ask: () => ({ q: 'survey', offset: '2000' }), plain: null },
]

// Asking -------------------------------------------------------------------------------------------------

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

const fetchAll = (port: number, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    get({ port, path, agent }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () =>
        // What the database gave up after ten seconds is told as what it is: no answer.
        response.statusCode === 200 || response.statusCode === 503
          ? resolve(response.statusCode === 200 ? performance.now() - startedAt : Number.POSITIVE_INFINITY)
          : reject(
              new Error(`${path}: ${response.statusCode} ${Buffer.concat(pieces).toString().slice(0, 300)}`),
            ),
      )
      response.on('error', reject)
    }).on('error', reject)
  })

const cswPath = (constraint: string) =>
  `/csw?${new URLSearchParams({
    service: 'CSW',
    version: '2.0.2',
    request: 'GetRecords',
    typeNames: 'csw:Record',
    elementSetName: 'full',
    resultType: 'results',
    constraintLanguage: 'CQL_TEXT',
    constraint,
  })}`

const pathOf = ({ csw, page: isPage }: Question, asked: Record<string, string>) =>
  isPage
    ? `/catalogue?${new URLSearchParams(asked)}`
    : csw
      ? cswPath(asked['constraint'] ?? '')
      : `/records/collections/metadata:main/items?${new URLSearchParams(asked)}`

const at = (sorted: number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

type Spread = { median: number; p95: number; late: number }
const spread = (all: number[]): Spread => {
  const sorted = all.toSorted((a, b) => a - b)
  return {
    median: at(sorted, 0.5),
    p95: at(sorted, 0.95),
    late: all.filter((one) => Number.isNaN(one)).length,
  }
}

/** V8 compiles what runs often: a server that has answered a few hundred searches is the one that people meet. */
const warmUp = async (asked: Question[], known: Known[], { port }: Server) => {
  const random = seededRandom(SEED + 12)
  const pick = () => known[Math.floor(random() * known.length)] as Known
  for (const question of asked)
    for (let n = 0; n < warmingTimes; n += 1)
      await fetchAll(port, pathOf(question, question.ask(pick, random)))
}

/** Questions are asked of both in turn, so that what else the machine does falls on both. */
const compare = async (question: Question, known: Known[], { port, pid }: Server, plain: pg.Client) => {
  const random = seededRandom(SEED + 11)
  const pick = () => known[Math.floor(random() * known.length)] as Known
  const ours: number[] = []
  const theirs: number[] = []
  const measured = async () => ({
    server: processorMs(pid),
    backends: new Map((await backendPids(plain)).map((pid) => [pid, processorMs(pid)])),
  })
  let before = await measured()
  for (let n = 0; n < times + 3; n += 1) {
    const asked = question.ask(pick, random)
    // The first ones find nothing compiled.
    if (n === 3) before = await measured()
    const took = await fetchAll(port, pathOf(question, asked))
    if (n >= 3) ours.push(took)
    if (question.plain === null || n % 4 !== 3) continue
    const startedAt = performance.now()
    for (const statement of question.plain(asked)) await plain.query(statement).catch(() => undefined)
    theirs.push(performance.now() - startedAt)
  }
  const after = await measured()
  // Of connections that were closed meanwhile nothing is known; new ones had used nothing before.
  const database = [...after.backends].reduce(
    (sum, [pid, ms]) => sum + ms - (before.backends.get(pid) ?? 0),
    0,
  )
  const used = { server: (after.server - before.server) / times, database: database / times }
  return { ours: spread(ours), used, plain: theirs.length > 0 ? spread(theirs) : null }
}

// pycsw --------------------------------------------------------------------------------------------------

const startPycsw = async (databaseUrl: string, client: pg.Client, started: ChildProcess[]) => {
  const python = process.env['PYCSW_PYTHON']
  if (!python) return null
  try {
    execFileSync(python, ['-c', 'import pycsw, psycopg2'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-pycsw-'))
  const url = new URL(databaseUrl)
  url.protocol = 'postgresql:'
  const config = join(folder, 'pycsw.cfg')
  writeFileSync(
    config,
    `[server]
home=${folder}
url=http://localhost/
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords=10
loglevel=CRITICAL
logfile=
[manager]
transactions=false
allowed_ips=127.0.0.1
[metadata:main]
identification_title=bench
identification_abstract=bench
identification_keywords=bench
identification_keywords_type=theme
identification_fees=None
identification_accessconstraints=None
provider_name=bench
provider_url=http://localhost/
contact_name=x
contact_position=x
contact_address=x
contact_city=x
contact_stateorprovince=x
contact_postalcode=x
contact_country=x
contact_phone=x
contact_fax=x
contact_email=x@example.org
contact_url=http://localhost/
contact_hours=x
contact_instructions=x
contact_role=pointOfContact
[repository]
database=${url.href}
table=public.records
`,
  )
  execFileSync(
    python,
    [
      '-c',
      `from pycsw.core import admin, config\nadmin.setup_db('${url.href}', 'records', '${folder}', True, True)`,
    ],
    { stdio: 'inherit' },
  )
  await client.query(`insert into public.records (identifier, typename, schema, mdsource, insert_date, xml, anytext, language, type, title, abstract, keywords, organization, date_modified, wkt_geometry)
    select e.record_id::text, 'csw:Record', 'http://www.opengis.net/cat/csw/2.0.2', 'local', e.updated_at::text, '<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>',
      concat_ws(' ', e.title, e.abstract, array_to_string(e.keywords, ' '), e.organisation), 'eng', e.type, e.title, e.abstract, array_to_string(e.keywords, ','), e.organisation, e.updated_at::text, st_astext(e.footprint)
    from ${entry}`)
  await client.query('vacuum analyze public.records')
  const script = `
import sys
from wsgiref.simple_server import make_server, WSGIRequestHandler
import os
os.environ['PYCSW_CONFIG'] = '${config}'
from pycsw import wsgi
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
server = make_server('127.0.0.1', 0, wsgi.application, handler_class=Quiet)
print('listening', server.server_port, flush=True)
server.serve_forever()
`
  return startProcess(started, python, ['-c', script], { PYCSW_CONFIG: config }, /listening (\d+)/)
}

const postXml = (port: number, constraint: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const request = httpRequest(
      { port, method: 'POST', path: '/?service=CSW&version=2.0.2', headers: { 'Content-Type': 'text/xml' } },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString()
          if (text.includes('numberOfRecordsMatched')) resolve(performance.now() - startedAt)
          else reject(new Error(text.slice(0, 500)))
        })
      },
    )
    request.on('error', reject)
    request.end(
      `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2" resultType="results"><csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter>${constraint}</ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`,
    )
  })

const pycswFilter = (constraint: string): string => {
  const text = /^(\S+) LIKE '(.*)'$/.exec(constraint)
  if (text)
    return `<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>${text[1]}</ogc:PropertyName><ogc:Literal>${text[2]}</ogc:Literal></ogc:PropertyIsLike>`
  const [west, south, east, north] = (/, (.*)\)/.exec(constraint)?.[1] ?? '').split(',')
  return `<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>${south} ${west}</gml:lowerCorner><gml:upperCorner>${north} ${east}</gml:upperCorner></gml:Envelope></ogc:BBOX>`
}

const measurePycsw = async (question: Question, known: Known[], port: number): Promise<Spread> => {
  const random = seededRandom(SEED + 11)
  const pick = () => known[Math.floor(random() * known.length)] as Known
  const all: number[] = []
  for (let n = 0; n < Math.min(times, 10); n += 1)
    all.push(await postXml(port, pycswFilter(question.ask(pick, random)['constraint'] ?? '')))
  return spread(all)
}

// All of it ----------------------------------------------------------------------------------------------

type Server = { port: number; pid: number }

function startProcess(
  started: ChildProcess[],
  program: string,
  args: string[],
  env: Record<string, string>,
  pattern: RegExp,
): Promise<Server> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (bytes) => {
      text += bytes
      const port = pattern.exec(text)?.[1]
      if (port) resolve({ port: Number(port), pid: child.pid ?? 0 })
    })
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${text}`)))
  })
}

const openPlace = async () => {
  if (options.database === '') return testPlace()
  const url = new URL(testServerUrl ?? '')
  url.pathname = `/${options.database}`
  return {
    databaseUrl: url.href,
    dataDir: mkdtempSync(join(tmpdir(), 'bench-records-')),
    drop: async () => undefined,
  }
}

const loadAtStart = loadavg()[0] ?? 0

const main = async () => {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const { databaseUrl = '', dataDir, drop } = await openPlace()
  const client = new pg.Client({
    connectionString: databaseUrl,
    options: '-c search_path=secims,public -c jit=off',
  })
  const started: ChildProcess[] = []
  try {
    await client.connect()
    if (options.database === '') {
      console.log(`making ${count} records …`)
      await seedRecords(client, count)
    }
    const { rows: known } = await client.query<Known>(
      "select record_id as id, title, abstract, keywords[2] as keyword, organisation from secims.catalogue_entry where keywords[2] !~ '''' order by record_id limit 400",
    )
    // What the plain way needs; our own indexes hold the words otherwise.
    await client.query('set statement_timeout = 0')
    await client.query(
      'create index if not exists plain_search_idx on secims.catalogue_entry using gin (search)',
    )
    await client.query('set statement_timeout = 10000; set max_parallel_workers_per_gather = 0')
    const ours = await startProcess(
      started,
      process.execPath,
      [join(import.meta.dirname, '../../backend/src/main.ts')],
      {
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        PORT: '0',
        EXAMPLES: 'no',
        LOG_LEVEL: 'warn',
        ROLE: 'api',
      },
      /localhost:(\d+)/,
    )
    const pycsw = await startPycsw(databaseUrl, client, started)
    const rows: string[] = []
    const chosen = questions.filter(({ name }) => name.includes(options.only))
    await warmUp(chosen, known, ours)
    for (const question of chosen) {
      const { ours: own, used, plain } = await compare(question, known, ours, client)
      const peer = question.csw && pycsw ? await measurePycsw(question, known, pycsw.port) : plain
      const peerName = question.csw ? (pycsw ? 'pycsw' : '') : plain ? 'plain SQL' : ''
      const ms = (value: number | undefined) =>
        value === undefined
          ? '–'
          : value === Number.POSITIVE_INFINITY
            ? 'refused'
            : value.toFixed(value < 10 ? 1 : 0)
      const ratio = peer ? (own.p95 / peer.p95).toFixed(2) : '–'
      rows.push(
        `| ${question.name} | ${ms(own.median)} | ${ms(own.p95)} | ${ms(used.database)} | ${ms(used.server)} | ${ms(peer?.median)} | ${ms(peer?.p95)} | ${ratio} | ${peerName} |`,
      )
      console.log(rows.at(-1))
    }
    writeSection('Searches of records', [
      `${count} records, each with some sixty words, seed ${SEED}; ${times} different searches of each kind, one after the other, over HTTP, ten records a page, after ${warmingTimes} others of each kind. Milliseconds, of time and, per search, of processors; asked: p95 ≤ 50 on an idle machine. Beside it ${loadAtStart.toFixed(1)} to ${loadavg()[0]?.toFixed(1)} other processes wanted the two processors. The ratio is that of p95 to the peer of the same run: plain SQL is text search with rank and an exact count as in PostgreSQL's manual, without HTTP.`,
      '',
      '| Search | median | p95 | CPU database | CPU server | peer median | peer p95 | ratio | peer |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
      ...rows,
    ])
  } finally {
    for (const child of started) child.kill('SIGTERM')
    await client.end()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await drop()
  }
}

await main()
