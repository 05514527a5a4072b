/** Whether two filters mean the same, however they were written. It may say no of two that do; it never says yes wrongly. */
import type { Expression } from './model.ts'

const isExpression = (part: unknown): part is Expression =>
  typeof part === 'object' && part !== null && typeof (part as { kind?: unknown }).kind === 'string'

/** '5' and 5 are compared as numbers by whoever draws. */
const plainLiteral = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value

const keyOf = (part: unknown): string => JSON.stringify(part)

const sorted = (parts: unknown[]): unknown[] =>
  [...new Map(parts.map((part) => [keyOf(part), part])).entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, part]) => part)

/** `a = 1 or a in (2, 3)` is `a in (1, 2, 3)`. */
const asList = (part: unknown): { value: string; values: unknown[] } | null => {
  const { kind, value, values } = part as { kind?: unknown; value?: unknown; values?: unknown[] }
  return kind === 'in' && Array.isArray(values) ? { value: keyOf(value), values } : null
}

const joinLists = (operands: unknown[]): unknown[] => {
  const lists = new Map<string, { kind: 'in'; value: unknown; values: unknown[] }>()
  const others: unknown[] = []
  for (const operand of operands) {
    const list = asList(operand)
    if (!list) others.push(operand)
    else {
      const known = lists.get(list.value)
      if (known) known.values = sorted([...known.values, ...list.values])
      else lists.set(list.value, { kind: 'in', value: JSON.parse(list.value), values: list.values })
    }
  }
  return [...others, ...lists.values()]
}

const group = (kind: 'and' | 'or', operands: Expression[]): unknown => {
  const flat = operands.flatMap((operand): unknown[] => {
    const plain = normal(operand) as { kind?: unknown; operands?: unknown[] }
    return plain.kind === kind && plain.operands ? plain.operands : [plain]
  })
  const parts = sorted(kind === 'or' ? joinLists(flat) : flat)
  return parts.length === 1 ? parts[0] : { kind, operands: parts }
}

const normal = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(normal)
  if (!isExpression(part)) return part
  switch (part.kind) {
    case 'literal':
      return { kind: 'literal', value: plainLiteral(part.value) }
    case 'and':
    case 'or':
      return group(part.kind, part.operands)
    case 'in':
      return { kind: 'in', value: normal(part.value), values: sorted(part.values.map(normal)) }
    case 'comparison': {
      const [left, right] = [normal(part.left), normal(part.right)]
      // Of one value the list and the comparison are the same.
      if (part.operator === '=' && part.matchCase && part.right.kind === 'literal')
        return { kind: 'in', value: left, values: [right] }
      return { kind: 'comparison', operator: part.operator, left, right, matchCase: part.matchCase }
    }
    case 'between': {
      const compare = (operator: '>=' | '<=', right: Expression): Expression => ({
        kind: 'comparison',
        operator,
        left: part.value,
        right,
        matchCase: true,
      })
      return group('and', [compare('>=', part.lower), compare('<=', part.upper)])
    }
    default: {
      const plain: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(part)) plain[key] = normal(value)
      return plain
    }
  }
}

export const meanTheSame = (one: Expression, other: Expression): boolean =>
  keyOf(normal(one)) === keyOf(normal(other))
