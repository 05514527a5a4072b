/** Numbers, sizes, dates and durations; QtWebKit's Intl knows no locale, so the panel writes them itself. */
export type Language = 'en' | 'fr'

const marks = {
  en: { thousands: ',', decimal: '.' },
  // A narrow no-break space, as French typography has it.
  fr: { thousands: '\u202f', decimal: ',' },
}

const months = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  fr: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
}

const units = { en: ['B', 'kB', 'MB', 'GB', 'TB'], fr: ['o', 'ko', 'Mo', 'Go', 'To'] }

export const createFormat = (language: Language) => {
  const { thousands, decimal } = marks[language]

  const number = (value: number, decimals = 0): string => {
    const [whole = '0', rest] = Math.abs(value).toFixed(decimals).split('.')
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands)
    const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '-' : ''
    return sign + grouped + (rest === undefined ? '' : decimal + rest)
  }

  /** 1 MB is a million bytes, as file managers and networks count. */
  const bytes = (value: number): string => {
    const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
    const scaled = value / 1000 ** power
    return `${number(scaled, power > 0 && scaled < 10 ? 1 : 0)}\u00a0${units[language][power] ?? ''}`
  }

  const two = (value: number) => (value < 10 ? `0${value}` : String(value))

  /** An instant in the time zone of this computer. */
  const dateTime = (text: string): string => {
    const at = new Date(text)
    if (Number.isNaN(at.getTime())) return text
    const day = `${at.getDate()} ${months[language][at.getMonth()] ?? ''} ${at.getFullYear()}`
    return `${day}${language === 'fr' ? ' à ' : ', '}${two(at.getHours())}:${two(at.getMinutes())}`
  }

  /** A day of the calendar, which has no time zone. */
  const day = (text: string): string => {
    const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? []
    if (year === undefined) return text
    return `${Number(date)} ${months[language][Number(month) - 1] ?? ''} ${year}`
  }

  const duration = (seconds: number): string => {
    const whole = Math.max(1, Math.round(seconds))
    if (whole < 60) return `${whole}\u00a0s`
    if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min ${two(whole % 60)}\u00a0s`
    return `${Math.floor(whole / 3600)}\u00a0h ${two(Math.floor((whole % 3600) / 60))}\u00a0min`
  }

  return { number, bytes, dateTime, day, duration }
}

export type Format = ReturnType<typeof createFormat>
