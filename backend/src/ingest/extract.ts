/** The bytes of a file that holds one layer of an upload, made in a process of its own. */
import { ingestProblems } from '../domain/problems/ingest.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'
import { type ChildOptions, runReader } from './run-child.ts'

export async function* extractLayer(request: {
  path: string
  fileName: string
  layer: string
  limits?: Partial<IngestLimits>
  signal?: AbortSignal
  onCrash?: ChildOptions['onCrash']
}): AsyncGenerator<Uint8Array> {
  const { path, fileName, layer, signal, onCrash } = request
  const limits = { ...defaultLimits, ...request.limits }
  const events = runReader(
    { task: 'extract', path, fileName, limits, layer },
    { wallClockMs: limits.loadMs, signal, onCrash },
  )
  for await (const event of events) {
    if (event.kind === 'rows') yield* event.pieces
    if (event.kind === 'extracted') return
  }
  throw ingestProblems.readerStopped({ reason: 'crash' })
}
