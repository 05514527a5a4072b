/** What can be done with a published layer besides publishing it again. */
import type { SessionContext } from './session.ts'

export const createLifecycle = ({
  port,
  set,
  get,
  doing,
  demandCall,
  factsOf,
  refreshLayers,
  readLayer,
  forget,
}: SessionContext) => {
  const linkOf = (layer: string) => {
    const link = factsOf(layer)?.link
    if (!link) throw new Error('The layer has no link to the catalogue.')
    return link
  }

  /** The version the person sees; who changed it meanwhile is not overwritten. */
  const etagSeen = (layer: string): string => {
    const published = get().works[layer]?.published
    return published?.kind === 'record' ? published.record.etag : `"${linkOf(layer).version}"`
  }

  /** The record as it is now, and what could replace it. */
  const look = (layer: string) =>
    doing('look', async () => {
      await readLayer(layer)
      const { body } = await demandCall()('catalogue.listRecords', {
        query: { state: 'published', limit: 100 },
      })
      const own = factsOf(layer)?.link?.recordId
      set({ successors: body.records.filter(({ id }) => id !== own).map(({ id, title }) => ({ id, title })) })
    })

  const lookAgain = async (layer: string) => {
    forget(layer)
    await refreshLayers()
    await readLayer(layer)
  }

  const unpublish = (layer: string) =>
    doing('unpublish', async () => {
      const link = linkOf(layer)
      const { body } = await demandCall()('catalogue.unpublishCollection', {
        path: { recordId: link.recordId },
        ifMatch: etagSeen(layer),
      })
      await port.call('layer.setLink', {
        layer,
        link: { ...link, collectionId: null, version: body.version },
      })
      await lookAgain(layer)
      set({ notice: { key: 'linkUnpublished' } })
    })

  const deprecate = (layer: string, successorId: string | null) =>
    doing('deprecate', async () => {
      await demandCall()('catalogue.deprecateRecord', {
        path: { recordId: linkOf(layer).recordId },
        body: { successorId },
        ifMatch: etagSeen(layer),
      })
      await lookAgain(layer)
      set({ notice: { key: 'linkDeprecated' } })
    })

  const forgetLink = (layer: string) =>
    doing('forget', async () => {
      await port.call('layer.setLink', { layer, link: null })
      forget(layer)
      await refreshLayers()
      set({ notice: { key: 'linkForgotten' }, screen: 'publish', subject: null })
    })

  return { look, unpublish, deprecate, forgetLink }
}
