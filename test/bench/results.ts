/** Keeps test/bench/results.md: one section per bench, each with the machine and the day it was measured on. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

const file = join(import.meta.dirname, 'results.md')
const head =
  '# Bench results\n\nMade by `make bench`; ratios are to a peer measured in the same run, because machines differ and wander.\n'

const machine = () => {
  const [first] = cpus()
  return `${cpus().length} × ${first?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`
}

/** Prints the section, and with --write puts it in place of the one of the same title. */
export const writeSection = (title: string, lines: string[]): void => {
  const section = `## ${title}\n\n${lines.join('\n')}\n\n${machine()}\n`
  console.log(section)
  if (!process.argv.includes('--write')) return
  const present = existsSync(file) ? readFileSync(file, 'utf8') : head
  const sections = present.split(/^(?=## )/m)
  const at = sections.findIndex((text) => text.startsWith(`## ${title}\n`))
  if (at < 0) sections.push(`\n${section}`)
  else sections[at] = `${section}\n`
  writeFileSync(file, `${sections.map((text) => text.trim()).join('\n\n')}\n`)
}
