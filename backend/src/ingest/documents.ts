/** PDF, DOCX, XLSX and plain CSV as documents: recognised, looked over for active content, never parsed further (security B7). */
import type { FileFormat, Probe } from '../domain/probe.ts'

export const probeDocument = (_file: { path: string; fileName: string }, _format: FileFormat): Probe => {
  throw new Error('not built yet')
}
