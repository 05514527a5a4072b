/** Layers of other people's web services, as the map viewer shows them (R9.7). */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { downloadHeaders } from '../http/file-body.ts'
import type { ServiceMaps, ServicePicture } from '../services/service-maps.ts'

type Operations = Pick<
  operations,
  'listServiceLayers' | 'getServiceTile' | 'getServiceLegend' | 'findServiceFeatures'
>

/** Other people's bytes: a picture and nothing else. */
const pictureAnswer = ({ mediaType, bytes }: ServicePicture) =>
  ({
    status: 200,
    headers: { ...downloadHeaders, 'Cache-Control': 'public, max-age=600' },
    raw: { contentType: mediaType, bytes },
  }) as const

const demandInMatrix = (zoom: number, column: number, row: number) => {
  const most = 2 ** zoom - 1
  if (column > most || row > most)
    throw generalProblems.notFound({ what: 'tile', id: `${zoom}/${column}/${row}` })
}

export const serviceMapHandlers = ({ serviceMaps }: { serviceMaps: ServiceMaps }): Handlers<Operations> => ({
  listServiceLayers: async ({ path }) => ({
    status: 200,
    headers: { 'Cache-Control': 'no-cache' },
    body: { layers: await serviceMaps.list(path.recordId) },
  }),
  getServiceTile: async ({ path }) => {
    const { recordId, layer, zoom, column, row } = path
    demandInMatrix(zoom, column, row)
    const found = await serviceMaps.tile(recordId, layer, { zoom, column, row })
    return found === null ? { status: 204 } : pictureAnswer(found)
  },
  getServiceLegend: async ({ path }) => pictureAnswer(await serviceMaps.legend(path.recordId, path.layer)),
  findServiceFeatures: async ({ path, query }) => ({
    status: 200,
    headers: { 'Cache-Control': 'no-cache' },
    body: { features: await serviceMaps.at(path.recordId, path.layer, query) },
  }),
})
