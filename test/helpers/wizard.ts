/** Ways through the editor that several browser tests go. */

import type { Client, RecordJson } from '../../backend/src/client/client.ts'
import type { components } from '../../backend/src/contract/catalogue.gen.ts'
import type { Visit } from './browser.ts'

type Metadata = components['schemas']['RecordMetadataDraft']

/** Nothing is missing in it, and nothing to be doubted. */
export const completeMetadata = (title: string): Metadata => ({
  language: 'eng',
  dateStamp: '2026-02-03',
  contacts: [{ role: 'pointOfContact', organisation: 'Survey and Mapping', email: 'maps@example.org' }],
  resourceType: 'dataset',
  title,
  dates: { creation: '2026-01-15' },
  abstract: `${title}, surveyed on foot.`,
  pointsOfContact: [{ role: 'custodian', individualName: 'Rosa Reef', email: 'rosa@example.org' }],
  keywords: ['water'],
  bbox: { west: -61.08, south: 13.7, east: -60.87, north: 14.11 },
  resourceLanguage: 'eng',
  characterSet: 'utf8',
  topicCategories: ['inlandWaters'],
  crs: 'EPSG:4326',
  lineageStatement: 'Measured with a hand-held receiver.',
  useConditions: 'No conditions',
  accessConditions: 'Unknown',
})

export const addDraft = (client: Client, metadata: Metadata): Promise<RecordJson> =>
  client.expectOk(client.api.POST('/records', { body: { metadata } }))

export const signIn = async ({ page, pick }: Visit, token: string) => {
  await page.goto('/')
  await pick('signin').click()
  await pick('token').fill(token)
  await pick('signin-confirm').click()
  await pick('account').waitFor()
}

/** Until what was typed is with the server. */
export const waitUntilSaved = async ({ page }: Visit) => {
  await page.locator('[data-test="saved"][data-state="saved"]').waitFor({ timeout: 30_000 })
}

export const pointsFile = (name: string, fields: Record<string, unknown> = { depth: 12 }) => ({
  name,
  mimeType: 'application/geo+json',
  buffer: Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      features: [
        [-61.0, 13.9],
        [-60.95, 14.0],
      ].map((coordinates, at) => ({
        type: 'Feature',
        properties: { name: `Well ${at}`, ...fields },
        geometry: { type: 'Point', coordinates },
      })),
    }),
  ),
})
