/** Layer Style (R7.1–R7.6): upload an SLD, or attach a style that the catalogue has already. */
import { useEffect, useState } from 'preact/hooks'
import { api, formats, words } from '../context.ts'
import { problemOf, textOf } from '../problem-notice.tsx'
import type { Problem } from '../session/api.ts'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button, SelectField, TextField } from '../ui/controls.tsx'
import { useEditor } from './context.ts'
import { Section } from './fields.tsx'

type Finding = { code: string; message: string; line?: number }
type Style = { id: string; title: string; warnings: Finding[] }

const findingsIn = (problem: Problem): Finding[] => {
  const { errors } = problem as Problem & { errors?: Finding[] }
  return Array.isArray(errors) ? errors : []
}

const Findings = ({ findings }: { findings: readonly Finding[] }) => (
  <ul>
    {findings.map(({ code, message, line }) => (
      <li key={code + message + line}>
        {message} {line === undefined ? null : <span class="none">({words.line(line)})</span>}
      </li>
    ))}
  </ul>
)

/** The chosen style becomes the record's with the next publication. */
export const styleKey = (recordId: string | null) => `sec-ims.style.${recordId ?? 'new'}`

type Check =
  | { kind: 'none' }
  | { kind: 'busy'; name: string; sizeBytes: number }
  | { kind: 'ready'; style: Style }
  | { kind: 'refused'; name: string; text: string; findings: Finding[] }

export const LayerStyle = () => {
  const { state } = useEditor()
  const [styles, setStyles] = useState<Style[]>([])
  const [check, setCheck] = useState<Check>({ kind: 'none' })
  const [title, setTitle] = useState('')
  const recordId = state.record?.id ?? null
  const [chosen, setChosen] = useState(
    sessionStorage.getItem(styleKey(recordId)) ??
      state.record?.styles.find(({ isDefault }) => isDefault)?.id ??
      '',
  )

  const choose = (id: string) => {
    setChosen(id)
    if (id === '') sessionStorage.removeItem(styleKey(recordId))
    else sessionStorage.setItem(styleKey(recordId), id)
  }
  const load = () =>
    api
      .expectOk(api.client.GET('/styles', { params: { query: { limit: 200 } } }))
      .then((found) => setStyles(found.styles))
      .catch(() => setStyles([]))
  useEffect(() => {
    void load()
  }, [])

  const upload = async (file: File) => {
    setCheck({ kind: 'busy', name: file.name, sizeBytes: file.size })
    const body = new FormData()
    body.append('sld', file, file.name)
    if (title.trim() !== '') body.append('title', title.trim())
    try {
      const response = await api.ask('styles', { method: 'POST', body })
      const style = (await response.json()) as Style
      setCheck({ kind: 'ready', style })
      choose(style.id)
      await load()
    } catch (error) {
      const problem = problemOf(error)
      setCheck({ kind: 'refused', name: file.name, text: textOf(problem), findings: findingsIn(problem) })
    }
  }
  const limit = state.settings?.limits.sldBytes ?? 0
  return (
    <Section title={words.layerStyle}>
      <p class="hint">{words.layerStyleText}</p>
      <SelectField
        test="style"
        label={words.styleExisting}
        value={chosen}
        options={[
          { value: '', label: words.styleNone },
          ...styles.map((style) => ({ value: style.id, label: style.title })),
        ]}
        onChange={choose}
      />
      <div class="drop">
        <TextField
          test="style-title"
          label={words.styleTitle}
          hint={words.styleTitleHint}
          note={words.optional}
          value={title}
          maxLength={200}
          onInput={setTitle}
        />
        <input
          id="sld"
          type="file"
          data-test="sld"
          accept=".sld,.xml"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            if (file) void upload(file)
          }}
        />
        <label class="button plain" for="sld">
          {words.chooseSld}
        </label>
        <p class="hint">{words.sldHint(formats.limit(limit))}</p>
        {check.kind === 'busy' ? (
          <>
            <p>{words.sldSelected(check.name, formats.number(Math.ceil(check.sizeBytes / 1024)))}</p>
            <Busy text={words.sldValidating} />
          </>
        ) : null}
        {check.kind === 'ready' ? (
          <Notice
            tone={check.style.warnings.length === 0 ? 'good' : 'warning'}
            title={
              check.style.warnings.length === 0
                ? words.sldReady
                : words.sldWarnings(check.style.warnings.length)
            }
            test="style-ready"
            isAlert
          >
            <p>{words.styleChosen(check.style.title)}</p>
            <Findings findings={check.style.warnings} />
          </Notice>
        ) : null}
        {check.kind === 'refused' ? (
          <Notice
            tone="bad"
            title={check.findings.length === 0 ? check.text : words.sldErrors(check.findings.length)}
            test="style-refused"
            isAlert
          >
            <Findings findings={check.findings} />
          </Notice>
        ) : null}
      </div>
      {chosen !== '' ? (
        <Button test="style-none" kind="quiet" onClick={() => choose('')}>
          {words.removeOne(words.layerStyle)}
        </Button>
      ) : null}
    </Section>
  )
}
