/** Which server the command line speaks to, and with which token. */
import { resolve } from 'node:path'
import { type Client, createClient } from '../client/client.ts'
import { readLocalCredential } from '../client/local-credential.ts'

const isLocal = (url: string) =>
  URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

export const connect = (environment: Record<string, string | undefined>): { client: Client; url: string } => {
  const local = readLocalCredential(resolve(environment['DATA_DIR'] || 'data'))
  const url = (environment['SECIMS_URL'] || local?.url || 'http://localhost:8080').replace(/\/+$/, '')
  // The local credential never leaves this machine.
  const token = environment['SECIMS_TOKEN'] || (isLocal(url) ? local?.token : undefined)
  return { client: createClient({ url, token }), url }
}
