import { expect, test } from 'vitest'
import { createOperations } from './operations.ts'

const operations = createOperations()

test('the table says how each operation is called, as the contract has it (decision 0008)', () => {
  expect(operations['catalogue.getRecord']).toEqual({
    method: 'GET',
    path: '/api/v1/records/{recordId}',
    query: [],
    body: null,
    answer: 'json',
    needsToken: false,
  })
  expect(operations['catalogue.createRecord']).toMatchObject({
    method: 'POST',
    body: 'json',
    needsToken: true,
  })
  expect(operations['catalogue.planPublication']).toMatchObject({ method: 'POST', body: 'json' })
  expect(operations['catalogue.changeRecord']).toMatchObject({ method: 'PATCH', body: 'merge-patch' })
  expect(operations['catalogue.createStyle']).toMatchObject({ body: 'form' })
  expect(operations['catalogue.getStyleSld']).toMatchObject({ answer: 'text' })
  expect(operations['catalogue.deleteStyle']).toMatchObject({ method: 'DELETE', answer: 'json' })
  expect(operations['features.getItems']).toMatchObject({
    path: '/pygeoapi/collections/{collectionId}/items',
    query: expect.arrayContaining(['limit', 'bbox', 'f']),
    answer: 'json',
  })
  expect(operations['records.getRecords']).toMatchObject({
    path: '/records/collections/{catalogId}/items',
    needsToken: false,
  })
})

test('nothing that a panel has no business with can be called', () => {
  for (const name of [
    'issueToken',
    'rotateToken',
    'listAudit',
    'collectGarbage',
    'createUpload',
    'createTusUpload',
  ])
    expect(operations).not.toHaveProperty([`catalogue.${name}`])
})
