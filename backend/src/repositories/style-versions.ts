/** Styles as they were after each change, as rows. */
import type { Knex } from 'knex'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { Style } from './styles.ts'

export type StyleVersion = {
  version: number
  title: string
  sldVersion: Style['sldVersion']
  sldSha256: string | null
  qmlSha256: string | null
  what: 'created' | 'replaced' | 'restored'
  restoredFrom: number | null
  madeBy: string | null
  madeAt: string
}

type StyleVersionRow = {
  style_id: string
  version: number
  title: string
  sld_version: Style['sldVersion']
  sld_sha256: string | null
  qml_sha256: string | null
  what: StyleVersion['what']
  restored_from: number | null
  made_by: string | null
  made_at: string
}

const fromRow = (row: StyleVersionRow): StyleVersion => ({
  version: row.version,
  title: row.title,
  sldVersion: row.sld_version,
  sldSha256: row.sld_sha256,
  qmlSha256: row.qml_sha256,
  what: row.what,
  restoredFrom: row.restored_from,
  madeBy: row.made_by,
  madeAt: row.made_at,
})

export const styleVersions = (db: Knex) => ({
  add: async (
    style: Style,
    made: { what: StyleVersion['what']; madeBy: string | null; restoredFrom?: number | null },
  ): Promise<void> => {
    await db('style_version').insert({
      style_id: style.id,
      version: style.version,
      title: style.title,
      sld_version: style.sldVersion,
      sld_sha256: style.sldSha256,
      qml_sha256: style.qmlSha256,
      what: made.what,
      restored_from: made.restoredFrom ?? null,
      made_by: made.madeBy,
    })
  },

  /** The newest first. */
  list: async (styleId: string): Promise<StyleVersion[]> =>
    (await db<StyleVersionRow>('style_version').where({ style_id: styleId }).orderBy('version', 'desc')).map(
      (row) => fromRow(row as StyleVersionRow),
    ),

  get: async (styleId: string, version: number): Promise<StyleVersion> => {
    const row = await db<StyleVersionRow>('style_version').where({ style_id: styleId, version }).first()
    return row
      ? fromRow(row)
      : raise(generalProblems.notFound({ what: `version of style ${styleId}`, id: String(version) }))
  },

  /** Those beyond the newest `most`; returns what is left of them to be tidied away. */
  removeOldest: async (styleId: string, most: number): Promise<StyleVersion[]> => {
    const left = (await styleVersions(db).list(styleId)).slice(most)
    const oldest = left[0]
    if (oldest)
      await db('style_version').where({ style_id: styleId }).where('version', '<=', oldest.version).delete()
    return left
  },
})
