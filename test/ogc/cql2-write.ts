/** Writes a filter that was read from text as CQL2 JSON, as the standard's tests want them in both languages. */
import type { Node } from '../../backend/src/cql2/ast.ts'

const names: Record<string, string> = {
  isnull: 'isNull',
  t_finishedby: 't_finishedBy',
  t_metby: 't_metBy',
  t_overlappedby: 't_overlappedBy',
  t_startedby: 't_startedBy',
  a_containedby: 'a_containedBy',
}

/** Numbers stay as they are written, however many digits they have. */
const numberJson = (value: string) =>
  value
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?!\d)/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')

export const toCql2Json = (node: Node): string => {
  if (node.kind === 'call')
    return `{"op":${JSON.stringify(names[node.op] ?? node.op)},"args":[${node.args.map(toCql2Json).join(',')}]}`
  if (node.kind === 'property') return `{"property":${JSON.stringify(node.name)}}`
  if (node.kind === 'text') return JSON.stringify(node.value)
  if (node.kind === 'number') return numberJson(node.value)
  if (node.kind === 'boolean') return String(node.value)
  if (node.kind === 'null') return 'null'
  if (node.kind === 'date' || node.kind === 'timestamp')
    return `{"${node.kind}":${JSON.stringify(node.value)}}`
  if (node.kind === 'interval') return `{"interval":[${node.ends.map(toCql2Json).join(',')}]}`
  if (node.kind === 'geometry') return JSON.stringify(node.geometry)
  if (node.kind === 'box') return `{"bbox":${JSON.stringify(node.numbers)}}`
  return `[${node.items.map(toCql2Json).join(',')}]`
}
