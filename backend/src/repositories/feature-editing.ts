/**
 * Features as they are changed: rows of the table that is served, and what the catalogue keeps of all of them (how many,
 * where, when). Everything runs in the transaction that holds the collection's row, so edits of one collection follow
 * one another, and a replace comes before or after.
 */
import { hash } from 'node:crypto'
import type { Knex } from 'knex'
import { sqlTypes } from '../cql2/to-sql.ts'
import { ident, queryable, sql } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { RequestCrs } from '../domain/feature-query.ts'
import type { Box, FieldType } from '../domain/probe.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import type { Token } from '../domain/token.ts'
import { type CollectionRow, toCollection } from './collections.ts'
import { featureTextExpression } from './features.ts'
import { type RecordRow, toRecord } from './records.ts'
import { type TokenRow, toToken } from './tokens.ts'

/** Types whose texts have no sign that means something in an array. */
const plainTypes: readonly FieldType[] = ['integer', 'number', 'boolean']
const quoted = (text: string | null) => (text === null ? null : `"${text.replace(/["\\]/g, '\\$&')}"`)
/** An array as PostgreSQL reads it; `pg` takes several times longer to write one, because it quotes everything. */
const arrayText = (texts: readonly (string | null)[]): string =>
  `{${texts.map((text) => text ?? 'NULL').join(',')}}`

export type Table = Pick<
  Collection,
  'id' | 'tableName' | 'storageSrid' | 'hasCurves' | 'columns' | 'timeColumn' | 'isPrecomputed'
>

export type NewFeature = {
  /** EWKB as hexadecimal digits. */
  geometry: string | null
  /** Texts by physical column. */
  values: ReadonlyMap<string, string | null>
}

/** Only what is to change. */
export type FeatureChange = {
  fid: string
  geometry?: string | null
  values: ReadonlyMap<string, string | null>
}

/** What rows have in common: where they are (in the system of the data), and first and last time. */
export type Reach = { box: Box | null; times: [string, string] | null }

export type FoundFeature = Reach & {
  fid: string
  etag: string
  /** As GeoJSON calls it; null without geometry. */
  geometryType: string | null
}

const holdRows = sql<{ record: RecordRow; collection: CollectionRow; tokens: TokenRow[] }>(
  'queries/hold-for-edit.sql',
  { isPrepared: true },
)

type Row = Record<string, string | number | boolean | null>

const columnTypes: Record<FieldType, string> = { ...sqlTypes, binary: 'bytea' }

/** Names the state of a feature: a hash of its text. */
const etagOf = (text: string) => `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 24)`

