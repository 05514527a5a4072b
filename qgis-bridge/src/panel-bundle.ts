/** Bundles the panel for every web view QGIS has, the oldest of which (QtWebKit) sets the rules. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

export type Panel = { html: string; js: string; css: string }

/**
 * `'self'` is enough for a page opened from a file: QtWebKit and QtWebEngine both take it for the files beside it
 * (tried in Qt 5.15). `connect-src` is for the panel in a browser, which talks to QGIS by loopback.
 */
export const panelPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

// Lint -------------------------------------------------------------------------------------------------

type Ban = { what: RegExp; why: string }

/** esbuild lowers syntax, but neither the flags of regular expressions nor what a library builds from text. */
const bansInCode: Ban[] = [
  { what: /\bnew Function\b|[^.\w$]eval\(/, why: 'makes code from text, which the security policy forbids' },
  { what: /\?\.(?![0-9])/, why: 'is optional chaining that was not lowered' },
  { what: /\?\?/, why: 'is a ?? that was not lowered' },
  { what: /\basync (?:function|\()|\bawait /, why: 'is an async function that was not lowered' },
  {
    what: /\bfetch\(|\bstructuredClone\(|\bIntersectionObserver\b|\bResizeObserver\b/,
    why: 'is not in QtWebKit',
  },
]
const bansInScript: Ban[] = [
  {
    what: /\bnew RegExp\([^()]*,\s*["'`][gimd]*[suyv][gimsuyvd]*["'`]\)/,
    why: 'is a regular expression with a flag u, s, v or y',
  },
  {
    what: /\bRegExp\("(?:[^"\\]|\\.)*\(\?<[^)]/,
    why: 'is a regular expression with a look-behind or a named group',
  },
  { what: /sourceMappingURL/, why: 'is a source map, which would be in the zip for nobody' },
  {
    what: /https?:\/\/(?!www\.w3\.org\/)[\w.-]+\.\w+\/[^"'`\s]*\.(?:js|css)\b/,
    why: 'loads something from elsewhere',
  },
]

const bansInStyle: Ban[] = [
  {
    what: /\bdisplay\s*:\s*(?:inline-)?grid\b|\bgrid-(?:template|area|row|column|auto)[\w-]*\s*:/,
    why: 'is a grid',
  },
  { what: /(?:^|[;{\s])(?:row-|column-)?gap\s*:/, why: 'is a gap; use margins' },
  { what: /\bposition\s*:\s*sticky\b/, why: 'is a sticky position' },
  { what: /(?:^|[;{\s])inset(?:-[\w-]+)?\s*:/, why: 'is inset; write top, right, bottom and left' },
  { what: /\baspect-ratio\s*:/, why: 'is an aspect ratio' },
  { what: /\b(?:min|max|clamp)\(/, why: 'is min(), max() or clamp()' },
  { what: /\bfit-content\b/, why: 'is fit-content' },
  {
    what: /:focus-(?:visible|within)\b|:is\(|:where\(|:has\(|::placeholder\b/,
    why: 'is a selector of later browsers',
  },
  { what: /@import\b|url\(\s*["']?(?:https?:)?\/\//, why: 'loads something from elsewhere' },
]

const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/.source
/** Where a value is expected, a slash begins a regular expression. The bundle is minified: nothing stands between. */
const literal =
  /(?<=[(,=:[!&|?{};+~^%*<>-]|\breturn |\btypeof |^)\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/
    .source
/** Code alone: texts in quotes and regular expressions may say anything. Templates are lowered to texts by the build. */
const withoutTexts = (script: string): string =>
  script.replace(new RegExp(`${quoted}|${literal}`, 'g'), (text) => (text.startsWith('/') ? 'RE' : '""'))

const found = (text: string, bans: Ban[], place: string): string[] =>
  bans.flatMap(({ what, why }) => {
    const hit = what.exec(text)
    if (!hit) return []
    const around = text.slice(Math.max(0, hit.index - 30), hit.index + 50).replace(/\s+/g, ' ')
    return [`${place}: '${hit[0].trim()}' ${why} (… ${around} …)`]
  })

/** What would not run, or not look right, in the oldest web view; in sentences. */
export const panelMistakes = ({ js, css }: { js: string; css: string }): string[] => [
  ...found(withoutTexts(js), bansInCode, 'panel.js'),
  ...found(js, bansInScript, 'panel.js'),
  ...found(css, bansInStyle, 'panel.css'),
]

// Bundle -----------------------------------------------------------------------------------------------

const entryOf = (folder: string): string => {
  const entry = ['main.tsx', 'main.ts'].map((name) => join(folder, name)).find(existsSync)
  if (!entry)
    throw new Error(
      `The panel is missing: ${folder} has no main.tsx. Check the folder qgis-bridge/panel out again.`,
    )
  return entry
}

const toPage = (html: string): string => {
  const meta = /(<meta\s+http-equiv="Content-Security-Policy"\s+content=")[^"]*(")/
  if (!meta.test(html))
    throw new Error("The panel's index.html has no meta element for the Content-Security-Policy; add one.")
  if (/<script(?![^>]*\bsrc=")|\son\w+="|\sstyle="/i.test(html))
    throw new Error("The panel's index.html has a script or style of its own, which its policy forbids.")
  return html.replace(meta, `$1${panelPolicy}$2`)
}

const bundled = async (entries: Record<string, string>, folder: string) => {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outdir: join(folder, 'bundle'),
    write: false,
    bundle: true,
    format: 'iife',
    target: 'es2015',
    // These are ES2015, but QtWebKit has them not; written as calls and texts they are found by the checks above.
    supported: { 'regexp-sticky-and-unicode-flags': false, 'template-literal': false },
    platform: 'browser',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    sourcemap: false,
    charset: 'utf8',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
    // What a user's tsconfig may say about other places does not count here.
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
  })
  return (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text
}

export const bundlePanel = async (folder: string): Promise<Panel> => {
  const entry = entryOf(folder)
  const style = join(folder, 'panel.css')
  const output = await bundled({ panel: entry }, folder)
  const css =
    output('panel.css') ??
    (existsSync(style) ? (await bundled({ panel: style }, folder))('panel.css') : undefined)
  if (css === undefined)
    throw new Error(`The panel has no styles: neither ${entry} imports one, nor is there a panel.css.`)
  const js = output('panel.js') ?? ''
  const mistakes = panelMistakes({ js, css })
  if (mistakes.length > 0)
    throw new Error(`The panel would not run in QtWebKit, the web view of QGIS 3.22:\n${mistakes.join('\n')}`)
  return { html: toPage(await readFile(join(folder, 'index.html'), 'utf8')), js, css }
}
