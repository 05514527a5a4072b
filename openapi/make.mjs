/**
 * Makes what the program and its clients need of the contract: for every document here one bundled JSON and
 * one TypeScript file in backend/src/contract, problems.yaml from the catalogue of problems, and the checks of the
 * QGIS panel from the protocol in bridge.yaml.
 *
 *   node openapi/make.mjs           writes them (make contract)
 *   node openapi/make.mjs --check   fails when one is not current or the contract has a mistake (make check)
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, createConfig, formatProblems, lint } from '@redocly/openapi-core'
import openapiTypescript, { astToString } from 'openapi-typescript'

const here = fileURLToPath(new URL('.', import.meta.url))
const contract = join(here, '../backend/src/contract')
const isCheck = process.argv.includes('--check')
const documents = { catalogue: 'catalogue.yaml', features: 'ogc/features.yaml', tiles: 'ogc/tiles.yaml', maps: 'ogc/maps.yaml', coverages: 'ogc/coverages.yaml', wms: 'ogc/wms.yaml', styles: 'ogc/styles.yaml', records: 'ogc/records.yaml', csw: 'ogc/csw.yaml', files: 'files.yaml', bridge: 'bridge.yaml', qgis: 'qgis.yaml' }

const config = await createConfig({
  extends: ['minimal'],
  rules: {
    'operation-operationId': 'error',
    'operation-operationId-unique': 'error',
    'operation-summary': 'error',
    'operation-4xx-response': 'error',
    'no-unresolved-refs': 'error',
    'path-parameters-defined': 'error',
    'no-ambiguous-paths': 'off',
    'tag-description': 'error',
    'security-defined': 'off',
    struct: 'error',
    'no-invalid-schema-examples': 'error',
  },
})

let mistakes = 0
const fail = (message) => {
  mistakes += 1
  console.error(message)
}

/** Writes the file, or in a check says that it is not current. */
const settle = async (path, content) => {
  const present = await readFile(path, 'utf8').catch(() => '')
  if (present === content) return
  if (isCheck) fail(`${path} is not current: run make contract`)
  else await writeFile(path, content)
}

const problemsYaml = async () => {
  const folder = join(here, '../backend/src/domain/problems')
  for (const file of (await readdir(folder)).sort()) if (!file.includes('.test.')) await import(join(folder, file))
  const { catalogue } = await import('../backend/src/domain/problem.ts')
  const rows = [...catalogue].sort(([a], [b]) => a.localeCompare(b))
  const list = rows.map(([code, { status, title }]) => `  - { type: /problems/${code}, status: ${status}, title: ${JSON.stringify(title)} }`)
  const codes = rows.map(([code]) => `  - ${code}`)
  return `# Every problem this program answers with. Generated from backend/src/domain/problems: make contract.
ProblemCode:
  type: string
  description: Last segment of a problem's type; stable for ever.
  enum:
${codes.map((line) => `  ${line}`).join('\n')}
x-problems:
${list.join('\n')}
`
}

await settle(join(here, 'problems.yaml'), await problemsYaml())

for (const [name, file] of Object.entries(documents)) {
  const ref = join(here, file)
  if (!(await readFile(ref).catch(() => null))) continue
  const found = await lint({ ref, config })
  const errors = found.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) {
    formatProblems(errors, { format: 'stylish', totals: { errors: errors.length, warnings: 0, ignored: 0 }, version: '' })
    fail(`${file}: ${errors.length} mistake(s)`)
    continue
  }
  const { bundle: bundled } = await bundle({ ref, config, dereference: false })
  const json = JSON.stringify(bundled.parsed, null, 1)
  await settle(join(contract, `${name}.gen.json`), `${json}\n`)
  const types = astToString(await openapiTypescript(json, { alphabetize: false, emptyObjectsUnknown: true, defaultNonNullable: false }))
  await settle(join(contract, `${name}.gen.ts`), `// Generated from openapi/${file} by make contract; not edited.\n${types}`)
}

if (mistakes === 0) {
  const { createValidators } = await import('../qgis-bridge/src/validators.ts')
  const validators = await createValidators(JSON.parse(await readFile(join(contract, 'bridge.gen.json'), 'utf8')))
  const panel = join(here, '../qgis-bridge/panel/protocol')
  await settle(join(panel, 'validators.gen.js'), validators.js)
  await settle(join(panel, 'validators.gen.d.ts'), validators.types)
}
process.exit(mistakes > 0 ? 1 : 0)
