/** Reads what the suites of the OGC leave behind: results of TestNG, and logs of the scripts that TEAM Engine runs. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  attributeOf,
  childElements,
  firstChild,
  readXml,
  type XmlElement,
} from '../../backend/src/xml/read.ts'

export type Outcome = 'passed' | 'failed' | 'skipped'
export type TestResult = {
  /** What results are counted by: a class of tests, or an operation. */
  group: string
  test: string
  given: string
  outcome: Outcome
  message: string
}

const most = { maxBytes: 500_000_000, maxDepth: 200, maxElements: 5_000_000, maxAttributes: 200 }

const filesNamed = async (folder: string, name: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((path) => path.split('/').at(-1) === name).sort()

const within = (element: XmlElement, local: string): XmlElement[] =>
  childElements(element).flatMap((child) => [
    ...(child.name.local === local ? [child] : []),
    ...within(child, local),
  ])

// TestNG -----------------------------------------------------------------------------------------------

const outcomes: Record<string, Outcome> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' }

const parametersOf = (method: XmlElement): string =>
  within(method, 'value')
    .map(({ text }) => text.trim().replace(/@[0-9a-f]+$/, ''))
    .join(', ')

export const testngResults = (xml: Uint8Array): TestResult[] =>
  within(readXml(xml, most), 'class').flatMap((group) => {
    const name = attributeOf(group, 'name') ?? ''
    const short = name.split('.').at(-1) ?? name
    return childElements(group, 'test-method').flatMap((method) => {
      const outcome = outcomes[attributeOf(method, 'status') ?? ''] ?? 'failed'
      // What prepares a test counts only when it goes wrong.
      if (attributeOf(method, 'is-config') === 'true' && outcome === 'passed') return []
      return {
        group: short,
        test: `${short}.${attributeOf(method, 'name')}`,
        given: parametersOf(method),
        outcome,
        message: (within(method, 'message')[0]?.text ?? '').trim(),
      }
    })
  })

// TEAM Engine ------------------------------------------------------------------------------------------

/** The codes of its logs; a warning is a pass, an inherited failure is counted where it comes from. */
const verdicts: Record<string, Outcome> = { '1': 'passed', '2': 'skipped', '3': 'skipped', '4': 'passed' }

type Log = { path: string; name: string; result: string; messages: string[] }

const readLog = async (folder: string, path: string): Promise<Log | null> => {
  const root = readXml(await readFile(join(folder, path)), most)
  const start = firstChild(root, 'starttest')
  if (!start) return null
  const end = firstChild(root, 'endtest')
  return {
    path: path.replace(/log\.xml$/, ''),
    name: attributeOf(start, 'local-name') ?? '',
    result: (end && attributeOf(end, 'result')) ?? '6',
    messages: within(root, 'message').map(({ text }) => text.trim().replace(/\s+/g, ' ')),
  }
}

const isTest = ({ name }: Log) =>
  /-tc[\d.]+$|Capabilities$/.test(name) && !/GetCapabilities-(GET|POST)/.test(name)

/** A test that calls others (validators) tells of their objections as its own. */
export const teamEngineResults = async (folder: string): Promise<TestResult[]> => {
  const logs: Log[] = []
  for (const path of await filesNamed(folder, 'log.xml')) {
    const log = await readLog(folder, path)
    if (log) logs.push(log)
  }
  return logs.filter(isTest).map((log) => ({
    group: /2\.0\.2-(\w+)-tc/.exec(log.name)?.[1] ?? 'Preconditions',
    test: log.name,
    given: '',
    outcome: verdicts[log.result] ?? 'failed',
    message: logs
      .filter(({ path, result }) => path.startsWith(log.path) && result !== '1')
      .flatMap(({ messages }) => messages)
      .join(' '),
  }))
}

export const readResults = async (folder: string): Promise<TestResult[]> => {
  const [testng] = await filesNamed(folder, 'testng-results.xml')
  return testng === undefined
    ? teamEngineResults(folder)
    : testngResults(await readFile(join(folder, testng)))
}
