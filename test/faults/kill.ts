/** What an operator and a client do after a crash, and what must come of it. */
import { expect } from 'vitest'
import { isRefusal, type PublicationJson } from '../../backend/src/client/client.ts'
import { type ServerProcess, until } from '../helpers/server-process.ts'
import { askToPublish, comeBack, type Subject } from './world.ts'

/**
 * Restarts, repeats the request if nothing had come back, and waits for the end; it must be 'done', with one publication
 * for all the requests with this key (W3).
 */
export const finishPublication = async (
  server: ServerProcess,
  request: {
    subject: Subject
    uploadId: string
    key: string
    version: number
    answer: PublicationJson | undefined
  },
): Promise<PublicationJson> => {
  const { subject, answer } = request
  await comeBack(server)
  const { administrator } = server
  const list = async () =>
    (
      await administrator.expectOk(
        administrator.api.GET('/records/{recordId}/publications', {
          params: { path: { recordId: subject.recordId } },
        }),
      )
    ).publications
  const again =
    answer ??
    (await until('an answer to the repeated request', () =>
      askToPublish(administrator, request).catch((error) => {
        if (isRefusal(error) && error.problem.code === 'conflict') return undefined
        throw error
      }),
    ))
  const publication = await administrator.waitForPublication(again.id)
  expect(publication.state).toBe('done')
  const publications = await list()
  expect(publications[0]?.id).toBe(again.id)
  const earlier = subject.effects.filter((effect) => /published|replaced/.test(effect)).length
  expect(publications, 'publications of all requests with this key').toHaveLength(earlier + 1)
  return publication
}
