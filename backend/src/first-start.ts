/** What happens on a first start: the local credential, the first administrator, and the example layers. */
import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Client, createClient } from './client/client.ts'
import { credentialFile, type LocalCredential } from './client/local-credential.ts'
import type { Tokens } from './services/tokens.ts'

const system = { kind: 'system', name: 'first start' } as const
const nobody = { organisation: 'SEC-IMS', email: 'administrator@localhost.localdomain' }

/** The token of the command line on this machine; made anew when it has stopped working. Mode 0600. */
export const keepLocalCredential = async ({
  tokens,
  dataDir,
  url,
}: {
  tokens: Tokens
  dataDir: string
  url: string
}): Promise<LocalCredential> => {
  const path = credentialFile(dataDir)
  const present = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as LocalCredential,
    () => null,
  )
  const isValid = present !== null && (await tokens.recognise(present.token)) !== null
  const token = isValid
    ? present.token
    : (
        await tokens.issue(
          {
            ...nobody,
            role: 'administrator',
            name: 'Local administrator',
            description: 'Command line on the server itself',
          },
          system,
        )
      ).token
  const credential = { url, token }
  await writeFile(`${path}.new`, JSON.stringify(credential), { mode: 0o600 })
  await chmod(`${path}.new`, 0o600)
  await rename(`${path}.new`, path)
  return credential
}

export const issueFirstAdministrator = async (tokens: Tokens): Promise<string> =>
  (await tokens.issue({ ...nobody, role: 'administrator', name: 'First administrator' }, system)).token

type Example = { id: string; file: string; layer: string; metadata: string; sld?: string; qml?: string }

const publishExample = async (client: Client, folder: string, example: Example): Promise<void> => {
  const upload = await client.uploadFile(join(folder, example.file))
  const metadata = JSON.parse(await readFile(join(folder, example.metadata), 'utf8'))
  let styleId: string | undefined
  if (example.sld !== undefined) {
    const form = new FormData()
    form.append('sld', new Blob([await readFile(join(folder, example.sld))]), `${example.id}.sld`)
    if (example.qml !== undefined)
      form.append('qml', new Blob([await readFile(join(folder, example.qml))]), `${example.id}.qml`)
    form.append('title', String(metadata.title ?? example.id))
    styleId = (
      await client.expectOk(
        client.api.POST('/styles', { body: form as never, bodySerializer: (body) => body as never }),
      )
    ).id
  }
  const record = await client.expectOk(
    client.api.POST('/records', { body: { metadata, uploadId: upload.id, layer: example.layer } }),
  )
  const accepted = await client.expectOk(
    client.api.POST('/records/{recordId}/publications', {
      params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
      body: { uploadId: upload.id, layer: example.layer, collectionId: example.id, styleId },
    }),
  )
  await client.waitForPublication(accepted.id)
}

/** Publishes the example layers through the public path, as anybody would. One that fails does not stop the others. */
export const publishExamples = async ({
  credential,
  folder,
  log,
  onProgress,
}: {
  credential: LocalCredential
  folder: string
  log: Logger
  onProgress: (done: number, total: number, name: string) => void
}): Promise<void> => {
  const client = createClient(credential)
  const examples = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as Example[]
  for (const [at, example] of examples.entries()) {
    onProgress(at, examples.length, example.id)
    await publishExample(client, folder, example).catch((error) =>
      log.error(
        { event: 'example.failed', example: example.id, err: error },
        'an example could not be published',
      ),
    )
  }
  onProgress(examples.length, examples.length, '')
}
