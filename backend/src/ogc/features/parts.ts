/** What the handlers of this face are made of. */
import type { Config } from '../../config/config.ts'
import type { OpenApiDocument } from '../../contract/document.ts'
import type { Collections } from '../../services/collections.ts'
import type { Features } from '../../services/features.ts'

export type FaceSettings = Pick<Config, 'siteTitle' | 'crsList'> & {
  limits: Pick<Config['limits'], 'itemsPerPage'>
}

export type FaceParts = {
  config: FaceSettings
  document: OpenApiDocument
  collections: Collections
  features: Features
  /** Query parameters that the contract declares for features; any other is a property. */
  declared: readonly string[]
}
