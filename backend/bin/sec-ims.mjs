#!/usr/bin/env node
// Starts the command line on the pinned Node, whichever Node was called.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const isCurrent = Number(process.versions.node.split('.')[0]) >= 24

if (isCurrent) await import(program)
else if (existsSync(pinned))
  process.exit(spawnSync(pinned, [program, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1)
else {
  console.error("Run 'npm start' or 'npm test' once: it installs what this command needs.")
  process.exit(1)
}
