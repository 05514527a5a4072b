import { expect, test } from 'vitest'
import { isProblem } from '../../domain/problem.ts'
import { readCursor, writeCursor } from './cursor.ts'

const roads = { id: 'roads', revision: 3, editCount: 1, createdAt: '2026-01-01T00:00:00.000Z' }
const statusOf = (run: () => unknown): number => {
  try {
    run()
    return 200
  } catch (error) {
    return isProblem(error) ? error.status : 500
  }
}

test('what is written is read again', () => {
  for (const cursor of [
    { after: '17', matched: null },
    { after: '-9223372036854775808', matched: 0 },
    { after: '9007199254740993', matched: 1_000_000 },
  ])
    expect(readCursor(roads, [], writeCursor(roads, [], cursor), '')).toEqual(cursor)
})

test('after a replace, or when the collection was made anew, it is gone (410)', () => {
  const token = writeCursor(roads, [], { after: '17', matched: 5 })
  expect(statusOf(() => readCursor({ ...roads, revision: 4 }, [], token, ''))).toBe(410)
  expect(statusOf(() => readCursor({ ...roads, createdAt: '2026-02-01T00:00:00.000Z' }, [], token, ''))).toBe(
    410,
  )
})

test('edits do not end a walk, but the count of before is not told any more', () => {
  const token = writeCursor(roads, [], { after: '17', matched: 5 })
  expect(readCursor({ ...roads, revision: 9, editCount: 7 }, [], token, '')).toEqual({
    after: '17',
    matched: null,
  })
})

test('of another collection, changed or made up, it is refused (400)', () => {
  const token = writeCursor(roads, [], { after: '17', matched: 5 })
  expect(statusOf(() => readCursor({ ...roads, id: 'rivers' }, [], token, ''))).toBe(400)
  const content = Buffer.from(token, 'base64url').toString()
  expect(
    statusOf(() => readCursor(roads, [], Buffer.from(content.replace('17', '18')).toString('base64url'), '')),
  ).toBe(400)
  for (const text of ['', 'x', '~~~', Buffer.from('1;drop~~~').toString('base64url')])
    expect(statusOf(() => readCursor(roads, [], text, ''))).toBe(400)
})
