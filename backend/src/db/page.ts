/** A page of a list, and how many there are in all. */
import type { Knex } from 'knex'

type Order = readonly { column: string; order?: 'asc' | 'desc' }[]

/** The order ends with what is different in every row, so that no page repeats what another had. */
export const pageOf = async <Row>(
  matching: Knex.QueryBuilder,
  { order, limit, offset }: { order: Order; limit: number; offset: number },
): Promise<{ rows: Row[]; total: number }> => {
  const counted: { n?: unknown } | undefined = await matching.clone().count({ n: '*' }).first()
  const rows: Row[] = await matching
    .orderBy([...order])
    .limit(limit)
    .offset(offset)
  return { rows, total: Number(counted?.n ?? 0) }
}
