/** Publishes a file through the public path, as an analyst does, in one call. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type {
  Client,
  PublicationJson,
  PublishRequestJson,
  RecordJson,
} from '../../backend/src/client/client.ts'
import type { components } from '../../backend/src/contract/catalogue.gen.ts'

type Metadata = components['schemas']['RecordMetadataDraft']

export type Published = { record: RecordJson; publication: PublicationJson; collectionId: string }

export const publishFile = async (
  client: Client,
  path: string,
  request: PublishRequestJson & { metadata?: Metadata; domainId?: string; name?: string } = {},
): Promise<Published> => {
  const { metadata, domainId, name, ...publishRequest } = request
  const upload = await client.uploadFile(path, { name })
  const record = await client.expectOk(
    client.api.POST('/records', {
      body: {
        uploadId: upload.id,
        layer: publishRequest.layer,
        metadata: metadata ?? {},
        domainId,
        completeDefaults: true,
      },
    }),
  )
  const publication = await publishRecord(client, record, { uploadId: upload.id, ...publishRequest })
  return {
    record: await getRecord(client, record.id),
    publication,
    collectionId: publication.result?.collectionId ?? '',
  }
}

export const publishRecord = async (
  client: Client,
  record: RecordJson,
  request: PublishRequestJson,
): Promise<PublicationJson> => {
  const accepted = await client.expectOk(
    client.api.POST('/records/{recordId}/publications', {
      params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
      body: request,
    }),
  )
  return client.waitForPublication(accepted.id)
}

/** New data for a record that is published already. */
export const replaceData = async (
  client: Client,
  recordId: string,
  path: string,
  request: PublishRequestJson = {},
): Promise<PublicationJson> => {
  const upload = await client.uploadFile(path)
  return publishRecord(client, await getRecord(client, recordId), { uploadId: upload.id, ...request })
}

export const getRecord = (client: Client, recordId: string): Promise<RecordJson> =>
  client.expectOk(client.api.GET('/records/{recordId}', { params: { path: { recordId } } }))

type Versioned = Pick<RecordJson, 'id' | 'version'>

const changing = ({ id, version }: Versioned) => ({
  params: { path: { recordId: id }, header: { 'If-Match': `"${version}"` } },
})

/** As an administrator sends it back to its owner. */
export const returnRecord = (
  administrator: Client,
  record: Versioned,
  reason = 'Please name the laboratory.',
): Promise<RecordJson> =>
  administrator.expectOk(
    administrator.api.POST('/records/{recordId}/return', { ...changing(record), body: { reason } }),
  )

export const deprecateRecord = (
  client: Client,
  record: Versioned,
  successorId?: string,
): Promise<RecordJson> =>
  client.expectOk(
    client.api.POST('/records/{recordId}/deprecate', { ...changing(record), body: { successorId } }),
  )

export const addStyle = async (client: Client, sld: string, qml?: string): Promise<string> => {
  const form = new FormData()
  form.append('sld', new Blob([await readFile(sld)]), basename(sld))
  if (qml !== undefined) form.append('qml', new Blob([await readFile(qml)]), basename(qml))
  const style = await client.expectOk(
    client.api.POST('/styles', { body: form as never, bodySerializer: (body) => body as never }),
  )
  return style.id
}

export const doctorFindings = async (administrator: Client) =>
  (await administrator.expectOk(administrator.api.GET('/doctor'))).findings
