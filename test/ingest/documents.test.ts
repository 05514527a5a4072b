/** PDF, DOCX and XLSX are looked over, never parsed (security B7). */
import { expect, test } from 'vitest'
import type { FileFormat } from '../../backend/src/domain/probe.ts'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { probeDocument } from '../../backend/src/ingest/documents.ts'
import { seededRandom } from '../bench/data.ts'
import { docx, external, pdf, xlsx } from '../fixtures/documents.ts'
import { problemOf, withFile } from '../fixtures/loaded-rows.ts'
import { writeZip } from '../fixtures/zip.ts'

const probe = (format: FileFormat, content: Uint8Array) =>
  withFile(`x.${format.toLowerCase()}`, content, (file) => probeDocument(file, format))
const codes = (format: FileFormat, content: Uint8Array) =>
  probe(format, content).warnings.map(({ code }) => code)

test('a plain document is a document without layers or warnings (R5.13)', () => {
  expect(probe('PDF', pdf())).toEqual({
    format: 'PDF',
    kind: 'document',
    mediaType: 'application/pdf',
    layers: [],
    warnings: [],
  })
  expect(probe('DOCX', docx())).toMatchObject({
    kind: 'document',
    mediaType: expect.stringContaining('wordprocessingml'),
    warnings: [],
  })
  expect(probe('XLSX', xlsx())).toMatchObject({
    kind: 'document',
    mediaType: expect.stringContaining('spreadsheetml'),
    warnings: [],
  })
})

test.each<[string, string, RegExp]>([
  ['JavaScript', '3 0 obj <</S/JavaScript/JS(app.alert)>> endobj', /JavaScript/],
  ['JavaScript in escapes', '3 0 obj <</S/#4aavaScript /#4A#53(x)>> endobj', /JavaScript/],
  ['a program to start', '3 0 obj <</S/Launch/F(cmd.exe)>> endobj', /start programs/],
  ['an embedded file', '3 0 obj <</Names<</EmbeddedFiles 4 0 R>>>> endobj', /embedded files/],
  ['a form that is sent', '3 0 obj <</S/SubmitForm>> endobj', /form actions/],
])('B7: a PDF with %s gets a warning', (_what, more, words) => {
  expect(probe('PDF', pdf(more)).warnings).toEqual([
    { code: 'active-content', message: expect.stringMatching(words) },
  ])
})

test('B7: a name on the border of two steps of reading is seen', () => {
  for (const shift of [1, 5, 10]) {
    const head = pdf().indexOf('\nxref') - shift
    expect(
      codes('PDF', pdf(`${' '.repeat(1024 * 1024 - head)}/JavaScript 5 0 R${' '.repeat(2 * 1024 * 1024)}`)),
    ).toEqual(['active-content'])
  }
})

test('a PDF that mentions such things in words gets none', () => {
  expect(codes('PDF', pdf('(the JavaScript language, and/or Launching) /JSONx /Launchpad'))).toEqual([])
})

test('an encrypted PDF is refused', () => {
  const found = problemOf(() => probe('PDF', pdf('trailer <</Encrypt 9 0 R>>')))
  expect([found.code, found.message]).toEqual([
    'file-encrypted',
    expect.stringMatching(/password or with restrictions/),
  ])
  expect(problemOf(() => probe('PDF', pdf('<</#45ncrypt <</Filter/Standard>>>>'))).code).toBe(
    'file-encrypted',
  )
  expect(codes('PDF', pdf('(How to /Encrypt a PDF)'))).toEqual([])
})

test.each<[string, FileFormat, Buffer, string[]]>([
  ['macros', 'DOCX', docx({ more: [{ name: 'word/vbaProject.bin', data: 'x' }] }), ['macros']],
  [
    'macros by content type',
    'DOCX',
    docx({
      types:
        '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
    }),
    ['macros'],
  ],
  ['macros in a workbook', 'XLSX', xlsx({ more: [{ name: 'xl/vbaProject.bin', data: 'x' }] }), ['macros']],
  [
    'a template from elsewhere',
    'DOCX',
    docx({ relationships: [external('attachedTemplate', 'https://evil.example/t.dotm')] }),
    ['external-links'],
  ],
  [
    'a picture from elsewhere',
    'DOCX',
    docx({ relationships: [external('image', 'file://server/share/x.png')] }),
    ['external-links'],
  ],
  [
    'links to other workbooks',
    'XLSX',
    xlsx({ more: [{ name: 'xl/externalLinks/externalLink1.xml', data: 'x' }] }),
    ['external-links'],
  ],
  ['hyperlinks only', 'DOCX', docx({ relationships: [external('hyperlink', 'https://example.org')] }), []],
  [
    'embedded objects',
    'DOCX',
    docx({ more: [{ name: 'word/embeddings/oleObject1.bin', data: 'x' }] }),
    ['embedded-objects'],
  ],
  ['ActiveX', 'XLSX', xlsx({ more: [{ name: 'xl/activeX/activeX1.xml', data: 'x' }] }), ['embedded-objects']],
  [
    'a main part by another name',
    'DOCX',
    writeZip({
      entries: [
        { name: '[Content_Types].xml', data: '<Types/>' },
        { name: 'word/document2.xml', data: 'x' },
      ],
    }),
    [],
  ],
])('B7: an Office document with %s', (_what, format, content, expected) => {
  expect(codes(format, content)).toEqual(expected)
})

test('Office documents without their parts, or with a document type, are refused', () => {
  const bare = writeZip({ entries: [{ name: '[Content_Types].xml', data: '<Types/>' }] })
  expect(problemOf(() => probe('DOCX', bare)).message).toMatch(/lacks the parts of a DOCX/)
  expect(problemOf(() => probe('DOCX', xlsx())).message).toMatch(/lacks the parts of a DOCX/)
  const bomb = docx({ types: '<!DOCTYPE x [<!ENTITY a "aaaa">]><Types/>' })
  expect(problemOf(() => probe('DOCX', bomb)).code).toBe('archive-refused')
})

test('truncated and flipped documents are probed or refused in words', () => {
  const random = seededRandom(77)
  const samples: [FileFormat, Buffer][] = [
    ['PDF', pdf()],
    ['DOCX', docx()],
    ['XLSX', xlsx()],
  ]
  for (const [format, whole] of samples) {
    for (let round = 0; round < 200; round += 1) {
      const content = Buffer.from(round < 50 ? whole.subarray(0, (whole.length * round) / 50) : whole)
      for (let flips = 50; flips < round && content.length > 0; flips += 30)
        content[Math.floor(random() * content.length)] = Math.floor(random() * 256)
      try {
        probe(format, content)
      } catch (thrown) {
        if (!isProblem(thrown)) throw thrown
      }
    }
  }
})
