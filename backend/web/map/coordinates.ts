/** Places as people write them: degrees, and the grids that the deployment offers (R13.6). */
import proj4 from 'proj4'

export type Grid = { name: string; from: (place: readonly [number, number]) => readonly [number, number] }
type Offered = { name: string; proj4?: string }

/** PROJ counts in metres unless it is told otherwise. Mercator is for screens: nobody reads its figures. */
const isInMetres = (definition: string) =>
  !/\+proj=(?:longlat|merc)\b|\+units=(?!m\b)|\+to_meter=/.test(definition)

/** Systems in metres, with the shift to WGS 84 that the server uses, too; degrees of other datums help nobody here. */
export const toGrids = (offered: readonly Offered[]): Grid[] =>
  offered.flatMap(({ name, proj4: definition }) => {
    if (definition === undefined || !isInMetres(definition)) return []
    const converter = proj4('EPSG:4326', definition)
    return [
      { name, from: ([longitude, latitude]) => converter.forward([longitude, latitude]) as [number, number] },
    ]
  })

const degrees = (value: number, [positive, negative]: readonly [string, string]) =>
  `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`

/** A grid far from where it is meant for gives figures that mean nothing. */
const isSensible = (value: number) => Number.isFinite(value) && Math.abs(value) < 12_000_000

export const placeTexts = (
  place: readonly [number, number],
  grids: readonly Grid[],
): { name: string; text: string }[] => [
  { name: 'WGS 84', text: `${degrees(place[1], ['N', 'S'])}, ${degrees(place[0], ['E', 'W'])}` },
  ...grids.flatMap(({ name, from }) => {
    const [east, north] = from(place)
    return isSensible(east) && isSensible(north)
      ? [{ name, text: `${Math.round(east)} E, ${Math.round(north)} N` }]
      : []
  }),
]
