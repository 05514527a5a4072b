/** What went wrong, as a page for a person who opened an address; programs get the problem document. */
import type { Problem } from '../domain/problem.ts'
import { html, renderPage } from './html.ts'

type PlacedIn = { siteUrl: string; siteTitle: string }

/** Whether a browser asks for a page it will show: all of them send this, and no program does unasked. */
export const isAskedByBrowser = (request: { method: string; headers: { accept?: string } }): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  /^\s*text\/html\s*,\s*application\/xhtml\+xml\b/.test(request.headers.accept ?? '')

type Listed = { message?: unknown; detail?: unknown }

const listed = (problem: Problem): string[] => {
  const errors = problem.extensions['errors']
  if (!Array.isArray(errors)) return []
  return (errors as Listed[])
    .map(({ message, detail }) => message ?? detail)
    .filter((one) => typeof one === 'string')
    .slice(0, 20)
}

export const renderProblemPage = (
  problem: Problem,
  traceId: string,
  { siteUrl, siteTitle }: PlacedIn,
): string => {
  const errors = listed(problem)
  return renderPage({
    siteUrl,
    siteTitle,
    title: problem.title,
    trail: [{ title: 'Home', href: `${siteUrl}/` }, { title: problem.title }],
    isNotForIndex: true,
    body: html`<h1>${problem.title}</h1>
<p class="lead">${problem.message}</p>
${errors.length > 0 && html`<ul>${errors.map((one) => html`<li>${one}</li>`)}</ul>`}
<form class="search" role="search" action="${siteUrl}/catalogue" method="get">
<label for="q">Search the catalogue</label>
<div class="row"><input type="search" id="q" name="q" maxlength="500" autocomplete="off"><button type="submit">Search</button></div>
</form>
<p class="actions"><a href="${siteUrl}/">Start page</a> <a href="${siteUrl}/map">Map</a> <a href="${siteUrl}/docs">User guide</a></p>
<p class="meta">Answer ${String(problem.status)} (${problem.code}). When you report it, name the trace id <code>${traceId}</code>.</p>`,
  })
}
