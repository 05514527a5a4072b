import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type OpenApiDocument, operationsOf } from './document.ts'
import { createChecks } from './validate.ts'

const documents = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.gen.json'))
const places = ['path', 'query', 'header'] as const

describe('schemas are compiled when they are first needed, and not checked; so each is here', () => {
  test.each(documents)('%s', (name) => {
    const text = readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
    const document = JSON.parse(text) as OpenApiDocument
    const checks = createChecks(document, { areSchemasChecked: true })
    const operations = operationsOf(document)
    expect(operations.length).toBeGreaterThan(0)
    for (const operation of operations) {
      for (const place of places) expect(checks.parameters(operation, place)({})).toBeInstanceOf(Array)
      expect(checks.body(operation)?.({}) ?? []).toBeInstanceOf(Array)
      for (const status of operation.responses.keys())
        expect(checks.response(operation)(Number(status.replaceAll('X', '0')), {})).toBeInstanceOf(Array)
    }
  })
})

test('a parameter that is demanded is missed, and one of another type is told with its place', () => {
  const document = {
    openapi: '3.0.3',
    info: { title: 'Places', version: '1' },
    paths: {
      '/places': {
        get: {
          operationId: 'getPlaces',
          parameters: [
            { name: 'limit', in: 'query', schema: { type: 'integer' } },
            { name: 'near', in: 'query', required: true, schema: { type: 'string' } },
          ],
          responses: { 200: { description: 'Places' } },
        },
      },
    },
  } as unknown as OpenApiDocument
  const [operation] = operationsOf(document)
  if (operation === undefined) throw new Error('the document has an operation')
  const check = createChecks(document).parameters(operation, 'query')
  expect(check({ limit: '10', near: 'Soufrière' })).toEqual([])
  expect(check({ limit: 'ten' })).toEqual([
    { where: 'query', message: "'near' is missing" },
    { where: 'query.limit', message: 'must be integer' },
  ])
})
