/** Tables are brought up to date forward only, whoever starts first (P11). */
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate, migrationsFolder, readMigrations } from '../../backend/src/db/migrate.ts'
import { engineName, silentLog as log, type TestDatabase, testDatabase } from '../helpers/database.ts'

let db: TestDatabase
let folder: string
let next: string
beforeAll(async () => {
  db = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'secims-migrations-'))
  await cp(migrationsFolder, folder, { recursive: true })
  next = String((await readMigrations(folder)).length + 1).padStart(4, '0')
})
afterAll(async () => {
  await db?.drop()
  await rm(folder, { recursive: true, force: true })
})

const tables = async () =>
  (await db.pool.query(`select to_regclass('secims.first') as first, to_regclass('secims.second') as second`))
    .rows[0]

describe(`migrate on ${engineName}`, () => {
  test('a second run has nothing to do', async () => {
    expect(await migrate(db, { log })).toEqual([])
  })

  test('a migration that fails half-way leaves nothing and names itself', async () => {
    const file = join(folder, `${next}_first.sql`)
    await writeFile(file, 'create table secims.first (a int); select 1 / 0')
    await expect(migrate(db, { log, folder })).rejects.toThrow(`${next}_first.sql failed and was rolled back`)
    expect(await tables()).toMatchObject({ first: null })
  })

  test('two programs that start together apply a migration once', async () => {
    await writeFile(
      join(folder, `${next}_first.sql`),
      'create table secims.first (a int); select pg_sleep(0.2)',
    )
    const results =
      engineName === 'embedded'
        ? [await migrate(db, { log, folder }), await migrate(db, { log, folder })]
        : await Promise.all([migrate(db, { log, folder }), migrate(db, { log, folder })])
    expect(results.flat()).toEqual([`${next}_first.sql`])
    expect(await tables()).toMatchObject({ first: 'first' })
  })

  test('a migration edited after it was applied is refused', async () => {
    await appendFile(join(folder, `${next}_first.sql`), '\n-- edited')
    await expect(migrate(db, { log, folder })).rejects.toThrow(`${next}_first.sql was changed after`)
  })

  test('a database of a newer program is refused', async () => {
    await rm(join(folder, `${next}_first.sql`))
    await expect(migrate(db, { log, folder })).rejects.toThrow('which this program does not know')
  })

  test('a file out of line is refused before anything runs', async () => {
    await writeFile(join(folder, '0099_far.sql'), 'select 1')
    await expect(migrate(db, { log, folder })).rejects.toThrow(`'0099_far.sql' is out of line`)
  })
})
