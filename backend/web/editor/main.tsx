/** The metadata editor at `/metadata-editor/` (R4): nine pages, saved as one types, published from the last. */
import { render } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { api, sender, session, useActor, words } from '../context.ts'
import { editorUrl, myRecordsUrl, siteUrl } from '../place.ts'
import { textOf } from '../problem-notice.tsx'
import type { PublicationJson } from '../session/api.ts'
import { isRefusal, toRefusal, unreachable } from '../session/api.ts'
import { TokenDialog } from '../token-dialog.tsx'
import { Busy, Empty, Notice } from '../ui/blocks.tsx'
import { Button } from '../ui/controls.tsx'
import { EditorContext, type PageNumber } from './context.ts'
import { openGeopackage } from './geopackage/open-geopackage.ts'
import {
  ConnectPage,
  ConstraintsPage,
  CrsPage,
  DistributionPage,
  IdentificationPage,
  MetadataPage,
  OtherPage,
  QualityPage,
} from './pages.tsx'
import { ReviewPage } from './review.tsx'
import { createEditor, type Editor, type EditorState, findingsOf, type Saving } from './store.ts'

const pageNumbers: PageNumber[] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

const readAddress = () => {
  const query = new URLSearchParams(location.search)
  const page = pageNumbers.find((number) => String(number) === query.get('page'))
  return { recordId: query.get('record'), page: page ?? 1 }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Follows a publication to its end, over lines that break and servers that start again. */
const follow = async (
  publicationId: string,
  onProgress: (publication: PublicationJson) => void,
): Promise<PublicationJson> => {
  for (;;) {
    try {
      const publication = await api.expectOk(
        api.client.GET('/publications/{publicationId}', {
          params: { path: { publicationId }, query: { wait: 1 } },
        }),
      )
      onProgress(publication)
      if (publication.state === 'done') return publication
      if (publication.state === 'failed' || publication.state === 'cancelled')
        throw toRefusal(publication.problem as never)
    } catch (error) {
      const isPassing =
        isRefusal(error) && (error.problem.status === unreachable || error.problem.status >= 502)
      if (!isPassing) throw error
      await pause(2000)
    }
  }
}

const useEditorState = (editor: Editor): EditorState => {
  const [state, setState] = useState(editor.state())
  useEffect(() => editor.onChange(() => setState(editor.state())), [editor])
  return state
}

const savedText = (state: EditorState): string => {
  const { saving, record } = state
  const said: Record<Saving['kind'], string> = {
    saved:
      record === null
        ? words.savedNowhere
        : record.publishedVersion === null
          ? words.savedDraft
          : record.publishedVersion === record.version
            ? words.saved
            : words.savedChanges,
    unsaved: words.unsaved,
    saving: words.saving,
    offline: words.notSaved,
    failed: words.notSaved,
    conflict: words.notSaved,
  }
  return said[saving.kind]
}

const memberName = (member: string): string => words.memberNames[member] ?? member

const SavedState = ({ editor, state }: { editor: Editor; state: EditorState }) => {
  const { saving } = state
  const isBad = saving.kind === 'offline' || saving.kind === 'failed' || saving.kind === 'conflict'
  return (
    <>
      <p class={isBad ? 'saved bad' : 'saved'} role="status" data-test="saved" data-state={saving.kind}>
        <span>{savedText(state)}</span>
        {saving.kind === 'unsaved' || saving.kind === 'failed' || saving.kind === 'offline' ? (
          <Button test="save-now" kind="quiet" onClick={() => void editor.save()}>
            {words.saveAgain}
          </Button>
        ) : null}
      </p>
      {saving.kind === 'offline' ? <Notice tone="warning" title={words.offlineText} test="offline" /> : null}
      {saving.kind === 'failed' ? (
        <Notice tone="bad" title={textOf(saving.problem)} test="save-failed" />
      ) : null}
      {saving.kind === 'conflict' ? (
        <Notice tone="bad" title={words.conflictTitle} test="conflict" isAlert>
          <p>{words.conflictText(saving.members.map(memberName).join(', '))}</p>
          <div class="actions">
            <Button test="keep-mine" kind="main" onClick={() => void editor.keepMine()}>
              {words.keepMine}
            </Button>
            <Button test="take-theirs" onClick={editor.takeTheirs}>
              {words.takeTheirs}
            </Button>
          </div>
        </Notice>
      ) : null}
      {state.wasRestored ? (
        <Notice tone="info" title={words.restored} test="restored">
          <Button test="discard-restored" kind="quiet" onClick={editor.discardRestored}>
            {words.discardRestored}
          </Button>
        </Notice>
      ) : null}
      {state.record?.state === 'returned' && state.record.returnReason ? (
        <Notice tone="warning" title={words.returnedBecause} test="returned">
          <p>{state.record.returnReason}</p>
        </Notice>
      ) : null}
    </>
  )
}

const Steps = ({
  present,
  wrong,
  visited,
  onGo,
}: {
  present: PageNumber
  wrong: ReadonlyMap<number, number>
  visited: ReadonlySet<number>
  onGo: (page: PageNumber) => void
}) => {
  const list = useRef<HTMLOListElement>(null)
  // On a phone the pages are a strip that is wider than the screen.
  useEffect(() => {
    const here = list.current?.querySelector('[aria-current]')
    if (list.current === null || !here) return
    const [strip, button] = [list.current.getBoundingClientRect(), here.getBoundingClientRect()]
    list.current.scrollLeft += button.left + button.width / 2 - strip.left - strip.width / 2
  }, [present])
  return (
    <nav class="steps" aria-label={words.pageList} data-test="steps">
      <ol ref={list}>
        {pageNumbers.map((page) => {
          const count = visited.has(page) ? (wrong.get(page) ?? 0) : 0
          return (
            <li key={page}>
              <button
                type="button"
                data-test={`step.${page}`}
                aria-current={page === present ? 'step' : undefined}
                onClick={() => onGo(page)}
              >
                <span class="number">{page}</span>
                {words.pages[page]}
                {count > 0 ? <span class="status wrong">{words.errorsOnPage(count)}</span> : null}
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** The field a finding is about, or the nearest thing around it that can be looked at. */
const focusField = (field: string) => {
  const names = [
    field,
    field.replace(/\[(\d+)\]/g, (_, at: string) => `.${Number(at) + 1}`),
    field.split(/[.[]/)[0] ?? field,
  ]
  for (const name of names) {
    const element =
      document.getElementById(name) ??
      document.querySelector<HTMLElement>(`[data-test="${CSS.escape(name)}"]`)
    if (!element) continue
    element.scrollIntoView({ block: 'center' })
    const control = element.matches('input, textarea, select')
      ? element
      : element.querySelector<HTMLElement>('input, textarea, select, button')
    control?.focus({ preventScroll: true })
    return
  }
}

const Wizard = ({ editor }: { editor: Editor }) => {
  const state = useEditorState(editor)
  const [page, setPage] = useState<PageNumber>(readAddress().page)
  const [visited, setVisited] = useState<ReadonlySet<number>>(new Set())
  const [field, setField] = useState<string | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const findings = useMemo(
    () => findingsOf(state),
    [state.metadata, state.upload, state.layer, state.settings],
  )

  const goTo = (next: PageNumber, about?: string) => {
    setVisited(
      next === 9 ? new Set(pageNumbers) : new Set([...visited, page, ...(about === undefined ? [] : [next])]),
    )
    setPage(next)
    setField(about ?? null)
    void editor.save()
    history.replaceState(null, '', editorUrl(editor.state().record?.id, next))
  }
  useEffect(() => {
    if (field === null) {
      scrollTo({ top: 0 })
      heading.current?.focus({ preventScroll: true })
    } else focusField(field)
  }, [page, field])

  if (state.phase === 'loading') return <Busy text={words.loading} />
  if (state.phase === 'missing')
    return (
      <Empty title={words.recordMissing}>
        <a href={myRecordsUrl}>{words.backToMyRecords}</a>
      </Empty>
    )
  const wrong = new Map<number, number>()
  for (const finding of findings.errors) wrong.set(finding.page, (wrong.get(finding.page) ?? 0) + 1)
  const publish = (acceptSchemaChange: boolean) => {
    const { wish } = state
    void editor.publish(
      {
        publishToApi: wish.publishToApi,
        acceptSchemaChange,
        ...(wish.publishToApi &&
          wish.collectionId &&
          !state.record?.collectionId && { collectionId: wish.collectionId }),
        ...(wish.publishToApi && wish.viewName && { viewName: wish.viewName }),
        ...(wish.styleId && { styleId: wish.styleId }),
        ...(wish.styleId === '' && { detachStyles: state.record?.styles.map(({ id }) => id) ?? [] }),
      },
      follow,
    )
  }
  const title = state.metadata.title?.trim()
  return (
    <EditorContext.Provider value={{ editor, state, findings, visited, goTo }}>
      <h1>
        {state.record === null && !title ? words.editorTitleNew : words.editorTitle(title || words.untitled)}
      </h1>
      <SavedState editor={editor} state={state} />
      <div class="editor">
        <Steps present={page} wrong={wrong} visited={visited} onGo={goTo} />
        <section aria-labelledby="page-title" data-test={`page.${page}`}>
          <p class="meta">{words.pageOf(page)}</p>
          <h2 id="page-title" class="page-title" tabIndex={-1} ref={heading}>
            {words.pages[page]}
          </h2>
          {page === 1 ? <ConnectPage /> : null}
          {page === 2 ? <MetadataPage /> : null}
          {page === 3 ? <IdentificationPage /> : null}
          {page === 4 ? <OtherPage /> : null}
          {page === 5 ? <CrsPage /> : null}
          {page === 6 ? <QualityPage /> : null}
          {page === 7 ? <ConstraintsPage /> : null}
          {page === 8 ? <DistributionPage /> : null}
          {page === 9 ? <ReviewPage onPublish={publish} /> : null}
          <div class="page-foot">
            {page > 1 ? (
              <Button test="back" onClick={() => goTo((page - 1) as PageNumber)}>
                {words.back}
              </Button>
            ) : (
              <span />
            )}
            {page < 9 ? (
              <Button test="next" kind="main" onClick={() => goTo((page + 1) as PageNumber)}>
                {words.next}
              </Button>
            ) : null}
          </div>
        </section>
      </div>
    </EditorContext.Provider>
  )
}

const makeEditor = (): Editor => {
  const { recordId } = readAddress()
  return createEditor({
    api,
    sender,
    openGeopackage,
    store: localStorage,
    recordId,
    ownDomainId: () => session.actor()?.domainId ?? null,
    today: () => new Date().toISOString().slice(0, 10),
    newKey: () => crypto.randomUUID(),
    now: () => performance.now(),
    later: (act, ms) => {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
    onRecordMade: (made) => history.replaceState(null, '', editorUrl(made, readAddress().page)),
  })
}

const App = () => {
  const actor = useActor()
  const editor = useMemo(makeEditor, [])
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    if (actor === null) return
    if (editor.state().phase === 'loading')
      editor.load().catch((error) => setFailure(String(error.message ?? error)))
    else void editor.save()
  }, [actor, editor])
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      const { saving, file } = editor.state()
      if (saving.kind !== 'saved' || file.kind === 'sending' || file.kind === 'extracting')
        event.preventDefault()
    }
    addEventListener('beforeunload', leave)
    return () => removeEventListener('beforeunload', leave)
  }, [editor])
  return (
    <>
      {failure === null ? null : <Notice tone="bad" title={failure} test="load-failed" isAlert />}
      {actor === null && editor.state().phase === 'loading' ? null : <Wizard editor={editor} />}
      {actor === null ? (
        <TokenDialog
          isNeeded={!session.wasRefused()}
          onDone={() => undefined}
          onCancel={() => {
            location.href = siteUrl
          }}
        />
      ) : null}
    </>
  )
}

const app = document.getElementById('app')
if (app) render(<App />, app)
