/** Vacuums and analyses tables that changed much: in the embedded database no background process of PostgreSQL runs. */
import type { Pool } from 'pg'
import type { Logger } from 'pino'

const EVERY_MS = 10 * 60_000

const findChangedTables = `
  select format('%I.%I', schemaname, relname) as name
  from pg_stat_all_tables
  where schemaname not like 'pg_toast%' and schemaname not like 'pg_temp%'
    and (n_dead_tup > 500 + 0.2 * n_live_tup or n_mod_since_analyze > 500 + 0.1 * n_live_tup)
  order by n_dead_tup desc
  limit 50`

export const vacuumChangedTables = async (pool: Pool): Promise<string[]> => {
  // The counts are otherwise written with a delay, and only while somebody asks.
  await pool.query('select pg_stat_force_next_flush()')
  const { rows } = await pool.query<{ name: string }>(findChangedTables)
  for (const { name } of rows) await pool.query(`vacuum (analyze) ${name}`)
  return rows.map(({ name }) => name)
}

export const startHousekeeping = (pool: Pool, log: Logger) => {
  const timer = setInterval(() => {
    vacuumChangedTables(pool).catch((err) =>
      log.warn({ event: 'database.vacuum-failed', err }, 'vacuum failed'),
    )
  }, EVERY_MS).unref()
  return () => clearInterval(timer)
}
