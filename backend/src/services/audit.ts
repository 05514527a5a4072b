/**
 * The audit log (R3.9, R3.12, security I2): append-only, each entry carries the hash of the one before, written
 * in the transaction of the change it tells about.
 */
import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'

export type AuditNote = {
  actor: Actor
  /** noun.verb: record.published, token.revoked. */
  action: string
  recordId?: string | null
  subject?: string
  detail?: Record<string, unknown>
  ip?: string | null
}

export type AuditEntry = {
  seq: number
  at: string
  actor: string
  role: string
  action: string
  recordId: string | null
  subject: string
  detail: Record<string, unknown>
  ip: string | null
  previousHash: string
  hash: string
}

export type AuditRow = Omit<AuditEntry, 'recordId' | 'previousHash'> & {
  record_id: string | null
  previous_hash: string
}

const firstHash = '0'.repeat(64)

/** JSON with sorted keys, so that the same entry always has the same hash. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
      .join(',')}}`
  return JSON.stringify(value ?? null)
}

const hashOf = (entry: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256')
    .update(entry.previousHash)
    .update(
      canonical([
        entry.seq,
        new Date(entry.at).toISOString(),
        entry.actor,
        entry.role,
        entry.action,
        entry.recordId,
        entry.subject,
        entry.detail,
        entry.ip,
      ]),
    )
    .digest('hex')

const fromRow = ({ record_id, previous_hash, ...row }: AuditRow): AuditEntry => ({
  ...row,
  seq: Number(row.seq),
  recordId: record_id,
  previousHash: previous_hash,
})

const nameOf = (actor: Actor) =>
  actor.kind === 'token'
    ? `token:${actor.tokenId}`
    : actor.kind === 'system'
      ? `system:${actor.name}`
      : 'public'

/** The network an address belongs to; the rest of it is nobody's business (personal data kept minimal). */
const truncateIp = (ip: string | null | undefined): string | null => {
  if (!ip) return null
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(ip)) return ip.replace(/\.\d+$/, '.0')
  return `${ip.split(':').slice(0, 3).join(':')}::`
}

const toRow = ({ recordId, previousHash, ...rest }: AuditEntry): AuditRow => ({
  ...rest,
  record_id: recordId,
  previous_hash: previousHash,
})

type NewEntry = Omit<AuditEntry, 'seq' | 'previousHash' | 'hash'>

const toEntry = (note: AuditNote): NewEntry => ({
  at: new Date().toISOString(),
  actor: nameOf(note.actor),
  role: note.actor.kind === 'token' ? note.actor.role : note.actor.kind,
  action: note.action,
  recordId: note.recordId ?? null,
  subject: note.subject ?? '',
  detail: JSON.parse(JSON.stringify(note.detail ?? {})) as Record<string, unknown>,
  ip: truncateIp(note.ip),
})

/** Each with its number and the hash of the one before. */
const chain = (entries: readonly NewEntry[], last: { seq: number; hash: string }): AuditEntry[] => {
  const chained: AuditEntry[] = []
  for (const entry of entries) {
    const before = chained.at(-1) ?? last
    const numbered = { ...entry, seq: before.seq + 1, previousHash: before.hash }
    chained.push({ ...numbered, hash: hashOf(numbered) })
  }
  return chained
}

export const audit = (db: Knex) => ({
  /** Call inside the transaction of the change. Entries are written one after the other: the last one is locked. */
  add: async (note: AuditNote): Promise<void> => {
    const rows = await audit(db).next([note])
    await db('audit_entry').insert(rows.map((row) => ({ ...row, detail: JSON.stringify(row.detail) })))
  },

  /** The rows of entries that come next. Whoever asks writes them in the same transaction; others wait for its end. */
  next: async (notes: readonly AuditNote[]): Promise<AuditRow[]> => {
    // Two statements in one message: the second sees what was committed while the first waited.
    const [, { rows }] = await db.raw<[unknown, { rows: Pick<AuditRow, 'seq' | 'hash'>[] }]>(
      `lock table audit_entry in share row exclusive mode;
       select seq, hash from audit_entry order by seq desc limit 1`,
    )
    const [found] = rows
    const last = { seq: Number(found?.seq ?? 0), hash: found?.hash ?? firstHash }
    return chain(notes.map(toEntry), last).map(toRow)
  },

  list: async (filter: {
    limit: number
    recordId?: string
    action?: string
    before?: number
  }): Promise<AuditEntry[]> => {
    const query = db<AuditRow>('audit_entry').orderBy('seq', 'desc').limit(filter.limit)
    if (filter.recordId !== undefined) query.where('record_id', filter.recordId)
    if (filter.action !== undefined) query.where('action', filter.action)
    if (filter.before !== undefined) query.where('seq', '<', filter.before)
    return (await query).map(fromRow)
  },

  /** Walks the chain from the start; `firstBad` is the number of the first entry that does not fit. */
  verify: async (): Promise<{ entries: number; isWhole: boolean; firstBad: number | null; head: string }> => {
    let previousHash = firstHash
    let entries = 0
    for (;;) {
      const rows = await db<AuditRow>('audit_entry').where('seq', '>', entries).orderBy('seq').limit(1000)
      for (const entry of rows.map(fromRow)) {
        const fits =
          entry.seq === entries + 1 && entry.previousHash === previousHash && entry.hash === hashOf(entry)
        if (!fits) return { entries, isWhole: false, firstBad: entry.seq, head: previousHash }
        previousHash = entry.hash
        entries = entry.seq
      }
      if (rows.length < 1000) return { entries, isWhole: true, firstBad: null, head: previousHash }
    }
  },
})
