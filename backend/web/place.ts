/** Where this program was loaded from: scripts lie under `/assets/` of the site. */
export const siteUrl = new URL('..', import.meta.url).href.replace(/\/$/, '')

export const apiUrl = `${siteUrl}/api/v1`
export const editorUrl = (recordId?: string, page?: number): string => {
  const query = new URLSearchParams()
  if (recordId !== undefined) query.set('record', recordId)
  if (page !== undefined) query.set('page', String(page))
  return `${siteUrl}/metadata-editor/${query.size > 0 ? `?${query}` : ''}`
}
export const myRecordsUrl = `${siteUrl}/my-records`
export const adminUrl = `${siteUrl}/admin`
export const recordUrl = (recordId: string): string =>
  `${siteUrl}/records/collections/metadata:main/items/${recordId}?f=html`
