import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test('B9 what a spreadsheet would compute is written as text, numbers stay numbers', () => {
  const csv = toCsv(
    ['a', 'b'],
    [
      ['=1+1', -1],
      ['+x', '@y'],
      ['\tz', '＝w'],
      ['say "hi"', { a: 1 }],
      [null, 'plain'],
    ],
  )
  expect(csv).toBe(
    '\ufeff"a","b"\r\n"\'=1+1",-1\r\n"\'+x","\'@y"\r\n"\'\tz","\'＝w"\r\n"say ""hi""","{""a"":1}"\r\n,"plain"\r\n',
  )
})
