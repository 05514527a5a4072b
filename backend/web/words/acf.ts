import type { Translation } from './words.ts'

/** Saint Lucian Creole (Kwéyòl), for translators to fill: members as in en.ts. What is not here is said in English. */
export const acf: Translation = {}
