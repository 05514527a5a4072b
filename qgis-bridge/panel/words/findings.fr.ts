/** Les constats du contrôle, en français ; ce qui manque ici est dit en anglais. */
import type { Catalogue } from '../../../backend/src/preflight/words.ts'

export const frenchFindings: Catalogue = {}
