/** A style tried out on data, before either is published. */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { PreviewStyle, PreviewSubject, StylePreviews } from '../services/style-previews.ts'
import { toStyleCheckJson } from './style-checks.ts'

type Operations = Pick<operations, 'previewStyle'>
type Body = operations['previewStyle']['requestBody']['content']['application/json']

const subjectOf = ({ data }: Body): PreviewSubject =>
  'collectionId' in data ? { kind: 'collection', ...data } : { kind: 'upload', ...data }

const bytesOf = (text: string | undefined) => (text === undefined ? null : Buffer.from(text))

const styleOf = ({ sld, qml, styleId }: Body): PreviewStyle => {
  if (sld !== undefined || qml !== undefined) return { kind: 'files', sld: bytesOf(sld), qml: bytesOf(qml) }
  return styleId === undefined ? { kind: 'plain' } : { kind: 'kept', styleId }
}

export const stylePreviewHandlers = ({
  stylePreviews,
}: {
  stylePreviews: StylePreviews
}): Handlers<Operations> => ({
  previewStyle: async ({ body, actor, http }) => {
    const { box = null, width = 640, height = 420, pixelRatio = 1 } = body
    const look = { width, height, pixelRatio, box: box as [number, number, number, number] | null }
    const found = await stylePreviews.preview(
      subjectOf(body),
      { wanted: styleOf(body), look, actor },
      http.signal,
    )
    const { check, picture, legend, losses } = found
    return {
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      body: {
        check: toStyleCheckJson(check),
        picture: picture && {
          png: Buffer.from(picture.png).toString('base64'),
          epsg: picture.epsg,
          box: picture.box,
          shownCount: picture.shown,
          totalCount: picture.total,
        },
        legend,
        losses: losses.map(({ code, message }) => ({ code, message })),
      },
    }
  },
})
