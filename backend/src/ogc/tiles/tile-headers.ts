/** What is said of a tile, whichever way it is sent. */
import { keptButAskedFor, weakEtag } from '../common/caching.ts'

/** Of the state of the data and not of the bytes: whoever has the tile is told so without its being made. */
export const tileHeaders = (key: string) => ({
  // Asked again each time, because a tile keeps its address when the data are replaced.
  'Cache-Control': keptButAskedFor,
  Vary: 'Accept-Encoding',
  ETag: weakEtag(key),
})
