/** What a server leaves in its data folder (mode 0600), so that its administrator needs no token on that machine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type LocalCredential = { url: string; token: string }

export const credentialFile = (dataDir: string) => join(dataDir, 'local-credential.json')

export const readLocalCredential = (dataDir: string): LocalCredential | null => {
  try {
    return JSON.parse(readFileSync(credentialFile(dataDir), 'utf8')) as LocalCredential
  } catch {
    return null
  }
}
