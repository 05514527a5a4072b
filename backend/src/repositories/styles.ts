/** Styles as rows, and who uses them. */
import type { Knex } from 'knex'
import { pageOf } from '../db/page.ts'
import type { CollectionColumn } from '../domain/collection.ts'
import type { GeometryType } from '../domain/probe.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { bandNames, type RasterFacts } from '../domain/raster.ts'
import type { RecordState } from '../domain/record.ts'
import type { StyleFinding } from '../styles/gate.ts'
import type { SymbolizerKind } from '../styles/model.ts'

export type Style = {
  id: string
  title: string
  ownerId: string | null
  /** null, like the SLD itself, for a style that is a QML alone. */
  sldVersion: '1.0.0' | '1.1.0' | null
  sldSha256: string | null
  qmlSha256: string | null
  /** Warnings of the gate; errors never get this far. */
  findings: StyleFinding[]
  /** What it has symbols for; null for styles of which nobody noted it. */
  draws: SymbolizerKind[] | null
  version: number
  createdAt: string
  updatedAt: string
}

type StyleRow = {
  id: string
  title: string
  owner_id: string | null
  sld_version: Style['sldVersion']
  sld_sha256: string | null
  qml_sha256: string | null
  findings: StyleFinding[]
  draws: SymbolizerKind[] | null
  version: number
  request_id: string | null
  created_at: string
  updated_at: string
}

const fromRow = (row: StyleRow): Style => ({
  id: row.id,
  title: row.title,
  ownerId: row.owner_id,
  sldVersion: row.sld_version,
  sldSha256: row.sld_sha256,
  qmlSha256: row.qml_sha256,
  findings: row.findings,
  draws: row.draws,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** What a style says; `title` stays as it is where it is absent. */
export type StyleContent = Pick<Style, 'sldVersion' | 'sldSha256' | 'qmlSha256' | 'findings' | 'draws'> & {
  title?: string
}

const toColumns = (content: StyleContent) => ({
  ...(content.title === undefined ? {} : { title: content.title }),
  sld_version: content.sldVersion,
  sld_sha256: content.sldSha256,
  qml_sha256: content.qmlSha256,
  findings: JSON.stringify(content.findings),
  draws: content.draws,
})

export type StyledRecord = { recordId: string; title: string; state: RecordState }
/** What a style has to fit. */
export type LayerToStyle = {
  geometryType: GeometryType | 'Raster' | null
  fields: string[]
  /** Of a raster. */
  bands?: string[]
}

type LayerRow = {
  columns: CollectionColumn[]
  geometryType: GeometryType | null
  raster: RasterFacts | null
}
const layerMembers = {
  columns: 'collection.columns',
  geometryType: 'collection.geometry_type',
  raster: 'collection.raster',
}

const toLayer = ({ columns, geometryType, raster }: LayerRow): LayerToStyle => ({
  geometryType: raster === null ? geometryType : 'Raster',
  fields: columns.map(({ name }) => name),
  ...(raster !== null && { bands: bandNames(raster) }),
})

const absent = (id: string) => generalProblems.notFound({ what: 'style', id })

export const styles = (db: Knex) => ({
  find: async (id: string): Promise<Style | undefined> => {
    const row = await db<StyleRow>('style').where({ id }).first()
    return row && fromRow(row)
  },
  get: async (id: string): Promise<Style> => {
    const row = await db<StyleRow>('style').where({ id }).first()
    return row ? fromRow(row) : raise(absent(id))
  },
  /** The style that a request has made. */
  findByRequest: async (requestId: string): Promise<Style | undefined> => {
    const row = await db<StyleRow>('style').where({ request_id: requestId }).first()
    return row && fromRow(row)
  },
  lock: async (id: string): Promise<Style> => {
    const row = await db<StyleRow>('style').where({ id }).forUpdate().first()
    return row ? fromRow(row) : raise(absent(id))
  },
  /** undefined when the id is taken. */
  add: async (
    style: StyleContent & { id: string; title: string; ownerId: string | null; requestId: string },
  ): Promise<Style | undefined> => {
    const [row] = await db('style')
      .insert({ ...toColumns(style), id: style.id, owner_id: style.ownerId, request_id: style.requestId })
      .onConflict('id')
      .ignore()
      .returning('*')
    return row && fromRow(row as StyleRow)
  },
  change: async (id: string, content: StyleContent): Promise<Style> => {
    const [row] = await db('style')
      .where({ id })
      .update({ ...toColumns(content), version: db.raw('version + 1'), updated_at: db.fn.now() })
      .returning('*')
    return row ? fromRow(row as StyleRow) : raise(absent(id))
  },
  remove: async (id: string): Promise<void> => {
    await db('style').where({ id }).delete()
  },
  list: async (filter: {
    limit: number
    offset: number
    q?: string
    /** Kind of symbols it has; styles that only label go with all features. */
    draws?: SymbolizerKind
  }): Promise<{ styles: Style[]; total: number }> => {
    const matching = db<StyleRow>('style')
    if (filter.q)
      matching.whereRaw('(strpos(lower(title), lower(?)) > 0 or strpos(id, lower(?)) > 0)', [
        filter.q,
        filter.q,
      ])
    if (filter.draws)
      matching.whereRaw('(draws is null or ? = any (draws) or (? <> ? and draws = array[?]))', [
        filter.draws,
        filter.draws,
        'raster',
        'text',
      ])
    const { rows, total } = await pageOf<StyleRow>(matching, {
      ...filter,
      order: [{ column: 'title' }, { column: 'id' }],
    })
    return { styles: rows.map(fromRow), total }
  },

  /** Records that use these styles, by style. */
  usersOf: async (ids: string[]): Promise<Map<string, StyledRecord[]>> => {
    const rows = await db('record_style as rs')
      .join('record as r', 'r.id', 'rs.record_id')
      .leftJoin('catalogue_entry as e', 'e.record_id', 'r.id')
      .whereIn('rs.style_id', ids)
      .whereNot('r.state', 'deleted')
      .orderBy('r.id')
      .select({ styleId: 'rs.style_id', recordId: 'r.id', state: 'r.state', title: 'e.title' })
    const users = new Map<string, StyledRecord[]>(ids.map((id) => [id, []]))
    for (const { styleId, recordId, title, state } of rows)
      users.get(styleId)?.push({ recordId, title: title ?? '', state })
    return users
  },

  /** The layers a style draws. */
  layersOf: async (id: string): Promise<LayerToStyle[]> =>
    (
      await db('record_style as rs')
        .join('collection', 'collection.record_id', 'rs.record_id')
        .where('rs.style_id', id)
        .select(layerMembers)
    ).map(toLayer),

  /** The layer of a record; one of no kind and without fields where there is none. */
  layerOf: async (recordId: string): Promise<LayerToStyle> => {
    const row = await db('collection').where({ record_id: recordId }).first(layerMembers)
    return row ? toLayer(row) : { geometryType: null, fields: [] }
  },

  findAttached: async (recordId: string, styleId: string): Promise<{ isDefault: boolean } | undefined> =>
    db('record_style').where({ record_id: recordId, style_id: styleId }).first({ isDefault: 'is_default' }),
})
