/** The example layers, which every checkout has. */
import { join } from 'node:path'

/** `roads/roads.gpkg` and the like. */
export const example = (path: string): string => join(import.meta.dirname, '../../examples', path)
