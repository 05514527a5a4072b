/** Pixels as files. Low levels of PNG: they take a tenth of the time of the highest and leave a tenth more. */
import sharp from 'sharp'
import type { Pixels } from './paint.ts'

export const imageFormats = ['png', 'jpeg', 'webp'] as const
export type ImageFormat = (typeof imageFormats)[number]

export const mediaTypes: Record<ImageFormat, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}

export const encode = async (
  { rgba, width, height }: Pixels,
  format: ImageFormat,
): Promise<Uint8Array<ArrayBuffer>> => {
  const image = sharp(rgba, { raw: { width, height, channels: 4 } })
  const encoded =
    format === 'png'
      ? image.png({ compressionLevel: 2 })
      : format === 'jpeg'
        ? image.flatten({ background: '#ffffff' }).jpeg({ quality: 88, chromaSubsampling: '4:4:4' })
        : image.webp({ quality: 90, effort: 2 })
  return new Uint8Array(await encoded.toBuffer())
}
