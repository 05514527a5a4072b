/** Bundles what browsers run: one entry per kind of page, shared parts once, nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { iconIco, iconSvg } from './icon.ts'

export type WebFile = {
  contentType: string
  bytes: Buffer
  policy?: string
  /** Its name changes with its content, so it may be kept for ever. */
  isLasting: boolean
  etag: string
}

const folder = import.meta.dirname
const entries = {
  site: 'site.tsx',
  editor: 'editor/main.tsx',
  'my-records': 'my-records/main.tsx',
  admin: 'admin/main.tsx',
  submission: 'submission/main.tsx',
  map: 'map/main.tsx',
  catalogue: 'catalogue/main.ts',
  record: 'record/main.ts',
}
export type WebEntry = keyof typeof entries

/** Programs of threads beside a page, with a policy of their own. */
const workers = { 'geopackage-worker': 'editor/geopackage/worker.ts' }
/** WebAssembly is compiled in this one script and on no page (decision 25). */
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

const styleSheets = ['site.css', 'app.css']

/** Served as they are: the map's own styles, and the program of its threads, which must be a file of its own. */
const packageFiles = {
  'maplibre-gl.css': { from: 'maplibre-gl/dist/maplibre-gl.css', contentType: 'text/css; charset=utf-8' },
  'maplibre-worker.js': {
    from: 'maplibre-gl/dist/maplibre-gl-worker.mjs',
    contentType: 'text/javascript; charset=utf-8',
  },
  'sqlite3.wasm': { from: '@sqlite.org/sqlite-wasm/sqlite3.wasm', contentType: 'application/wasm' },
}

const toFile = (bytes: Buffer, contentType: string, isLasting: boolean, policy?: string): WebFile => ({
  contentType,
  bytes,
  ...(policy !== undefined && { policy }),
  isLasting,
  etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
})

/** The files by their names under `/assets/`. Takes a fraction of a second, once per start. */
export const bundleWeb = async (): Promise<Map<string, WebFile>> => {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: { ...entries, ...workers },
    outdir: join(folder, 'bundle'),
    entryNames: '[name]',
    chunkNames: 'part-[hash]',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    charset: 'utf8',
    // Licences ask to stay with the code.
    legalComments: 'eof',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
  })
  const scripts = outputFiles.map(({ path, contents }): [string, WebFile] => {
    const name = basename(path)
    const policy = name.replace(/\.js$/, '') in workers ? workerPolicy : undefined
    const isLasting = name.startsWith('part-')
    return [name, toFile(Buffer.from(contents), 'text/javascript; charset=utf-8', isLasting, policy)]
  })
  const styles = await Promise.all(
    styleSheets.map(
      async (name): Promise<[string, WebFile]> => [
        name,
        toFile(await readFile(join(folder, name)), 'text/css; charset=utf-8', false),
      ],
    ),
  )
  const resolve = createRequire(import.meta.url).resolve
  const taken = await Promise.all(
    Object.entries(packageFiles).map(
      async ([name, { from, contentType }]): Promise<[string, WebFile]> => [
        name,
        toFile(await readFile(resolve(from)), contentType, false),
      ],
    ),
  )
  const icons: [string, WebFile][] = [
    ['icon.svg', toFile(Buffer.from(iconSvg()), 'image/svg+xml', false)],
    ['icon.ico', toFile(await iconIco(), 'image/x-icon', false)],
  ]
  return new Map([...scripts, ...styles, ...taken, ...icons])
}
