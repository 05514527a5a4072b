/** Problems with styles as they come in. Whether one fits a layer is said by recordProblems.styleDoesNotFit. */
import { defineProblems } from '../problem.ts'

type Finding = { code: string; message: string; line?: number }
type Given = { fileName: string; errors: Finding[]; warnings?: Finding[] }

type AttachFinding = { recordId: string; title: string; problem: { code: string; detail: string } | null }

const sentence = ({ errors }: Given) => {
  const [first, ...more] = errors
  const rest = more.length === 0 ? '' : ` And ${more.length} more; see 'errors'.`
  return `${first?.message ?? 'It cannot be used.'}${rest}`
}
const findings = ({ errors, warnings }: Given) => ({ errors, warnings: warnings ?? [] })

export const styleProblems = defineProblems({
  sldRefused: {
    status: 422,
    title: 'SLD cannot be used',
    detail: (given: Given) => `'${given.fileName}' was not accepted. ${sentence(given)}`,
    extensions: findings,
  },
  qmlRefused: {
    status: 422,
    title: 'QGIS style cannot be used',
    detail: (given: Given) => `'${given.fileName}' was not accepted. ${sentence(given)}`,
    extensions: findings,
  },
  styleNotAttached: {
    status: 422,
    title: 'Style not attached',
    detail: (given: { styleId: string; records: AttachFinding[] }) => {
      const refused = given.records.filter(({ problem }) => problem !== null)
      const [first, ...more] = refused
      const rest = more.length === 0 ? '' : ` And ${more.length} more; see 'records'.`
      return `The style '${given.styleId}' was attached to none of the ${given.records.length} record(s), because it is attached to all of them or to none, and ${refused.length} cannot have it. ${first?.title || first?.recordId}: ${first?.problem?.detail}${rest}`
    },
    extensions: (given) => ({ records: given.records }),
  },
  changedWhileAttaching: {
    status: 409,
    title: 'Changed meanwhile',
    detail: () =>
      'The record or the style was changed while the style was being attached. Nothing was attached; ask again.',
  },
  styleInUse: {
    status: 409,
    title: 'Style is in use',
    detail: (given: { styleId: string; records: string[] }) =>
      `The style '${given.styleId}' is used by ${given.records.length} record(s) and stays. Detach it from them first.`,
    extensions: (given) => ({ records: given.records }),
  },
})
