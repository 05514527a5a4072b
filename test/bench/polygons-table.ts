/** The table most benches of the faces use: polygons of eleven vertices on average, with seven attributes. */
import type pg from 'pg'
import { SEED } from './data.ts'

export const benchSrid = 32620
/** Features on a square kilometre. */
export const benchDensity = 278
export const benchCorner = { west: 690_000, south: 1_500_000 }

export const benchColumns = [
  { name: 'uid', column: 'c1', type: 'string' },
  { name: 'name', column: 'c2', type: 'string' },
  { name: 'class', column: 'c3', type: 'string' },
  { name: 'height', column: 'c4', type: 'number' },
  { name: 'pop', column: 'c5', type: 'integer' },
  { name: 'surveyed', column: 'c6', type: 'date' },
  { name: 'updated', column: 'c7', type: 'datetime' },
] as const

/** Metres on each side of the square that so many features fill. */
export const benchSide = (count: number): number => Math.sqrt(count / benchDensity) * 1000

/** Makes data.<tableName> as the loader leaves a table: neighbours on the same pages, key, spatial index, statistics. */
export const makePolygonsTable = async (
  pool: pg.Pool,
  tableName: string,
  count: number,
  feature: { text: (at: number) => string; values: unknown[] },
): Promise<void> => {
  const side = benchSide(count)
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query(`select setseed(${SEED / 1e8})`)
    await client.query(
      `create table data.${tableName} (fid bigint, geom geometry(Polygon, ${benchSrid}), c1 text, c2 text, c3 text, c4 float8, c5 bigint, c6 date, c7 timestamptz, feature text)`,
    )
    await client.query(
      `with made as (
         select i, x, y, st_setsrid(st_makepolygon(st_makeline(array(
             select st_makepoint(x + 15 * cos(a * 2 * pi() / n), y + 15 * sin(a * 2 * pi() / n) * (0.7 + 0.3 * random())) from generate_series(0, n - 1) a)
           || st_makepoint(x + 15, y))), ${benchSrid}) as geom
         from (select i, ${benchCorner.west} + random() * ${side} as x, ${benchCorner.south} + random() * ${side} as y, 8 + floor(random() * 5)::int as n
               from generate_series(1, $1::int) i offset 0) seeds)
       insert into data.${tableName}
       select i, geom, 'lc-' || md5(i::text), 'Site ' || i,
         (array['mangrove','seagrass','coral reef','beach','forêt "sèche"','cliff','estuary'])[1 + floor(random() * 7)::int],
         round((random() * 95)::numeric, 2)::float8, floor(random() * 50000)::bigint, date '2000-01-01' + floor(random() * 9000)::int,
         timestamptz '2010-01-01Z' + random() * 400000000 * interval '1 second'
       from made`,
      [count],
    )
    await client.query(`create table data.${tableName}p (like data.${tableName})`)
    await client.query(
      `insert into data.${tableName}p select fid, geom, c1, c2, c3, c4, c5, c6, c7, ${feature.text(1)} from data.${tableName} t order by fid / 5000, geom`,
      feature.values,
    )
    await client.query(`drop table data.${tableName}`)
    await client.query(`alter table data.${tableName}p rename to ${tableName}`)
    await client.query(`alter table data.${tableName} add primary key (fid)`)
    await client.query(`create index on data.${tableName} using gist (geom)`)
    await client.query(`vacuum analyze data.${tableName}`)
  } finally {
    client.release()
  }
}
