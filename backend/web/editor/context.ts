/** What the pages of the editor share. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Finding, Findings } from '../../src/metadata/rules.ts'
import type { FieldFinding } from '../ui/controls.tsx'
import type { Editor, EditorState } from './store.ts'

export type PageNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9

/** What fields of metadata need, in the editor and in the public form (C3). */
export type FormView = {
  editor: Pick<Editor, 'change' | 'setInvalid'>
  state: Pick<EditorState, 'metadata' | 'invalid' | 'settings' | 'upload' | 'layer'>
  findings: Findings
  /** Pages the person has left once; what is missing is not shown before. */
  visited: ReadonlySet<number>
}

export type EditorView = FormView & {
  editor: Editor
  state: EditorState
  goTo: (page: PageNumber, field?: string) => void
}

export const EditorContext = createContext<EditorView | null>(null)

export const FormContext = createContext<FormView | null>(null)

export const useForm = (): FormView => {
  const editor = useContext(EditorContext)
  const form = useContext(FormContext) ?? editor
  if (form === null) throw new Error('outside a form')
  return form
}

export const useEditor = (): EditorView => {
  const view = useContext(EditorContext)
  if (view === null) throw new Error('outside the editor')
  return view
}

/** 'contacts[0].email' is also about 'contacts[0]'. */
const isAbout = (finding: Finding, place: string): boolean =>
  finding.field === place || finding.field.startsWith(`${place}.`) || finding.field.startsWith(`${place}[`)

/** What is to be said beside a field. `isExact`: its parts have fields of their own. */
export const useFindings = (place: string, { isExact = false } = {}): FieldFinding[] => {
  const { findings, visited } = useForm()
  const fits = (finding: Finding) => (isExact ? finding.field === place : isAbout(finding, place))
  const errors = findings.errors.filter(
    (one) => fits(one) && (visited.has(one.page) || one.code !== 'missing'),
  )
  return [
    ...errors.map(({ message }) => ({ level: 'error' as const, message })),
    ...findings.warnings.filter(fits).map(({ message }) => ({ level: 'warning' as const, message })),
  ]
}
