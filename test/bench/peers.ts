/**
 * Other servers on the bench's own table, each as its makers advise for production: MapServer as FastCGI under lighttpd
 * (Debian: cgi-mapserver, lighttpd), pygeoapi under gunicorn (PyPI: pygeoapi, psycopg2-binary, geoalchemy2, gunicorn; PEERS_PYTHON names
 * the interpreter that has them). One that is not installed is left out, and the result says so.
 */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type pg from 'pg'
import { benchColumns, benchSrid } from './polygons-table.ts'
import { type BenchServer, startServer } from './processes.ts'

export type Peer = {
  name: string
  server: BenchServer
  items: (query: string) => string
  item: (fid: number) => string
  /** Null where it serves no vector tiles. */
  tile: ((zoom: number, column: number, row: number) => string) | null
  /** Where WMS is asked for; null where there is none. Its layers are `bench` and `points`. */
  wms: string | null
}

type Place = { databaseUrl: string; folder: string; started: ChildProcess[] }

const names = benchColumns.map(({ name }) => name)

/** The same rows under the names people gave them, without what only our server keeps beside them. */
export const makePeersTable = async (pool: pg.Pool, tableName: string): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    const columns = benchColumns.map(({ column, name }) => `${column} as "${name}"`).join(', ')
    await client.query('create schema peers')
    await client.query(
      `create table peers.bench as select fid::int as fid, geom, ${columns} from data.${tableName} order by ctid`,
    )
    await client.query('alter table peers.bench add primary key (fid)')
    await client.query('create index on peers.bench using gist (geom)')
    await client.query('vacuum analyze peers.bench')
  } finally {
    client.release()
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const answers = async (port: number, path: string): Promise<void> => {
  const latest = Date.now() + 60_000
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${port}${path}`).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
      () => 0,
    )
    if (status === 200) return
    if (Date.now() > latest) throw new Error(`The peer on port ${port} does not answer ${path} (${status}).`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

const isInstalled = (command: string, args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const templates = '/usr/share/mapserver/ogcapi/templates/html-plain'

const startMapServer = async ({ databaseUrl, folder, started }: Place): Promise<Peer | null> => {
  const mapserv = ['/usr/lib/cgi-bin/mapserv', '/usr/bin/mapserv'].find(existsSync)
  if (!mapserv || !isInstalled('lighttpd', ['-v']) || !existsSync(templates)) return null
  const port = await freePort()
  const { hostname, port: databasePort, username, pathname } = new URL(databaseUrl)
  const mapFile = join(folder, 'bench.map')
  const layer = (name: string, data: string, { type, style }: { type: string; style: string }) => `
  LAYER
    NAME "${name}"
    TYPE ${type}
    STATUS ON
    TEMPLATE VOID
    CONNECTIONTYPE POSTGIS
    CONNECTION "host=${hostname} port=${databasePort} user=${username} dbname=${pathname.slice(1)}"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    DATA "${data}"
    PROJECTION "init=epsg:${benchSrid}" END
    EXTENT 690000 1500000 750000 1560000
    METADATA
      "ows_title" "${name}"
      "gml_featureid" "fid"
      "gml_include_items" "${names.join(',')}"
      "ows_include_items" "${names.join(',')}"
      "wfs_use_default_extent_for_getfeature" "false"
    END
    CLASS STYLE ${style} END END
  END`
  writeFileSync(
    mapFile,
    `MAP
  NAME "bench"
  SIZE 256 256
  EXTENT 690000 1500000 750000 1560000
  UNITS METERS
  PROJECTION "init=epsg:${benchSrid}" END
  OUTPUTFORMAT
    NAME "mvt"
    DRIVER "MVT"
    FORMATOPTION "EXTENT=4096"
    FORMATOPTION "EDGE_BUFFER=16"
  END
  WEB
    METADATA
      "ows_title" "bench"
      "ows_onlineresource" "http://127.0.0.1:${port}/mapserv/bench"
      "ows_srs" "EPSG:4326 EPSG:3857 EPSG:${benchSrid}"
      "ows_enable_request" "*"
      "oga_onlineresource" "http://127.0.0.1:${port}/mapserv/bench/ogcapi"
      "oga_html_template_directory" "${templates}/"
    END
  END
  SYMBOL NAME "dot" TYPE ELLIPSE FILLED TRUE POINTS 1 1 END END
${layer('bench', 'geom from peers.bench using unique fid using srid=32620', { type: 'POLYGON', style: 'COLOR 0 0 0' })}
${layer('points', 'geom from peers.points using unique fid using srid=32620', { type: 'POINT', style: 'SYMBOL "dot" SIZE 6 COLOR 200 0 0' })}
END
`,
  )
  const configuration = join(folder, 'mapserver.conf')
  writeFileSync(
    configuration,
    `CONFIG
  ENV
    MS_MAP_PATTERN "."
    OGCAPI_HTML_TEMPLATE_DIRECTORY "${templates}/"
  END
  MAPS
    BENCH "${mapFile}"
  END
END
`,
  )
  const lighttpd = join(folder, 'lighttpd.conf')
  writeFileSync(
    lighttpd,
    `server.modules = ("mod_fastcgi")
server.document-root = "${folder}"
server.port = ${port}
server.bind = "127.0.0.1"
server.errorlog = "${folder}/lighttpd.log"
fastcgi.server = ("/mapserv" => (("socket" => "${folder}/mapserv.socket", "bin-path" => "${mapserv}", "max-procs" => 2, "check-local" => "disable",
  "bin-environment" => ("MAPSERVER_CONFIG_FILE" => "${configuration}"))))
`,
  )
  // lighttpd prints nothing; a shell that becomes it tells its port. What it runs outlives it, and may not hold our output.
  const server = await startServer(
    started,
    {
      command: 'sh',
      args: ['-c', `echo listening ${port}; exec lighttpd -D -f ${lighttpd} >/dev/null 2>&1`],
    },
    /listening (\d+)/,
  )
  const base = '/mapserv/BENCH/ogcapi/collections/bench/items'
  await answers(port, `${base}?f=json&limit=1&bbox=-61.2,13.6,-61.19,13.61`)
  return {
    name: 'MapServer',
    server,
    items: (query) => `${base}?f=json&${query}`,
    item: (fid) => `${base}/${fid}?f=json`,
    tile: (zoom, column, row) =>
      `/mapserv?map=BENCH&mode=tile&tilemode=gmap&layers=bench&map.imagetype=mvt&tile=${column}+${row}+${zoom}`,
    wms: '/mapserv?map=BENCH&',
  }
}

const startPygeoapi = async ({ databaseUrl, folder, started }: Place): Promise<Peer | null> => {
  const python = process.env['PEERS_PYTHON'] ?? 'python3'
  if (!isInstalled(python, ['-c', 'import pygeoapi, gunicorn, sqlalchemy, geoalchemy2, psycopg2']))
    return null
  const port = await freePort()
  const { hostname, port: databasePort, username, pathname } = new URL(databaseUrl)
  const configuration = join(folder, 'pygeoapi.yml')
  writeFileSync(
    configuration,
    JSON.stringify({
      server: {
        bind: { host: '127.0.0.1', port },
        url: `http://127.0.0.1:${port}`,
        mimetype: 'application/json; charset=UTF-8',
        encoding: 'utf-8',
        gzip: false,
        languages: ['en-US'],
        pretty_print: false,
        limits: { default_items: 10, max_items: 10000 },
        map: { url: 'https://tile.openstreetmap.org/{z}/{x}/{y}.png', attribution: 'none' },
      },
      logging: { level: 'ERROR' },
      metadata: {
        identification: {
          title: 'bench',
          description: 'bench',
          keywords: ['bench'],
          keywords_type: 'theme',
          terms_of_service: 'none',
          url: 'http://127.0.0.1',
        },
        license: { name: 'none', url: 'http://127.0.0.1' },
        provider: { name: 'bench', url: 'http://127.0.0.1' },
        contact: { name: 'bench', email: 'bench@example.org' },
      },
      resources: {
        bench: {
          type: 'collection',
          title: 'bench',
          description: 'bench',
          keywords: ['bench'],
          links: [],
          extents: {
            spatial: { bbox: [-62, 13, -60, 15], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
          },
          providers: [
            {
              type: 'feature',
              name: 'PostgreSQL',
              data: {
                host: hostname,
                port: Number(databasePort),
                dbname: pathname.slice(1),
                user: username,
                password: 'unused',
                search_path: ['peers', 'public'],
              },
              id_field: 'fid',
              table: 'bench',
              geom_field: 'geom',
              storage_crs: `http://www.opengis.net/def/crs/EPSG/0/${benchSrid}`,
              crs: [
                'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
                'http://www.opengis.net/def/crs/EPSG/0/3857',
                `http://www.opengis.net/def/crs/EPSG/0/${benchSrid}`,
              ],
            },
          ],
        },
      },
    }),
  )
  const openapi = join(folder, 'pygeoapi-openapi.yml')
  const env = { ...process.env, PYGEOAPI_CONFIG: configuration, PYGEOAPI_OPENAPI: openapi }
  execFileSync(
    python,
    [
      '-c',
      'from pygeoapi.openapi import generate_openapi_document; import sys, pathlib; open(sys.argv[2], "w").write(generate_openapi_document(pathlib.Path(sys.argv[1]), "yaml"))',
      configuration,
      openapi,
    ],
    { env, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const server = await startServer(
    started,
    {
      command: 'sh',
      args: [
        '-c',
        `echo listening ${port}; exec ${python} -m gunicorn --workers 2 --bind 127.0.0.1:${port} --log-level error pygeoapi.flask_app:APP`,
      ],
      env: { PYGEOAPI_CONFIG: configuration, PYGEOAPI_OPENAPI: openapi },
    },
    /listening (\d+)/,
  )
  const base = '/collections/bench/items'
  await answers(port, `${base}?f=json&limit=1&bbox=-61.2,13.6,-61.19,13.61`)
  return {
    name: 'pygeoapi',
    server,
    items: (query) => `${base}?f=json&${query}`,
    item: (fid) => `${base}/${fid}?f=json`,
    tile: null,
    wms: null,
  }
}

/** Starts those that are installed; says which are not. */
export const startPeers = async (place: Omit<Place, 'folder'> & { dataDir: string }): Promise<Peer[]> => {
  const folder = join(place.dataDir, 'peers')
  mkdirSync(folder, { recursive: true })
  const peers: Peer[] = []
  for (const [name, start] of [
    ['MapServer', startMapServer],
    ['pygeoapi', startPygeoapi],
  ] as const) {
    const peer = await start({ ...place, folder })
    if (peer) peers.push(peer)
    else console.warn(`${name} is not installed, and is left out.`)
  }
  return peers
}
