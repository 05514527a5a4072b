/**
 * The panel in the system's browser: texts go up by POST and come down by long polling. The token is in the address'
 * fragment, leaves the address at once, and is kept for this tab only, so that a reload works.
 */
import type { LinkState, Transport } from './port.ts'

const tokenKey = 'secims-token'
const retryMs = 2000

type Answer = { status: number; body: { ack?: number; seq?: number; messages?: string[]; reason?: string } }

export type Ask = (request: {
  method: 'GET' | 'POST'
  path: string
  token: string
  body?: string
}) => Promise<Answer>

/** Status 0 is an unreachable QGIS. */
export const askByXhr: Ask = ({ method, path, token, body }) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open(method, path)
    request.setRequestHeader('X-Bridge-Token', token)
    if (body !== undefined) request.setRequestHeader('Content-Type', 'application/json')
    request.onloadend = () => {
      let answer: Answer['body'] = {}
      try {
        answer = JSON.parse(request.responseText) as Answer['body']
      } catch {
        // An answer without JSON has its status only.
      }
      resolve({ status: request.status, body: answer })
    }
    request.send(body ?? null)
  })

/** Takes the token out of the address, or from before a reload. */
export const takeToken = (place: {
  hash: string
  path: string
  replaceAddress: (path: string) => void
  memory: Pick<Storage, 'getItem' | 'setItem'>
}): string | null => {
  const given = /^#(?:token=)?([A-Za-z0-9_-]{16,})$/.exec(place.hash)?.[1]
  if (given === undefined) return place.memory.getItem(tokenKey)
  place.memory.setItem(tokenKey, given)
  place.replaceAddress(place.path)
  return given
}

export const createLoopbackTransport = ({
  ask,
  token,
  newClient,
  later,
}: {
  ask: Ask
  token: string
  newClient: () => string
  later: (task: () => void, ms: number) => void
}): Transport => {
  let onText: (text: string) => void = () => {}
  let onState: (state: LinkState) => void = () => {}
  let state: LinkState = 'connecting'
  let client = ''
  let sentSeq = 0
  let receivedSeq = 0
  let isSending = false
  // A loop of an earlier client must not go on beside the present one.
  let run = 0
  let isFirstPoll = true
  const outbox: string[] = []

  const become = (next: LinkState) => {
    if (state === next) return
    state = next
    onState(next)
  }

  /** A new client: QGIS makes it the only one. */
  const begin = () => {
    run += 1
    client = newClient()
    sentSeq = 0
    receivedSeq = 0
    outbox.length = 0
    isSending = false
    // Whoever sees 'lost' goes on seeing it until QGIS is there again.
    if (state !== 'lost') state = 'connecting'
    isFirstPoll = true
    void poll(run)
  }

  /** Moved to another tab; a panel that QGIS closed may be opened again. */
  const isTakenOver = ({ status, body }: Answer) => status === 410 && body.reason !== 'closed'

  const poll = async (mine: number): Promise<void> => {
    // The first look does not wait for a message, because the hello is only sent once QGIS is known to be there.
    const path = `/poll?client=${client}&after=${receivedSeq}${isFirstPoll ? '&wait=0' : ''}`
    const answer = await ask({ method: 'GET', path, token })
    const { status, body } = answer
    if (mine !== run) return
    if (isTakenOver(answer)) {
      become('taken-over')
      return
    }
    if (status !== 200) {
      become('lost')
      later(() => {
        if (mine === run) begin()
      }, retryMs)
      return
    }
    isFirstPoll = false
    become('open')
    receivedSeq = body.seq ?? receivedSeq
    for (const text of body.messages ?? []) onText(text)
    return poll(mine)
  }

  const flush = async (mine: number): Promise<void> => {
    if (isSending || outbox.length === 0) return
    isSending = true
    const messages = outbox.slice()
    const body = JSON.stringify({ client, seq: sentSeq + 1, messages })
    const answer = await ask({ method: 'POST', path: '/post', token, body })
    if (mine !== run) return
    isSending = false
    if (answer.status === 200) {
      sentSeq += messages.length
      outbox.splice(0, messages.length)
    } else if (isTakenOver(answer)) become('taken-over')
    else {
      // The same messages under the same number: QGIS takes each once.
      later(() => {
        if (mine === run) void flush(mine)
      }, retryMs)
      return
    }
    return flush(mine)
  }

  return {
    send: (text) => {
      outbox.push(text)
      void flush(run)
    },
    onText: (listener) => {
      onText = listener
    },
    onState: (listener) => {
      onState = listener
    },
    start: begin,
    takeOver: begin,
  }
}
