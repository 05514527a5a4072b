/** Where the panel begins: finds out where it runs, makes a session, draws. */
import './polyfills.ts'
import { render } from 'preact'
import { fromDom } from '../../backend/src/styles/markup.ts'
import { createSession } from './flows/session.ts'
import { createEmbeddedTransport, isEmbedded } from './protocol/embedded.ts'
import { askByXhr, createLoopbackTransport, takeToken } from './protocol/loopback.ts'
import { createPort, type Transport } from './protocol/port.ts'
import { validate } from './protocol/validators.gen.js'
import { App } from './screens/app.tsx'

const version = '1'

/** Not a secret; it only has to differ from every other. */
const newKey = (): string =>
  [0, 0, 0, 0].map(() => Math.floor(Math.random() * 0x100000000).toString(16)).join('')

const createTransport = (): Transport => {
  if (isEmbedded()) return createEmbeddedTransport()
  const token = takeToken({
    hash: location.hash,
    path: location.pathname,
    replaceAddress: (path) => history.replaceState(null, '', path),
    memory: sessionStorage,
  })
  return createLoopbackTransport({
    ask: askByXhr,
    token: token ?? '',
    newClient: newKey,
    later: (task, ms) => setTimeout(task, ms),
  })
}

const readQml = (qml: string) => fromDom(new DOMParser().parseFromString(qml, 'text/xml').documentElement)

const session = createSession({
  port: createPort({ transport: createTransport(), validate, version }),
  readQml,
  now: () => new Date(),
  newKey,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
})

const place = document.getElementById('panel')
if (place !== null) render(<App session={session} />, place)
session.start()
