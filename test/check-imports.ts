/** Import rules of `.dependency-cruiser.cjs`, and that the tool really saw the program: it can see nothing and say 'ok'. */
import { spawnSync } from 'node:child_process'

/** Grows with the program; far below what is there, far above nothing. */
const fewestModules = 80

const run = spawnSync(
  'node_modules/.bin/depcruise',
  ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'backend/src', 'qgis-bridge'],
  {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  },
)
const report = JSON.parse(run.stdout) as {
  summary: {
    totalCruised: number
    error: number
    violations: { rule: { name: string; severity: string }; from: string; to: string }[]
  }
}
const { totalCruised, violations } = report.summary
for (const violation of violations)
  console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`)
if (totalCruised < fewestModules)
  console.error(`Only ${totalCruised} modules were seen; expected at least ${fewestModules}.`)
const isWell = violations.every((one) => one.rule.severity !== 'error') && totalCruised >= fewestModules
console.log(`${totalCruised} modules, ${violations.length} violation(s) of the import rules`)
process.exit(isWell ? 0 : 1)
