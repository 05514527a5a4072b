/** Layer Style (R7.1–R7.6): check and upload an SLD, with its QML if there is one, or attach a style that the catalogue has already. */
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { operations } from '../../src/contract/catalogue.gen.ts'
import { api, formats, words } from '../context.ts'
import { siteUrl } from '../place.ts'
import { problemOf, textOf } from '../problem-notice.tsx'
import type { Problem } from '../session/api.ts'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button, SelectField, TextField } from '../ui/controls.tsx'
import { useEditor } from './context.ts'
import { Section } from './fields.tsx'
import { type EditorState, layerOf } from './store.ts'
import { type PreviewStyle, previewDataOf, StylePreview } from './style-preview.tsx'

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

type StyledLayer = Pick<
  operations['checkStyle']['requestBody']['content']['application/json'],
  'geometryType' | 'fields'
>
type StyleFiles = { sld: File | null; qml: File | null }
/** What the files say, as they are sent to be checked and drawn. */
type StyleTexts = Pick<PreviewStyle, 'sld' | 'qml'>

type Check =
  | { kind: 'none' }
  | { kind: 'busy'; files: StyleFiles }
  /** What the server says of files that it does not have yet (R7.3, R7.4). */
  | { kind: 'checked'; files: StyleFiles; texts: StyleTexts; errors: Finding[]; warnings: Finding[] }
  | { kind: 'uploading'; files: StyleFiles }
  | { kind: 'uploaded'; style: Style }
  | { kind: 'refused'; files: StyleFiles; text: string; findings: Finding[] }

/** What the style is for: the layer of the file, or else what the collection already has. */
const styledLayerOf = async (state: EditorState): Promise<StyledLayer> => {
  const layer = layerOf(state)
  if (layer !== undefined)
    return layer.kind === 'raster'
      ? { geometryType: 'Raster' }
      : {
          ...(layer.geometry && { geometryType: layer.geometry.type }),
          fields: layer.fields.map(({ name }) => name),
        }
  const collectionId = state.record?.collectionId
  if (!collectionId) return {}
  const response = await fetch(`${siteUrl}/pygeoapi/collections/${collectionId}/schema?f=json`).catch(
    () => null,
  )
  if (!response?.ok) return {}
  const { properties = {} } = (await response.json()) as { properties?: Record<string, { format?: string }> }
  const fields = Object.keys(properties).filter((name) => !properties[name]?.format?.startsWith('geometry'))
  return fields.length === 0 ? {} : { fields }
}

const qmlBytes = 5_000_000
const isQml = ({ name }: File) => /\.qml$/i.test(name)
const listed = ({ sld, qml }: StyleFiles): File[] => [sld, qml].filter((file) => file !== null)

const SelectedFiles = ({ files }: { files: StyleFiles }) => (
  <>
    {listed(files).map(({ name, size }) => (
      <p key={name}>{words.sldSelected(name, formats.number(Math.ceil(size / 1024)))}</p>
    ))}
  </>
)

const CheckResult = ({ check, onUpload }: { check: Check; onUpload: (files: StyleFiles) => void }) => {
  if (check.kind === 'none') return null
  if (check.kind === 'uploaded')
    return (
      <Notice tone="good" title={words.styleChosen(check.style.title)} test="style-uploaded" isAlert>
        <p>{words.styleFollows}</p>
      </Notice>
    )
  const { files } = check
  if (check.kind === 'busy' || check.kind === 'uploading')
    return (
      <>
        <SelectedFiles files={files} />
        <Busy text={check.kind === 'busy' ? words.sldValidating : words.styleUploading} />
      </>
    )
  if (check.kind === 'refused')
    return (
      <>
        <SelectedFiles files={files} />
        <Notice
          tone="bad"
          title={check.findings.length === 0 ? check.text : words.sldErrors(check.findings.length)}
          test="style-refused"
          isAlert
        >
          <Findings findings={check.findings} />
        </Notice>
      </>
    )
  const { errors, warnings } = check
  return (
    <>
      <SelectedFiles files={files} />
      {errors.length > 0 ? (
        <Notice tone="bad" title={words.sldErrors(errors.length)} test="style-refused" isAlert>
          <Findings findings={errors} />
        </Notice>
      ) : (
        <Notice
          tone={warnings.length === 0 ? 'good' : 'warning'}
          title={warnings.length === 0 ? words.sldReady : words.sldWarnings(warnings.length)}
          test="style-ready"
          isAlert
        >
          <Findings findings={warnings} />
        </Notice>
      )}
      <Button test="style-upload" kind="main" isDisabled={errors.length > 0} onClick={() => onUpload(files)}>
        {words.styleUpload}
      </Button>
    </>
  )
}

