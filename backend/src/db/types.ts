/**
 * How column values arrive in JavaScript, on every connection:
 * - bigint: a number where that is exact, else its digits as a string;
 * - date: 'YYYY-MM-DD'; timestamp: 'YYYY-MM-DDTHH:MM:SS[.ffffff]'; timestamptz: the same in UTC with 'Z';
 * - numeric: a string; json, boolean, double precision and text[]: as `pg` does by itself.
 * An array given as a parameter becomes a PostgreSQL array: pass `JSON.stringify(list)` for a jsonb column.
 */
import pg from 'pg'

const toInteger = (digits: string): number | string => {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : digits
}

const toIso = (text: string) => text.replace(' ', 'T').replace(/\+00(:00)?$/, 'Z')

type Parser = (text: string) => unknown

const parsers = new Map<number, Parser>([
  [pg.types.builtins.INT8, toInteger],
  [pg.types.builtins.DATE, (text) => text],
  [pg.types.builtins.TIMESTAMP, toIso],
  [pg.types.builtins.TIMESTAMPTZ, toIso],
])

export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format),
}
