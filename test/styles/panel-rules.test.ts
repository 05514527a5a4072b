/** What the QGIS panel decides with runs in QtWebKit, the oldest web view QGIS has: ES2015 and little more. */
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import type { preflight } from '../../backend/src/preflight/preflight.ts'
import type { LossItem } from '../../backend/src/styles/loss-report.ts'
import type { Markup } from '../../backend/src/styles/markup.ts'
import { deployment, layerFacts, layerLink, recordFacts } from '../fixtures/layer-facts.ts'

const source = join(import.meta.dirname, '../../backend/src')
const modules = [
  'preflight/preflight',
  'preflight/plan',
  'preflight/metadata',
  'preflight/verify',
  'preflight/words',
  'styles/loss-report',
  'styles/markup',
]

const markup = (name: string, attributes: Record<string, string>, children: Markup[] = []): Markup => ({
  name,
  attributes,
  children,
  text: '',
})

const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: {
      contents: modules.map((name) => `export * from './${name}.ts'`).join('\n'),
      resolveDir: source,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'rules',
    target: 'es2015',
    platform: 'browser',
  })
  return outputFiles[0]?.text ?? ''
}

/** What QtWebKit lacks. The panel's polyfills bring the second group back. */
const oldWebView = `
  delete Object.hasOwn; delete Array.prototype.flat; delete Array.prototype.at; delete Array.prototype.findLast
  delete Array.prototype.toSorted; delete String.prototype.at; delete String.prototype.padStart
  delete String.prototype.replaceAll; delete String.prototype.matchAll; delete String.prototype.isWellFormed
  delete String.prototype.trimEnd; delete String.prototype.trimStart; delete Object.groupBy
  delete Object.entries; delete Object.values; delete Object.fromEntries; delete Array.prototype.flatMap
  Object.hasOwn = (o, k) => Object.prototype.hasOwnProperty.call(o, k)
  Object.entries = (o) => Object.keys(o).map((k) => [k, o[k]])
  Object.values = (o) => Object.keys(o).map((k) => o[k])
  Object.fromEntries = (list) => { const o = {}; for (const [k, v] of list) o[k] = v; return o }
  Array.prototype.flatMap = function (f) { return [].concat(...this.map(f)) }
  const Native = RegExp
  RegExp = function (text, flags) {
    if (/[uvys]/.test(flags || '') || /\\(\\?<[=!a-z]/i.test(String(text))) throw new SyntaxError('invalid in QtWebKit')
    return new Native(text, flags)
  }
`

test('the rules load, check, plan and report in a web view of that age, in a bundle of modest size', async () => {
  const code = await bundle()
  expect(code.length).toBeLessThan(250_000)
  expect(code).not.toMatch(/require\(|\bBuffer\b|\bprocess\./)
  const context = createContext({
    input: {
      layerFacts: layerFacts({ link: layerLink(), name: 'Soufrière ÉTÉ' }),
      record: recordFacts(),
      deployment,
      filtered: markup('qgis', { version: '3.40.6' }, [
        markup('renderer-v2', { type: 'RuleRenderer' }, [
          markup('rules', {}, [
            markup('rule', {
              label: 'A',
              symbol: '0',
              filter: `"größe" || lpad('x', 2, '"') = color_rgb(1, 2, 3)`,
            }),
          ]),
        ]),
      ]),
    },
  })
  runInContext(`${oldWebView};(0, eval)`, context)
  runInContext(`${code};this.rules = rules`, context)
  const result = runInContext(
    `JSON.stringify({
      found: rules.preflight([{ facts: input.layerFacts, published: { kind: 'record', record: input.record } }, { facts: Object.assign({}, input.layerFacts, { id: 'x', link: null, metadata: {} }) }], input.deployment),
      plan: rules.planLayer({ facts: input.layerFacts, metadata: rules.toRecordMetadata(input.layerFacts), published: { kind: 'record', record: input.record }, collectionId: 'a', hasStyle: true }),
      done: rules.completeForPublication({}, { facts: input.layerFacts, publisher: null, today: '2026-11-27' }),
      report: rules.reportLosses({ name: 'qgis', attributes: { version: '3.22.0' }, children: [], text: '' }),
      filtered: rules.reportLosses(input.filtered).items.filter(({ code }) => code === 'STY-125'),
      said: rules.say({ key: 'LYR-004', values: { name: 'A' } }),
    })`,
    context,
  ) as string
  const { found, plan, done, report, filtered, said } = JSON.parse(result) as {
    found: ReturnType<typeof preflight>
    plan: { kind: string }
    done: { metadata: { title: string } }
    report: { worst: string }
    filtered: LossItem[]
    said: { cause: string }
  }
  expect(found.collectionIds).toEqual({ roads_1: 'roads', x: 'soufriere-ete' })
  expect(plan.kind).toBe('update')
  expect(done.metadata.title).toBe('Soufrière ÉTÉ')
  expect(report.worst).toBe('exact')
  expect(filtered).toMatchObject([{ verdict: 'lost', map: 'exact' }])
  expect(said.cause).toBe("'A' has no features.")
})
