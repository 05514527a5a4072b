/** Answers that clients may keep, and ask for again by the ETag of what they hold. */
import type { RawBody } from '../../contract/handler.ts'
import { htmlType, pageHeaders } from '../../http/html.ts'
import { cacheHeaders, weakEtag } from './caching.ts'

export const withEtag = <Body>(body: Body, updatedAt?: string) => ({
  status: 200 as const,
  headers: cacheHeaders(weakEtag(JSON.stringify(body)), updatedAt),
  body,
})

export const page = (text: string, updatedAt?: string) => {
  const raw: RawBody = { contentType: htmlType, text }
  return {
    status: 200 as const,
    headers: { ...cacheHeaders(weakEtag(text), updatedAt), ...pageHeaders },
    raw,
  }
}
