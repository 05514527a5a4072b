/** Large files from the server's own storage (R5.7, R12.4). */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { StoredUploads } from '../services/stored-uploads.ts'
import { toUploadJson } from './uploads.ts'

type Operations = Pick<operations, 'listStoredFiles' | 'createUploadFromStorage'>

export const storedFileHandlers = ({
  storedUploads,
}: {
  storedUploads: StoredUploads
}): Handlers<Operations> => ({
  listStoredFiles: async () => ({
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: { files: await storedUploads.list() },
  }),

  createUploadFromStorage: async ({ path, body, actor, http }) => {
    const upload = await storedUploads.begin(path.fileId, { recordId: body.recordId ?? null }, actor)
    return {
      status: 201,
      headers: { Location: `${http.faceUrl}/uploads/${upload.id}` },
      body: toUploadJson(upload),
    }
  },
})
