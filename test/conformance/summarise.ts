/**
 * Makes test/conformance/results.md of the results of the suites, and fails when anything failed that is not a known
 * defect of the suite: `node summarise.ts <commit> <suite>=<version>=<folder> …`; without a folder: not to be had here.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KnownDefect, knownDefects, skips } from './known.ts'
import { readResults, type TestResult } from './results-files.ts'

type Suite = { key: string; version: string; results: TestResult[] | null }

const titles: Record<string, string> = {
  features: 'OGC API – Features 1.0, Parts 1 and 2 (ets-ogcapi-features10)',
  tiles: 'OGC API – Tiles 1.0 (ets-ogcapi-tiles10)',
  csw: 'CSW 2.0.2 (ets-csw202)',
}

export const defectOf = (suite: string, result: TestResult): KnownDefect | undefined =>
  knownDefects.find(
    (one) =>
      one.suite === suite &&
      one.test === result.test &&
      (one.given === undefined || one.given.test(result.given)),
  )

const count = (results: TestResult[], outcome: TestResult['outcome']) =>
  results.filter((one) => one.outcome === outcome).length

const grouped = (results: TestResult[], by: (one: TestResult) => string) => Map.groupBy(results, by)

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').slice(0, 400)

const table = (suite: string, results: TestResult[]): string[] => [
  '| Class | passed | failed | suite’s own defect | skipped |',
  '| --- | ---: | ---: | ---: | ---: |',
  ...[...grouped(results, ({ group }) => group)].map(([group, some]) => {
    const failed = some.filter(({ outcome }) => outcome === 'failed')
    const own = failed.filter((one) => defectOf(suite, one))
    return `| ${group} | ${count(some, 'passed')} | ${failed.length - own.length} | ${own.length} | ${count(some, 'skipped')} |`
  }),
]

const reasonOf = (message: string) =>
  skips.find(([beginning]) => message.startsWith(beginning))?.[1] ??
  `the suite says: ${cell(message) || 'nothing'}`

const skipLines = (results: TestResult[]): string[] => {
  const skipped = results.filter(({ outcome }) => outcome === 'skipped')
  return [...grouped(skipped, ({ test, message }) => `${test}: ${reasonOf(message)}`)].map(
    ([line, some]) => `- skipped ${some.length} × ${line}`,
  )
}

const failureLines = (suite: string, results: TestResult[]): string[] => {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  return failed.map((one) => {
    const defect = defectOf(suite, one)
    const given = one.given && ` (${cell(one.given)})`
    return defect
      ? `- suite’s own defect: ${one.test}${given}. ${defect.why} ${defect.evidence}`
      : `- **failed**: ${one.test}${given}: ${cell(one.message)}`
  })
}

const section = ({ key, version, results }: Suite): string[] => [
  `## ${titles[key] ?? key}`,
  '',
  `Suite: ${version}.`,
  '',
  ...(results === null
    ? ['Not run: the suite could not be obtained on this machine.']
    : [...table(key, results), '', ...failureLines(key, results), ...skipLines(results)]),
  '',
]

const failuresOf = ({ key, results }: Suite): TestResult[] =>
  (results ?? []).filter((one) => one.outcome === 'failed' && !defectOf(key, one))

const summarise = async (commit: string, given: string[]) => {
  const suites: Suite[] = []
  for (const one of given) {
    const [key = '', version = '', folder = ''] = one.split('=')
    suites.push({ key, version, results: folder ? await readResults(folder) : null })
  }
  const text = [
    '# Results of the executable test suites of the OGC',
    '',
    `Made by \`make conformance\` on ${new Date().toISOString().slice(0, 10)} from commit ${commit}, against the program with its example layers`,
    '(for CSW: with the twelve records of the suite).',
    '',
    ...suites.flatMap(section),
  ].join('\n')
  await writeFile(join(import.meta.dirname, 'results.md'), text)
  for (const suite of suites) {
    const results = suite.results ?? []
    const failed = failuresOf(suite).length
    process.stdout.write(
      suite.results === null
        ? `${suite.key}: not run\n`
        : `${suite.key}: ${count(results, 'passed')} passed, ${failed} failed, ${count(results, 'failed') - failed} defects of the suite, ${count(results, 'skipped')} skipped\n`,
    )
  }
  // A suite that ran nothing has shown nothing.
  const isBad = suites.some((suite) => failuresOf(suite).length > 0 || suite.results?.length === 0)
  process.exitCode = isBad ? 1 : suites.some(({ results }) => results === null) ? 3 : 0
}

if (process.argv[1] === import.meta.filename) {
  const [commit = 'unknown', ...suites] = process.argv.slice(2)
  await summarise(commit, suites)
}
