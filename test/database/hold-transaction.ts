/** Opens the embedded database in the folder given, commits one row, leaves a second uncommitted, and waits to be killed. */
import { pino } from 'pino'
import { openDatabase } from '../../backend/src/db/database.ts'

const database = await openDatabase({ dataDir: process.argv[2] ?? '', log: pino({ level: 'silent' }) })
await database.pool.query('create table public.kept (n int); insert into public.kept values (1)')
const client = await database.pool.connect()
await client.query('begin; insert into public.kept select generate_series(2, 5000)')
process.send?.('held')
