/** PMTiles archives on request. */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { Archives } from '../services/archives.ts'

export const tileArchiveHandlers = ({
  archives,
}: {
  archives: Pick<Archives, 'ask'>
}): Handlers<Pick<operations, 'makeTileArchive'>> => ({
  makeTileArchive: async ({ path, actor, http }) => {
    await archives.ask(path.recordId, { actor, ip: http.ip })
    return { status: 202 }
  },
})
