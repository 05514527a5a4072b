/**
 * The catalogue as one types: the same pages the server writes for everybody, fetched in between, with their parts put in
 * place. Nothing is drawn here that the server does not say; without this program forms and links do the same.
 */
import { watchArea } from './area.ts'
import { toSearchAddress } from './search-address.ts'

const typingMs = 220
/** What takes longer than this is shown to be under way. */
const patienceMs = 250

const form = document.querySelector<HTMLFormElement>('form#search')
const finder = document.querySelector<HTMLElement>('#finder')
const count = document.querySelector<HTMLElement>('#count')
const words = document.querySelector<HTMLInputElement>('input#q')

const partNames = ['chips', 'facets', 'results', 'formats', 'extents']
const partOf = (page: Document, name: string) => page.querySelector(`[data-part="${name}"]`)

/** HTML as a browser reads it for itself: a document that runs nothing, so the policy on trusted types has no part in it. */
const fetchPage = (address: string, signal: AbortSignal): Promise<Document> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', address)
    request.responseType = 'document'
    request.timeout = 30_000
    request.addEventListener('load', () => {
      if (request.status === 200 && request.responseXML) resolve(request.responseXML)
      else reject(new Error(`The server answered ${request.status}`))
    })
    request.addEventListener('error', () => reject(new Error('No connection')))
    request.addEventListener('timeout', () => reject(new Error('No answer in time')))
    request.addEventListener('abort', () => reject(new DOMException('Superseded', 'AbortError')))
    signal.addEventListener('abort', () => request.abort())
    request.send()
  })

/** The control that had the focus, found again by what it does. */
const focusedKey = () => (document.activeElement as HTMLElement | null)?.dataset['key']

const putParts = (page: Document) => {
  const key = focusedKey()
  const opened = [...document.querySelectorAll<HTMLDetailsElement>('.filters details[open]')].map(
    ({ id }) => id,
  )
  for (const name of partNames) {
    const fresh = partOf(page, name)
    const present = partOf(document, name)
    if (fresh && present) present.replaceWith(document.importNode(fresh, true))
  }
  for (const id of opened) {
    const details = document.getElementById(id)
    if (details instanceof HTMLDetailsElement) details.open = true
  }
  const said = page.querySelector('#count')?.textContent ?? ''
  // Said again only when it is another number, so that a screen reader is not talking all the time.
  if (count && count.textContent !== said) count.textContent = said
  document.title = page.title
  // A filter that was taken away leaves its focus to the number of what is left.
  if (key !== undefined && focusedKey() !== key) {
    const again = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
    if (again) again.focus({ preventScroll: true })
    else if (count) {
      count.tabIndex = -1
      count.focus({ preventScroll: true })
    }
  }
}

/** What is typed at this moment is not taken away from under the fingers. */
const putFields = (page: Document, { all }: { all: boolean }) => {
  for (const fresh of page.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
    '#q, #sortby, #west, #south, #east, #north, #from, #until',
  )) {
    const present = document.getElementById(fresh.id) as HTMLInputElement | HTMLSelectElement | null
    if (present && (all || present !== document.activeElement)) present.value = fresh.value
  }
}

if (form && finder && count && words) {
  let underWay: AbortController | null = null
  let typing: ReturnType<typeof setTimeout> | undefined
  /** What the list shows, or will show. */
  let shown = location.href
  let isTypingEntry = false
  const failure = document.createElement('p')
  failure.className = 'notice bad'
  failure.setAttribute('role', 'alert')
  failure.textContent = form.dataset['failure'] ?? ''

  const show = async (address: string, { all = false, toTop = false } = {}): Promise<void> => {
    underWay?.abort()
    const mine = new AbortController()
    underWay = mine
    shown = address
    const slow = setTimeout(() => finder.setAttribute('aria-busy', 'true'), patienceMs)
    try {
      const page = await fetchPage(address, mine.signal)
      if (underWay !== mine) return
      failure.remove()
      putParts(page)
      putFields(page, { all })
      if (toTop) finder.scrollIntoView({ block: 'start' })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return
      if (underWay !== mine) return
      count.after(failure)
      // So that the same can be asked again.
      shown = ''
    } finally {
      clearTimeout(slow)
      if (underWay === mine) finder.removeAttribute('aria-busy')
    }
  }

  /** One step of the history for all that is typed in one go. */
  const go = (address: string, { isTyping = false, toTop = false } = {}) => {
    clearTimeout(typing)
    if (address === shown) return
    if (isTyping && isTypingEntry) history.replaceState(null, '', address)
    else history.pushState(null, '', address)
    isTypingEntry = isTyping
    void show(address, { toTop })
  }
  const searchAddress = () => toSearchAddress(form.action, new FormData(form))

  words.addEventListener('input', (event) => {
    clearTimeout(typing)
    // Letters that are still being put together (accents, other scripts) are no word yet.
    if (event instanceof InputEvent && event.isComposing) return
    typing = setTimeout(() => go(searchAddress(), { isTyping: true }), typingMs)
  })
  words.addEventListener('compositionend', () => go(searchAddress(), { isTyping: true }))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    go(searchAddress())
  })
  document.getElementById('sortby')?.addEventListener('change', () => go(searchAddress()))
  for (const id of ['from', 'until']) {
    const field = document.getElementById(id)
    field?.addEventListener('change', () => {
      if (!(field instanceof HTMLInputElement) || field.validity.valid) go(searchAddress())
    })
  }
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a')
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !isPlain || event.defaultPrevented || !finder.contains(link)) return
    const to = new URL(link.href)
    if (to.origin !== location.origin || to.pathname !== new URL(form.action).pathname) return
    event.preventDefault()
    go(to.href, { toTop: link.rel === 'next' || link.rel === 'prev' })
  })
  addEventListener('popstate', () => {
    isTypingEntry = false
    void show(location.href, { all: true })
  })
  watchArea(() => go(searchAddress()))
  finder.dataset['ready'] = 'true'
}
