/** What a record's page can do more with a program: copy texts. All that is to be read is there without it. */

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
