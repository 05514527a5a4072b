/** What every page of the program shares: who is signed in, the client of the server, the words. */
import { useEffect, useState } from 'preact/hooks'
import { apiUrl } from './place.ts'
import { createApi } from './session/api.ts'
import { createSession } from './session/session.ts'
import { createSender } from './session/upload.ts'
import { chooseLanguage, formatsIn, wordsIn } from './words/words.ts'

export const session = createSession({
  apiUrl,
  tab: sessionStorage,
  browser: localStorage,
  fetch: (...request) => fetch(...request),
})
export const api = createApi({ apiUrl, session })
export const sender = createSender({
  api,
  store: localStorage,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
})

const asked = new URLSearchParams(location.search).get('lang')
export const language = chooseLanguage(asked === null ? navigator.languages : [asked, ...navigator.languages])
export const words = wordsIn(language)
export const formats = formatsIn(language, navigator.languages)

addEventListener('storage', () => session.reload())

/** Draws again when somebody signs in or out. */
export const useActor = () => {
  const [actor, setActor] = useState(session.actor())
  useEffect(() => session.onChange(() => setActor(session.actor())), [])
  return actor
}
