/** The panel inside QGIS, in QtWebKit or QtWebEngine: a global object with a slot and a signal. */
import type { LinkState, Transport } from './port.ts'

export type QgisHost = {
  post: (text: string) => void
  message: { connect: (listener: (text: string) => void) => void }
}

type HostWindow = { qgisHost?: QgisHost }

const findHost = (): QgisHost | undefined => (window as unknown as HostWindow).qgisHost

export const isEmbedded = () => findHost() !== undefined || location.protocol === 'file:'

export const createEmbeddedTransport = (): Transport => {
  let onText: (text: string) => void = () => {}
  let onState: (state: LinkState) => void = () => {}

  const open = (host: QgisHost) => {
    host.message.connect((text) => onText(text))
    onState('open')
  }

  return {
    send: (text) => findHost()?.post(text),
    onText: (listener) => {
      onText = listener
    },
    onState: (listener) => {
      onState = listener
    },
    start: () => {
      const host = findHost()
      if (host !== undefined) {
        open(host)
        return
      }
      onState('connecting')
      const openWhenReady = () => {
        document.removeEventListener('qgishostready', openWhenReady)
        const arrived = findHost()
        if (arrived !== undefined) open(arrived)
      }
      document.addEventListener('qgishostready', openWhenReady)
    },
    takeOver: () => {},
  }
}
