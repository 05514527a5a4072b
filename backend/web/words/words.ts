/**
 * The words in the language the person reads (R-languages): a full catalogue in English, others as far as they are
 * translated. A new language: a file like fr.ts, and a row here.
 */
import { acf } from './acf.ts'
import { en, type Words } from './en.ts'
import { fr } from './fr.ts'

export type { Words } from './en.ts'
export type Language = 'en' | 'fr' | 'acf'
export type Translation = Partial<Words>

const translations: Record<Language, Translation> = { en: {}, fr, acf }

const isLanguage = (text: string): text is Language => Object.hasOwn(translations, text)

/** The first of the browser's languages that has a catalogue; `lang=` in the address comes before all. */
export const chooseLanguage = (wanted: readonly string[]): Language =>
  wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en'

export const wordsIn = (language: Language): Words => ({ ...en, ...translations[language] })

const kilo = 1024
const units = ['B', 'KB', 'MB', 'GB']

/** Dates, numbers and sizes as the language writes them; 1 MB is 1,048,576 bytes (Q8), as the limits count. */
export const formatsIn = (language: Language, tags: readonly string[] = []) => {
  // Intl has no Saint Lucian Creole; its readers write numbers and dates as in English.
  const base = language === 'acf' ? 'en' : language
  // Days are written differently in Britain, the Caribbean and America, all in English.
  const locale = tags.find((tag) => tag.toLowerCase().split('-')[0] === base) ?? base
  const number = new Intl.NumberFormat(locale)
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return {
    number: (value: number): string => number.format(value),
    instant: (text: string): string => instant.format(new Date(text)),
    bytes: (value: number): string => {
      const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, value)) / Math.log(kilo)))
      return `${short.format(value / kilo ** power)} ${units[power]}`
    },
    /** A limit as the settings name it: some count a megabyte as a million. */
    limit: (value: number): string =>
      value % 1_000_000 === 0 ? `${value / 1_000_000} MB` : `${short.format(value / kilo ** 2)} MB`,
    seconds: (value: number): string =>
      value < 60 ? `${Math.max(1, Math.round(value))} s` : `${Math.ceil(value / 60)} min`,
  }
}
export type Formats = ReturnType<typeof formatsIn>
