/** What the database itself lets each role do (D4). The embedded engine has one user, so this needs a server. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../backend/src/db/database.ts'
import { migrate } from '../../backend/src/db/migrate.ts'
import { engineName, silentLog as log, type TestDatabase, testDatabase } from '../helpers/database.ts'

describe.runIf(engineName === 'postgresql')('roles on postgresql (the embedded engine has none)', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await testDatabase()
    await db.pool.query('create table staging.p_1 (a int); alter table staging.p_1 set schema data')
    await db.pool.query('alter table data.p_1 rename to d_1; create table staging.p_2 (a int)')
  })
  afterAll(() => db?.drop())

  test('reading runs as secims_read, read-only and with a time limit', async () => {
    const { rows } =
      await db.readPool.query(`select current_user as who, current_setting('statement_timeout') as ms,
      current_setting('default_transaction_read_only') as read_only`)
    expect(rows).toEqual([{ who: 'secims_read', ms: '10s', read_only: 'on' }])
  })

  test.each([
    'catalogue_entry',
    'collection',
    'style',
    'record_style',
    'distribution',
    'file',
    'epoch',
    'data.d_1',
  ])('secims_read reads %s', async (table) => {
    await expect(db.readPool.query(`select * from ${table} limit 1`)).resolves.toBeDefined()
  })

  test.each(['token', 'record', 'upload', 'audit_entry', 'job', 'publication', 'idempotency', 'staging.p_2'])(
    'secims_read may not read %s',
    async (table) => {
      await expect(db.readPool.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' })
    },
  )

  test('no role may write where it should not, read files or run programs', async () => {
    const attempts: Record<string, string[]> = {
      secims_read: ['insert into catalogue_entry default values', 'create table data.mine (a int)'],
      secims_ingest: [
        'select * from secims.token',
        'create table data.mine (a int)',
        'select * from data.d_1',
      ],
      secims_app: ['drop table record', 'delete from audit_entry', 'create table secims.mine (a int)'],
    }
    const always = [
      `copy (select 1) to program 'true'`,
      `select pg_read_file('/etc/passwd')`,
      `select lo_import('/etc/passwd')`,
      'create extension dblink',
      'create role more',
    ]
    for (const [role, statements] of Object.entries(attempts)) {
      for (const statement of [...statements, ...always]) {
        await db.withClient(async (client) => {
          await client.query(`begin; set local role ${role}`)
          await expect(client.query(statement), `${role}: ${statement}`).rejects.toMatchObject({
            code: '42501',
          })
          await client.query('rollback')
        })
      }
    }
  })

  test('a user without the right to make roles still gets a working program', async () => {
    const owner = `owner_${Date.now()}`
    await db.pool.query(`create role ${owner} login`)
    const url = new URL(db.databaseUrl ?? '')
    const name = url.pathname.slice(1)
    await db.pool.query(`grant create on database ${name} to ${owner}`)
    await db.pool.query(`drop schema secims, staging, data cascade`)
    url.username = owner
    url.password = ''
    const warnings: string[] = []
    const noting = Object.assign(Object.create(log), {
      warn: (given: { event: string }) => warnings.push(given.event),
    })
    const theirs = await openDatabase({ databaseUrl: url.href, dataDir: db.dataDir, log: noting })
    try {
      await migrate(theirs, { log: noting })
      expect(warnings).toContain('database.roles-skipped')
      const { rows } = await theirs.readPool.query(
        'select current_user as who, count(*) as n from catalogue_entry',
      )
      expect(rows).toEqual([{ who: owner, n: 0 }])
    } finally {
      await theirs.close()
      await db.pool.query(`drop owned by ${owner}; drop role ${owner}`)
    }
  })

  test('the audit trail refuses change even from its owner (R3.12)', async () => {
    const owner = new pg.Client({ connectionString: db.databaseUrl })
    await owner.connect()
    await expect(owner.query('truncate secims.audit_entry')).rejects.toMatchObject({
      code: expect.any(String),
    })
    await owner.end()
  })
})
