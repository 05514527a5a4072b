/** Writes values for jsonb columns. What comes out of files may hold what PostgreSQL refuses in JSON, and is kept without it. */

/** Without NUL and halves of surrogate pairs. */
export const toStorable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

export const toJsonb = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'string' ? toStorable(member) : member,
  )
