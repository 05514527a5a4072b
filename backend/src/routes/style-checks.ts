/** What becomes of a style: of one that is still on its way, and of one in the catalogue. */
import type { components, operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { versionEtag } from '../http/etag.ts'
import { say } from '../preflight/words.ts'
import type { StyleReader } from '../render/style-reader.ts'
import type { StyleModels } from '../services/style-models.ts'
import type { Styles } from '../services/styles.ts'
import type { Drawable } from '../styles/drawable.ts'

type Operations = Pick<operations, 'checkStyle' | 'getStyleReport'>

export type StyleCheckRouteParts = {
  reader: Pick<StyleReader, 'read'>
  styles: Pick<Styles, 'get'>
  styleModels: Pick<StyleModels, 'read'>
}

export const toStyleCheckJson = ({
  style,
  findings,
  repairs,
  report,
}: Drawable): components['schemas']['StyleCheck'] => ({
  isAccepted: style !== null,
  findings,
  repairs,
  report: report && {
    ...report,
    items: report.items.map((item) => ({ ...item, ...say(item.message) })),
  },
})

const bytesOf = (text: string | undefined) => (text === undefined ? null : Buffer.from(text))

export const styleCheckHandlers = ({
  reader,
  styles,
  styleModels,
}: StyleCheckRouteParts): Handlers<Operations> => ({
  checkStyle: async ({ body }) => {
    const { sld, qml, geometryType, fields } = body
    const drawable = await reader.read({ sld: bytesOf(sld), qml: bytesOf(qml) }, { geometryType, fields })
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: toStyleCheckJson(drawable) }
  },

  getStyleReport: async ({ path }) => {
    const style = await styles.get(path.styleId)
    return {
      status: 200,
      headers: { ETag: versionEtag(style.version) },
      body: toStyleCheckJson(await styleModels.read(style)),
    }
  },
})