const secondsText = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`

/** A time as the extent of a collection writes it. */
const timeText = (column: CollectionColumn, value: string) =>
  column.type === 'date'
    ? `to_char(${value}, 'YYYY-MM-DD')`
    : `to_char(${value} at time zone 'UTC', ${secondsText})`

const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value)

const toBox = (row: Row): Box | null => {
  const [west, south, east, north] = [row['west'], row['south'], row['east'], row['north']].map(numberOrNull)
  return west == null || south == null || east == null || north == null ? null : [west, south, east, north]
}

const toReach = (row: Row): Reach => ({
  box: toBox(row),
  times: row['first'] == null || row['last'] == null ? null : [String(row['first']), String(row['last'])],
})

/**
 * Nobody else changes record, collection and tokens until the transaction ends; null when the public does not see the
 * collection (any more).
 */
export const holdForEdit = async (
  trx: Knex,
  { id, recordId }: Pick<Collection, 'id' | 'recordId'>,
  { tokenIds, lockWait }: { tokenIds: readonly string[]; lockWait: string },
): Promise<{ record: CatalogueRecord; collection: Collection; tokens: Token[] } | null> => {
  const [row] = await holdRows(trx, { collectionId: id, recordId, tokenIds, lockWait })
  return row
    ? {
        record: toRecord(row.record),
        collection: toCollection(row.collection),
        tokens: row.tokens.map(toToken),
      }
    : null
}

export const featureEditing = (trx: Knex, collection: Table) => {
  const { storageSrid, columns, isPrecomputed } = collection
  const table = ident('data', collection.tableName)
  const time = columns.find(({ column }) => column === collection.timeColumn)
  const hasGeometry = storageSrid !== null
  const written = columns.filter(({ type }) => type !== 'binary')
  const query = async (text: string, values: unknown[] = []): Promise<Row[]> =>
    (await queryable(trx).query({ text, values })).rows as Row[]
  /** For statements that are the same for all edits of a table; planning takes longer than running them. */
  const queryPrepared = async (text: string, values: unknown[]): Promise<Row[]> =>
    (await queryable(trx).query({ text, values, name: hash('sha1', text) })).rows as Row[]

  const edges = { west: 'st_xmin', south: 'st_ymin', east: 'st_xmax', north: 'st_ymax' }
  type Of = (value: string, best: 'min' | 'max') => string
  const ofOne: Of = (value) => value
  const ofMany: Of = (value, best) => `${best}(${value})`
  const timeColumns = (of: Of): string[] =>
    time
      ? [
          `${timeText(time, of(`t.${ident(time.column)}`, 'min'))} as first`,
          `${timeText(time, of(`t.${ident(time.column)}`, 'max'))} as last`,
        ]
      : []
  /** Where and when. */
  const reachColumns = (of: Of): string[] => [
    ...(hasGeometry
      ? Object.entries(edges).map(
          ([name, edge]) => `${of(`${edge}(t.geom)`, edge.endsWith('min') ? 'min' : 'max')} as ${name}`,
        )
      : []),
    ...timeColumns(of),
  ]

  /** From EWKB to what the column takes; its declared type may be narrower than what the collection says. */
  const geometryExpression = (given: string, crs: Pick<RequestCrs, 'epsg'>): string => {
    const placed = `${given}::geometry`
    const moved =
      crs.epsg === storageSrid ? placed : `st_transform(${placed}, ${Math.trunc(storageSrid ?? 0)})`
    const declared = `select postgis_typmod_type(a.atttypmod) from pg_attribute a where a.attrelid = '${table}'::regclass and a.attname = 'geom'`
    return `case when (${declared}) like 'Multi%' then st_multi(${moved}) else ${moved} end`
  }

  /** The text that a table has ready, as SQL over a row called `t`; null where it has none. */
  const ready = isPrecomputed ? featureTextExpression(collection) : null

  /** What is found of a row called `t`; `shown` is its text. */
  const foundColumns = (shown: string): string[] => [
    't.fid::text as id',
    `${etagOf(shown)} as etag`,
    ...(hasGeometry ? ['geometrytype(t.geom) as kind'] : []),
    ...reachColumns(ofOne),
  ]
  const toFound = (row: Row): FoundFeature => ({
    ...toReach(row),
    fid: String(row['id']),
    etag: String(row['etag']),
    geometryType: geoJsonTypes[String(row['kind'])] ?? null,
  })

  /** Those that are there. */
  const find = async (fids: readonly string[]): Promise<FoundFeature[]> => {
    const made = ready === null ? featureTextExpression(collection) : null
    const shown = made === null ? 't.feature' : made.text(2)
    const rows = await queryPrepared(
      `select ${foundColumns(shown).join(', ')} from ${table} t where t.fid = any ($1::bigint[])`,
      [arrayText(fids), ...(made?.values ?? [])],
    )
    return rows.map(toFound)
  }

  const listOf = ({ column, type }: CollectionColumn, some: readonly FeatureChange['values'][]): string => {
    const texts = some.map((values) => values.get(column) ?? null)
    return arrayText(plainTypes.includes(type) ? texts : texts.map(quoted))
  }
  const names = columns.map(({ column }) => ident(column))
  const stored = ['fid', ...(hasGeometry ? ['geom'] : []), ...names]
  /** The next id that nobody had. */
  const freeId = `select greatest(c.next_fid, (select max(fid) + 1::numeric from ${table}), 1) as first
    from collection c where c.id = $1::text`

  /** Rows as they are stored, under the next ids, as a query called `t`; and what inserts them. */
  const insertion = (added: readonly NewFeature[], crs: Pick<RequestCrs, 'epsg'>) => {
    const given = [
      collection.id,
      added.length,
      arrayText(added.map(({ geometry }) => geometry)),
      ...written.map((column) =>
        listOf(
          column,
          added.map(({ values }) => values),
        ),
      ),
    ]
    const lists = given.slice(2).map((_, at) => `$${at + 3}::text[]`)
    const rows = ['(taken.first + g.at - 1)::bigint as fid']
    if (hasGeometry) rows.push(`${geometryExpression('g.given', crs)} as geom`)
    for (const { column, type } of columns)
      rows.push(
        `${type === 'binary' ? 'null' : `g.${ident(column)}`}::${columnTypes[type]} as ${ident(column)}`,
      )
    const asGiven = ['given', ...written.map(({ column }) => ident(column)), 'at']
    return {
      given,
      rows: `free as materialized (${freeId}),
      taken as (
        update collection c set next_fid = (free.first + $2::int)::bigint
        from free where c.id = $1::text and free.first + $2::int <= 9223372036854775807
        returning free.first),
      t as materialized (
        select ${rows.join(', ')}
        from taken, unnest(${lists.join(', ')}) with ordinality as g (${asGiven.join(', ')}))`,
      insert: `insert into ${table} as t (${[...stored, ...(ready ? ['feature'] : [])].join(', ')})
        select ${[...stored.map((name) => `t.${name}`), ...(ready ? [ready.text(given.length + 1)] : [])].join(', ')} from t`,
    }
  }

  const demandAll = (found: number, added: readonly NewFeature[]): void => {
    if (found !== added.length) throw new Error('fewer rows were added than were given')
  }

  return {
    find,

    /** The greatest id there ever was. */
    lastId: async (): Promise<string> => {
      const [row] = await query(`select (free.first - 1)::text as last from (${freeId}) free`, [
        collection.id,
      ])
      return String(row?.['last'] ?? 0)
    },

    /** Adds rows under the next ids, all in one statement; null when there are not so many ids left. */
    add: async (
      added: readonly NewFeature[],
      crs: RequestCrs,
    ): Promise<{ firstFid: string; reach: Reach } | null> => {
      const { given, rows, insert } = insertion(added, crs)
      const [row] = await query(
        `with ${rows}, added as (${insert} returning t.fid)
         select ${['(select count(*)::int from added) as added', 'min(t.fid)::text as first_fid', ...reachColumns(ofMany)].join(', ')} from t`,
        [...given, ...(ready?.values ?? [])],
      )
      if (row?.['added'] === 0) return null
      demandAll(Number(row?.['added']), added)
      return { firstFid: String(row?.['first_fid']), reach: toReach(row ?? {}) }
    },

    /** As `add`, for rows of which each is asked for; in their order. */
    addEach: async (
      added: readonly NewFeature[],
      crs: Pick<RequestCrs, 'epsg'>,
    ): Promise<FoundFeature[] | null> => {
      const { given, rows, insert } = insertion(added, crs)
      const made = ready ?? featureTextExpression(collection)
      const shown = ready ? 't.feature' : made.text(given.length + 1)
      const found = await queryPrepared(
        `with ${rows} ${insert} returning ${foundColumns(shown).join(', ')}`,
        [...given, ...made.values],
      )
      if (found.length === 0) return null
      demandAll(found.length, added)
      const inOrder = (a: FoundFeature, b: FoundFeature) => (BigInt(a.fid) < BigInt(b.fid) ? -1 : 1)
      return found.map(toFound).sort(inOrder)
    },

    /**
     * Changes rows, no row twice; gives those that are there. Columns that a change does not name keep what they have: one
     * statement for all changes of a table is prepared once.
     */
    change: async (
      changes: readonly FeatureChange[],
      crs: Pick<RequestCrs, 'epsg'>,
    ): Promise<FoundFeature[]> => {
      const fids = changes.map(({ fid }) => fid)
      const sets = [...(hasGeometry ? ['geom'] : []), ...written.map(({ column }) => ident(column))]
      if (sets.length === 0 && ready === null) return find(fids)
      const isNamed = ({ geometry, values }: FeatureChange) =>
        [...(hasGeometry ? [geometry !== undefined] : []), ...written.map(({ column }) => values.has(column))]
          .map(Number)
          .join('')
      const given = [
        arrayText(fids),
        arrayText(changes.map(isNamed)),
        arrayText(changes.map(({ geometry }) => geometry ?? null)),
        ...written.map((column) =>
          listOf(
            column,
            changes.map(({ values }) => values),
          ),
        ),
      ]
      const news = new Map<string, string>([
        ['geom', geometryExpression('g.given', crs)],
        ...written.map(
          ({ column, type }) =>
            [ident(column), `g.${ident(column)}::${columnTypes[type]}`] as [string, string],
        ),
      ])
      const rows = stored.map((name) => {
        const at = sets.indexOf(name) + 1
        return at === 0
          ? `o.${name}`
          : `case when substr(g.named, ${at}, 1) = '1' then ${news.get(name)} else o.${name} end as ${name}`
      })
      const lists = given.map((_, at) => `$${at + 1}::${at === 0 ? 'bigint[]' : 'text[]'}`)
      const asGiven = ['fid', 'named', 'given', ...written.map(({ column }) => ident(column))]
      const made = ready ?? featureTextExpression(collection)
      const text = made.text(given.length + 1)
      const changed = [...sets.map((name) => `${name} = t.${name}`), ...(ready ? [`feature = ${text}`] : [])]
      const found = await queryPrepared(
        `with t as materialized (
           select ${rows.join(', ')} from unnest(${lists.join(', ')}) as g (${asGiven.join(', ')})
           join ${table} o on o.fid = g.fid)
         update ${table} d set ${changed.join(', ')} from t where d.fid = t.fid
         returning ${foundColumns(ready ? 'd.feature' : text).join(', ')}`,
        [...given, ...made.values],
      )
      return found.map(toFound)
    },

    remove: async (fids: readonly string[]): Promise<void> => {
      await queryPrepared(`delete from ${table} where fid = any ($1::bigint[])`, [arrayText(fids)])
    },

    /**
     * Where all features are, knowing that it is within `outer`. Each side is looked for in the index from outside, and
     * then exactly among the few that reach as far: reading the whole table would take a thousand times longer. (`<->`
     * would be exact at once, but fails now and then with 'index returned tuples in wrong order'.)
     */
    box: async (outer: Box): Promise<Box | null> => {
      const [west, south, east, north] = outer
      const sides: { along: Box; edge: string; best: 'min' | 'max'; strip: (edge: number) => Box }[] = [
        {
          along: [west, south, west, north],
          edge: edges.west,
          best: 'min',
          strip: (edge) => [west, south, edge, north],
        },
        {
          along: [west, south, east, south],
          edge: edges.south,
          best: 'min',
          strip: (edge) => [west, south, east, edge],
        },
        {
          along: [east, south, east, north],
          edge: edges.east,
          best: 'max',
          strip: (edge) => [edge, south, east, north],
        },
        {
          along: [west, north, east, north],
          edge: edges.north,
          best: 'max',
          strip: (edge) => [west, edge, east, north],
        },
      ]
      const found: number[] = []
      for (const { along, edge, best, strip } of sides) {
        const [near] = await query(
          `select ${edge}(t.geom) as edge from ${table} t where t.geom is not null
           order by t.geom <#> st_setsrid(st_makeline(st_makepoint($1::float8, $2::float8), st_makepoint($3::float8, $4::float8)), $5::int)
           limit 1`,
          [...along, storageSrid],
        )
        if (near === undefined) return null
        const [row] = await query(
          `select ${best}(${edge}(t.geom)) as edge from ${table} t
           where t.geom && st_makeenvelope($1::float8, $2::float8, $3::float8, $4::float8, $5::int)`,
          [...strip(Number(near['edge'])), storageSrid],
        )
        found.push(Number(row?.['edge'] ?? near['edge']))
      }
      return found as Box
    },

    /** First and last time of all features. */
    times: async (): Promise<Reach['times']> => {
      if (!time) return null
      const [row] = await query(`select ${timeColumns(ofMany).join(', ')} from ${table} t`)
      return row ? toReach(row).times : null
    },
  }
}

/** Curves appear as what they become when drawn with lines. */
const geoJsonTypes: Record<string, string> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  POLYGON: 'Polygon',
  MULTIPOINT: 'MultiPoint',
  MULTILINESTRING: 'MultiLineString',
  MULTIPOLYGON: 'MultiPolygon',
  GEOMETRYCOLLECTION: 'GeometryCollection',
}
