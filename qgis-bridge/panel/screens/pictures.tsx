/** QGIS's picture of a layer beside the server's, what differs between them, and how much. */
import { useEffect, useState } from 'preact/hooks'
import {
  comparePictures,
  differencePicture,
  type PictureComparison,
  type PictureVerdict,
} from '../../../backend/src/styles/similarity.ts'
import { Badge, Disclosure, type Tone } from '../../../backend/web/ui/blocks.tsx'
import type { LayerPictures } from '../protocol/verbs.ts'
import { usePanel } from './context.ts'

const addressOf = (png: string) => `data:image/png;base64,${png}`

const contextOf = (width: number, height: number): CanvasRenderingContext2D => {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('This web view has no canvas.')
  return context
}

const readPicture = (png: string): Promise<ImageData> =>
  new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => {
      const context = contextOf(image.width, image.height)
      context.drawImage(image, 0, 0)
      resolve(context.getImageData(0, 0, image.width, image.height))
    }
    image.onerror = () => reject(new Error('The picture cannot be read.'))
    image.src = addressOf(png)
  })

type Compared = PictureComparison & { difference: string | null }

const toPicture = ({ data, width, height }: ImageData) => ({ rgba: data, width, height })

const compare = async ({ qgis, server }: LayerPictures): Promise<Compared> => {
  const [one, other] = await Promise.all([readPicture(qgis), readPicture(server)])
  const rgba = differencePicture(toPicture(one), toPicture(other))
  if (rgba === null) return { ...comparePictures(toPicture(one), toPicture(other)), difference: null }
  const context = contextOf(one.width, one.height)
  const target = context.createImageData(one.width, one.height)
  target.data.set(rgba)
  context.putImageData(target, 0, 0)
  const difference = context.canvas.toDataURL('image/png')
  return { ...comparePictures(toPicture(one), toPicture(other)), difference }
}

const tones: Record<PictureVerdict, Tone> = { alike: 'good', nearly: 'info', different: 'warning' }

const Figure = ({ title, address }: { title: string; address: string }) => (
  <figure class="map-picture">
    <img src={address} alt={title} />
    <figcaption class="soft">{title}</figcaption>
  </figure>
)

export const sayPercent = ({ lowPass }: Pick<PictureComparison, 'lowPass'>) =>
  `${(100 * lowPass).toFixed(1)} %`

export const PicturesPart = ({
  pictures,
  name,
  publicationId,
}: {
  pictures: LayerPictures
  name: string
  publicationId: string
}) => {
  const { session, words } = usePanel()
  const verdictWords: Record<PictureVerdict, (percent: string) => string> = {
    alike: words.picturesAlike,
    nearly: words.picturesNearly,
    different: words.picturesDifferent,
  }
  const [compared, setCompared] = useState<Compared | 'failed' | null>(null)
  useEffect(() => {
    compare(pictures).then(
      (found) => {
        setCompared(found)
        void session.keepLikeness(publicationId, found)
      },
      () => setCompared('failed'),
    )
  }, [pictures, publicationId, session])
  return (
    <Disclosure test={`result.pictures.${name}`} title={words.picturesTitle} isOpen>
      {compared === 'failed' ? <p>{words.picturesFailed}</p> : null}
      {compared !== null && compared !== 'failed' ? (
        <p data-verdict={compared.verdict} data-ssim={compared.ssim.toFixed(4)}>
          <Badge tone={tones[compared.verdict]}>{verdictWords[compared.verdict](sayPercent(compared))}</Badge>
        </p>
      ) : null}
      <Figure title={words.picturesQgis} address={addressOf(pictures.qgis)} />
      <Figure title={words.picturesServer} address={addressOf(pictures.server)} />
      {compared !== null && compared !== 'failed' && compared.difference !== null ? (
        <Figure title={words.picturesDifference} address={compared.difference} />
      ) : null}
    </Disclosure>
  )
}
