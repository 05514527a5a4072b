/**
 * A mail server for tests, over a real port: speaks ESMTP as RFC 5321 has it (EHLO, AUTH, MAIL, RCPT, DATA with dots
 * doubled, RSET, QUIT), refuses what comes out of order, and can be told to be down, slow to believe, or to say no.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

export type ReceivedMail = {
  from: string
  to: string[]
  headers: Map<string, string>
  text: string
  html: string
  /** As it came. */
  raw: string
}

export type SmtpServer = {
  url: string
  mails: ReceivedMail[]
  /** How often somebody connected. */
  connections: () => number
  /** Answers of its own: to a command, such as `RCPT`, or to the end of a mail, `.`; undefined is the usual one. */
  answer: (command: string, reply: string | undefined) => void
  stop: () => Promise<void>
}

const decodeWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decodeQuoted(text.replaceAll('_', ' ')),
    )

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  ).toString('utf8')

const readEntity = (raw: string): { headers: Map<string, string>; body: string } => {
  const end = raw.indexOf('\r\n\r\n')
  const head = raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ')
  const headers = new Map(
    head.split('\r\n').map((line): [string, string] => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), decodeWords(line.slice(at + 1).trim())]
    }),
  )
  return { headers, body: raw.slice(end + 4) }
}

const decodeBody = ({ headers, body }: ReturnType<typeof readEntity>): string => {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return encoding === 'quoted-printable' ? decodeQuoted(body) : body
}

const readMail = (raw: string): Pick<ReceivedMail, 'headers' | 'text' | 'html'> => {
  const whole = readEntity(raw)
  const boundary = /boundary="?([^";]+)"?/.exec(whole.headers.get('content-type') ?? '')?.[1]
  const parts =
    boundary === undefined
      ? [whole]
      : whole.body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((part) => readEntity(part.replace(/^\r\n/, '')))
  const ofType = (type: string) => {
    const part = parts.find(({ headers }) => headers.get('content-type')?.startsWith(type))
    return part === undefined ? '' : decodeBody(part).replaceAll('\r\n', '\n').trim()
  }
  return { headers: whole.headers, text: ofType('text/plain'), html: ofType('text/html') }
}

const addressIn = (argument: string): string => /<([^>]*)>/.exec(argument)?.[1] ?? ''

export const smtpServer = async ({ port = 0 }: { port?: number } = {}): Promise<SmtpServer> => {
  const mails: ReceivedMail[] = []
  const answers = new Map<string, string>()
  const sockets = new Set<Socket>()
  let connections = 0

  const serve = (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.setEncoding('latin1')
    let from: string | null = null
    let to: string[] = []
    let data: string | null = null
    let buffered = ''
    const say = (reply: string) => socket.write(`${reply}\r\n`)
    const forget = () => {
      from = null
      to = []
    }
    const obey = (line: string) => {
      const [command = ''] = line.toUpperCase().split(' ')
      const own = answers.get(command)
      if (own !== undefined) {
        say(own)
        return
      }
      switch (command) {
        case 'EHLO':
          forget()
          say('250-mail.test greets you\r\n250-SIZE 10485760\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN')
          return
        case 'HELO':
        case 'RSET':
        case 'NOOP':
          forget()
          say('250 OK')
          return
        case 'AUTH':
          say('235 2.7.0 Authenticated')
          return
        case 'MAIL':
          if (from !== null) say('503 5.5.1 One sender at a time')
          else {
            from = addressIn(line)
            say('250 2.1.0 OK')
          }
          return
        case 'RCPT':
          if (from === null) say('503 5.5.1 MAIL first')
          else {
            to.push(addressIn(line))
            say('250 2.1.5 OK')
          }
          return
        case 'DATA':
          if (to.length === 0) say('503 5.5.1 RCPT first')
          else {
            data = ''
            say('354 End with a dot on a line of its own')
          }
          return
        case 'QUIT':
          say('221 2.0.0 Bye')
          socket.end()
          return
        default:
          say('500 5.5.2 Command not known')
      }
    }
    const take = (line: string) => {
      if (data === null) {
        obey(line)
        return
      }
      if (line !== '.') {
        data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`
        return
      }
      const raw = Buffer.from(data, 'latin1').toString('utf8')
      data = null
      const own = answers.get('.')
      if (own === undefined || own.startsWith('2'))
        mails.push({ from: from ?? '', to, raw, ...readMail(raw) })
      forget()
      say(own ?? '250 2.0.0 Queued')
    }
    say('220 mail.test ESMTP')
    socket.on('data', (piece: string) => {
      buffered += piece
      for (;;) {
        const end = buffered.indexOf('\r\n')
        if (end < 0) return
        const line = buffered.slice(0, end)
        buffered = buffered.slice(end + 2)
        take(line)
      }
    })
  }

  const server = createServer(serve).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    connections: () => connections,
    answer: (command, reply) => {
      if (reply === undefined) answers.delete(command)
      else answers.set(command, reply)
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
