/** Values as people and programs write them, made into text that PostgreSQL reads without doubt; null when they are not. */

const MOST = 2n ** 63n

export const readInteger = (text: string): string | null => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return null
  const value = BigInt(text.replace(/^\+/, ''))
  return value >= -MOST && value < MOST ? String(value) : null
}

export const readNumber = (text: string): string | null =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(text) && Number.isFinite(Number(text))
    ? String(Number(text))
    : null

/** A day, also as GDAL writes it: 2020/01/31. */
export const readDay = (text: string): string | null => {
  const day = text.replaceAll('/', '-')
  const time = Date.parse(`${day}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(day) &&
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(day) &&
    day >= '0001'
    ? day
    : null
}

const instantForm =
  /^(\d{4}[-/]\d{2}[-/]\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}(?::?\d{2})?)?$/

/** Without a zone it is UTC. A day with nothing after its T is its first instant (GDAL). */
export const readInstant = (text: string): string | null => {
  const parts = instantForm.exec(text)
  if (!parts) {
    const day = /^(.{10})[Tt]$/.exec(text)?.[1]
    const start = day === undefined ? null : readDay(day)
    return start && `${start}T00:00:00Z`
  }
  const day = readDay(parts[1] ?? '')
  if (day === null) return null
  const zone = (parts[3] ?? 'Z')
    .toUpperCase()
    .replace(/^([+-]\d{2}):?(\d{2})?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`)
  const instant = `${day}T${parts[2]}${zone}`
  return Number.isNaN(Date.parse(instant)) ? null : instant
}

export const readTime = (text: string): string | null =>
  /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/.test(text) ? text : null
