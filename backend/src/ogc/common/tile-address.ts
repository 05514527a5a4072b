/** Which tile a path means; 404 where there is none. */
import { raise } from '../../domain/problem.ts'
import { generalProblems } from '../../domain/problems/general.ts'
import {
  isInMatrix,
  isTileMatrixSetId,
  type TileAddress,
  type TileMatrixSetId,
  tileMatrixSets,
} from '../../geo/tile-matrix-sets.ts'

export const demandSet = (text: string): TileMatrixSetId =>
  isTileMatrixSetId(text) ? text : raise(generalProblems.notFound({ what: 'tile matrix set', id: text }))

const toNumber = (text: string): number => (/^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : -1)

export const demandAddress = (
  tileMatrixSetId: TileMatrixSetId,
  path: { tileMatrix: string; tileRow: string; tileCol: string },
): TileAddress => {
  const zoom = toNumber(path.tileMatrix)
  if (zoom < 0 || zoom > tileMatrixSets[tileMatrixSetId].lastZoom)
    throw generalProblems.notFound({ what: `tile matrix of ${tileMatrixSetId}`, id: path.tileMatrix })
  const address = { tileMatrixSetId, zoom, row: toNumber(path.tileRow), column: toNumber(path.tileCol) }
  if (!isInMatrix(address))
    throw generalProblems.notFound({
      what: `tile (row/column) of tile matrix ${zoom} of ${tileMatrixSetId}`,
      id: `${path.tileRow}/${path.tileCol}`,
    })
  return address
}
