/** Starts a reading process, says which, and then neither reads from it nor ends: a server about to be killed. */
import { readFileSync } from 'node:fs'
import { defaultLimits } from '../../backend/src/ingest/limits.ts'
import { runReader } from '../../backend/src/ingest/run-child.ts'

const [path = '', layer = ''] = process.argv.slice(2)
const events = runReader(
  { task: 'load', path, fileName: path, limits: defaultLimits, format: 'GeoPackage', options: { layer } },
  { wallClockMs: 60_000 },
)
await events.next()
console.log(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8'))
setInterval(() => {}, 1000)