const useStyles = () => {
  const [styles, setStyles] = useState<Style[]>([])
  const load = useCallback(
    () =>
      api
        .expectOk(api.client.GET('/styles', { params: { query: { limit: 200 } } }))
        .then((found) => setStyles(found.styles))
        .catch(() => setStyles([])),
    [],
  )
  useEffect(() => {
    void load()
  }, [load])
  return { styles, load }
}

export const LayerStyle = () => {
  const { editor, state } = useEditor()
  const { styles, load } = useStyles()
  const [check, setCheck] = useState<Check>({ kind: 'none' })
  const [title, setTitle] = useState('')
  const present = state.record?.styles.find(({ isDefault }) => isDefault)?.id ?? ''
  const chosen = state.wish.styleId ?? present
  const choose = (id: string) => editor.changeWish({ styleId: id === present ? null : id })
  const limit = state.settings?.limits.sldBytes ?? 0

  const validate = async (given: readonly File[]) => {
    const files: StyleFiles = {
      sld: given.find((file) => !isQml(file)) ?? null,
      qml: given.find(isQml) ?? null,
    }
    const refuse = (text: string) => setCheck({ kind: 'refused', files, text, findings: [] })
    const tooLarge = listed(files).find((file) => file.size > (isQml(file) ? qmlBytes : limit))
    if (tooLarge) {
      refuse(
        words.sldTooLarge(
          tooLarge.name,
          formats.bytes(tooLarge.size),
          formats.limit(isQml(tooLarge) ? qmlBytes : limit),
        ),
      )
      return
    }
    setCheck({ kind: 'busy', files })
    const [sld, qml, layer] = await Promise.all([files.sld?.text(), files.qml?.text(), styledLayerOf(state)])
    const texts = { ...(sld !== undefined && { sld }), ...(qml !== undefined && { qml }) }
    try {
      const found = await api.expectOk(api.client.POST('/style-checks', { body: { ...texts, ...layer } }))
      const { isAccepted, findings } = found
      setCheck({
        kind: 'checked',
        files,
        texts,
        errors: isAccepted ? [] : findings,
        warnings: isAccepted ? findings : [],
      })
    } catch (error) {
      const problem = problemOf(error)
      setCheck({ kind: 'refused', files, text: textOf(problem), findings: findingsIn(problem) })
    }
  }

  const upload = async (files: StyleFiles) => {
    setCheck({ kind: 'uploading', files })
    const body = new FormData()
    if (files.sld) body.append('sld', files.sld, files.sld.name)
    if (files.qml) body.append('qml', files.qml, files.qml.name)
    if (title.trim() !== '') body.append('title', title.trim())
    try {
      const response = await api.ask('styles', { method: 'POST', body })
      const style = (await response.json()) as Style
      await load()
      choose(style.id)
      setTitle('')
      setCheck({ kind: 'uploaded', style })
    } catch (error) {
      const problem = problemOf(error)
      setCheck({ kind: 'refused', files, text: textOf(problem), findings: findingsIn(problem) })
    }
  }
  const data = previewDataOf(state)
  const isUsable = check.kind === 'checked' && check.errors.length === 0
  const isListed = chosen === '' || styles.some(({ id }) => id === chosen)
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
          ...(isListed ? [] : [{ value: chosen, label: chosen }]),
        ]}
        onChange={(id) => {
          choose(id)
          setCheck({ kind: 'none' })
        }}
      />
      {data !== null && chosen !== '' && !isUsable ? (
        <StylePreview data={data} style={{ styleId: chosen }} />
      ) : null}
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
          accept=".sld,.xml,.qml"
          multiple
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])]
            event.currentTarget.value = ''
            if (files.length > 0) void validate(files)
          }}
        />
        <label class="button plain" for="sld">
          {words.chooseSld}
        </label>
        <p class="hint">{words.sldHint(formats.limit(limit))}</p>
        <CheckResult check={check} onUpload={(files) => void upload(files)} />
      </div>
      {isUsable && data !== null ? <StylePreview data={data} style={check.texts} /> : null}
      {isUsable && data === null ? (
        <p class="hint" data-test="preview-without-data">
          {words.previewWithoutData}
        </p>
      ) : null}
    </Section>
  )
}
