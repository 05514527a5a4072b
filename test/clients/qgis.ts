/** What qgis_client.py does, step by step, with types. */
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'

export type Auth = { method: 'APIHeader' | 'Basic'; token: string }
export type Told = { attributes: Record<string, unknown>; wkt: string | null }
export type Facts = {
  isValid: boolean
  count: number
  crs: string
  geometry: string
  extent: [number, number, number, number]
  fields: Record<string, string>
  can: ('add' | 'delete' | 'attributes' | 'geometries')[]
}
export type Edited = { isStarted: boolean; isSaved?: boolean; errors?: string[]; features?: Told[] }
export type Change =
  | { what: 'add'; wkt: string; attributes: Record<string, unknown> }
  | { what: 'move'; where: Record<string, unknown>; wkt: string }
  | { what: 'change'; where: Record<string, unknown>; attributes: Record<string, unknown> }
  | { what: 'delete'; where: Record<string, unknown> }

/** Each step's parameters and result. */
export type Steps = {
  methods: [object, string[]]
  open: [
    { name: string; url: string; collection: string; auth?: Auth; only_in_view?: boolean; filter?: string },
    Facts,
  ]
  facts: [{ name: string }, Facts]
  read: [{ name: string; bbox?: number[]; crs?: string; expression?: string }, Told[]]
  subset: [{ name: string; expression: string }, { isTaken: boolean; features: Told[]; count: number }]
  edit: [{ name: string; changes: Change[] }, Edited]
  style: [{ name: string; qml: string }, { isLoaded: boolean; message: string }]
  tiles: [
    { name: string; template: string; zmax: number; styled_by?: string; source_layer?: string },
    { isValid: boolean; crs: string; zooms: [number, number] },
  ]
  picture: [{ name: string; extent: number[]; crs?: string }, { drawn: number; errors: string[] }]
  compare: [{ one: string; other: string }, number]
}

export type Step = { [Do in keyof Steps]: { do: Do } & Steps[Do][0] }[keyof Steps]
type Results<Given extends readonly Step[]> = { [At in keyof Given]: Steps[Given[At]['do']][1] }

/** One QGIS from its start to its end. */
export const inQgis = async <const Given extends readonly Step[]>(
  ...steps: Given
): Promise<{ version: number; results: Results<Given>; log: string[] }> =>
  (await runPyQgis('../clients/qgis_client.py', steps)) as {
    version: number
    results: Results<Given>
    log: string[]
  }

/** 32216, or 0 where there is no QGIS. */
export const qgisVersion = async (): Promise<number> => (hasQgis() ? (await inQgis()).version : 0)

export const whySkipped = hasQgis() ? '' : ` (left out: ${whyNoQgis})`
