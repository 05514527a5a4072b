/**
 * What a record's page can do more with a program: copy texts, and tell those who are signed in how alike the pictures of
 * QGIS and of the catalogue are. All that everybody is to read is there without it.
 */
import { api, formats, session, words } from '../context.ts'
import { siteUrl } from '../place.ts'

const saidMs = 2500

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copies]')) {
  const source = document.getElementById(button.dataset['copies'] ?? '')
  if (!source || !navigator.clipboard) continue
  const text = button.textContent ?? ''
  const status = document.createElement('span')
  status.className = 'hidden'
  status.setAttribute('role', 'status')
  button.after(status)
  button.hidden = false
  button.addEventListener('click', async () => {
    const isCopied = await navigator.clipboard.writeText(source.textContent?.trim() ?? '').then(
      () => true,
      () => false,
    )
    if (!isCopied) {
      // Marked, so that the keys for copying do it.
      getSelection()?.selectAllChildren(source)
      return
    }
    button.textContent = button.dataset['copied'] ?? text
    status.textContent = button.dataset['copied'] ?? ''
    setTimeout(() => {
      button.textContent = text
      status.textContent = ''
    }, saidMs)
  })
}

/** Kept with the last publication from QGIS, when its pictures were compared there. */
const tellLikeness = async (section: HTMLElement): Promise<void> => {
  const recordId = section.dataset['record'] ?? ''
  const found = await api.client
    .GET('/records/{recordId}', { params: { path: { recordId } } })
    .catch(() => null)
  const likeness = found?.data?.likeness
  if (!likeness) return
  const { verdict, ssim, drawnBy, comparedAt } = likeness
  const told = document.createElement('p')
  told.dataset['test'] = 'likeness'
  told.className = 'likeness'
  told.textContent = words.recordLikeness[verdict](
    drawnBy,
    `${formats.number(Math.round(Math.max(0, ssim) * 100))} %`,
    formats.instant(comparedAt),
  )
  const link = document.createElement('a')
  link.href = `${siteUrl}/docs/public/user-guide/09-qgis-bridge.html`
  link.textContent = words.problemMore
  told.append(' ', link)
  section.append(told)
}

const recordSection = document.querySelector<HTMLElement>('section[data-record]')
if (recordSection && session.actor() !== null) void tellLikeness(recordSection)
