/** Finds out what is in an upload, in a process of its own. */
import type { Probe } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { storableNames } from './field-types.ts'
import { defaultLimits, type IngestLimits } from './limits.ts'
import { type ChildOptions, runReader } from './run-child.ts'

export type ProbeRequest = {
  path: string
  /** What the user called the file. */
  fileName: string
  limits?: Partial<IngestLimits>
  signal?: AbortSignal
  onCrash?: ChildOptions['onCrash']
}

const withStorableNames = (probe: Probe): Probe => ({
  ...probe,
  layers: probe.layers.map((layer) => {
    const names = storableNames(layer.fields.map(({ name }) => name))
    return {
      ...layer,
      fields: layer.fields.map((field, at) => ({ ...field, name: names[at] ?? field.name })),
    }
  }),
})

export const probeFile = async ({
  path,
  fileName,
  limits,
  signal,
  onCrash,
}: ProbeRequest): Promise<Probe> => {
  const allLimits = { ...defaultLimits, ...limits }
  const events = runReader(
    { task: 'probe', path, fileName, limits: allLimits },
    { wallClockMs: allLimits.probeMs, signal, onCrash },
  )
  for await (const event of events) if (event.kind === 'probed') return withStorableNames(event.probe)
  throw ingestProblems.readerStopped({ reason: 'crash' })
}
