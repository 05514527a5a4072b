import { expect, test } from 'vitest'
import { readDatetime } from './datetime.ts'

test('an instant is inclusive, a day, month or year ends before the next', () => {
  expect(readDatetime(undefined)).toBeNull()
  expect(readDatetime('2020-01-03T12:00:00Z')).toEqual({
    from: '2020-01-03T12:00:00Z',
    until: '2020-01-03T12:00:00Z',
    isUntilExclusive: false,
  })
  expect(readDatetime('2020-02-29')).toEqual({
    from: '2020-02-29T00:00:00Z',
    until: '2020-03-01T00:00:00Z',
    isUntilExclusive: true,
  })
  expect(readDatetime('2020-12')).toEqual({
    from: '2020-12-01T00:00:00Z',
    until: '2021-01-01T00:00:00Z',
    isUntilExclusive: true,
  })
  expect(readDatetime('9999')).toMatchObject({ until: 'infinity' })
})

test('intervals take the start of the first and the end of the last', () => {
  expect(readDatetime('2020-01-01/2020-01-31')).toEqual({
    from: '2020-01-01T00:00:00Z',
    until: '2020-02-01T00:00:00Z',
    isUntilExclusive: true,
  })
  expect(readDatetime('../2020-01-01t00:00:00+02:00')).toEqual({
    from: null,
    until: '2020-01-01T00:00:00+02:00',
    isUntilExclusive: false,
  })
  expect(readDatetime('2020-01-01/')).toEqual({
    from: '2020-01-01T00:00:00Z',
    until: null,
    isUntilExclusive: false,
  })
})

test('what QGIS and GDAL write is understood (G16)', () => {
  expect(readDatetime('0000-01-01T00:00:00Z/2020-01-01T00:00:00Z')).toMatchObject({ from: '-infinity' })
  expect(readDatetime('2020-01-01T00:00:00Z/9999-12-31T00:00:00Z')).toMatchObject({
    until: '9999-12-31T00:00:00Z',
  })
  expect(readDatetime('2020-01-03T/..')).toMatchObject({ from: '2020-01-03T00:00:00Z', until: null })
})

test('anything else is refused', () => {
  for (const text of [
    '',
    '..',
    '../..',
    '/',
    'now',
    '2020-1-1',
    '2021-02-29',
    '2020-01-01T24:00:00Z',
    '2020-01-01T10:61:00Z',
    '2020/2019',
    '2020-01-02/2020-01-01',
    'a/b',
    '2020/2021/2022',
  ])
    expect(() => readDatetime(text), text).toThrow(/datetime is/)
})
