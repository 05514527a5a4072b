/**
 * PDF, DOCX and XLSX as documents: recognised and looked over for active content, never parsed further
 * (security B7). What is found becomes a warning for whoever reviews the record.
 */
import type { FileFormat, Probe, ProbeWarning } from '../domain/probe.ts'
import { archiveProblems } from '../domain/problems/archive.ts'
import { type OpenFile, readAt } from './reader.ts'
import { officeLimits, openZip, type ZipPart } from './zip.ts'

const MEDIA_TYPES: Partial<Record<FileFormat, string>> = {
  PDF: 'application/pdf',
  DOCX: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

const warning = (code: string, message: string): ProbeWarning => ({ code, message })

// PDF --------------------------------------------------------------------------------------------------

const PDF_STEP = 1024 * 1024
/** A name may stand on the border of two steps. */
const PDF_OVERLAP = 256

/** Names in a PDF that make it do something. Only what stands uncompressed is seen; that is said in the warning. */
const ACTIVE_PDF: [RegExp, string][] = [
  [/\/(JavaScript|JS)(?![\w.])/, 'JavaScript'],
  [/\/Launch(?![\w.])/, 'actions that start programs'],
  [/\/(EmbeddedFiles?|Filespec)(?![\w.])/, 'embedded files'],
  [/\/(RichMedia|Movie|3D)(?![\w.])/, 'embedded media'],
  [/\/XFA(?![\w.])/, 'an XFA form'],
  [/\/(SubmitForm|ImportData)(?![\w.])/, 'form actions'],
]
const ENCRYPTED_PDF = /\/Encrypt\s*(\d{1,10}\s+\d{1,5}\s+R|<<)/

/** PDF lets any letter of a name be written as #xx. */
const plainNames = (text: string) =>
  text.replace(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const probePdf = (file: OpenFile): ProbeWarning[] => {
  const found = new Set<string>()
  for (let at = 0; at < file.size; at += PDF_STEP) {
    const text = plainNames(readAt(file, at, PDF_STEP + PDF_OVERLAP).toString('latin1'))
    if (ENCRYPTED_PDF.test(text)) {
      throw archiveProblems.fileEncrypted({
        fileName: file.fileName,
        found: 'a PDF with a password or with restrictions on its use',
      })
    }
    for (const [pattern, what] of ACTIVE_PDF) if (pattern.test(text)) found.add(what)
  }
  if (found.size === 0) return []
  return [
    warning(
      'active-content',
      `The PDF contains ${[...found].join(', ')}. Check that this is meant, or print it to a plain PDF and upload that.`,
    ),
  ]
}

// Office -----------------------------------------------------------------------------------------------

const CONTENT_TYPES = '[Content_Types].xml'
const MAX_PART_BYTES = 1024 * 1024
const MAX_RELATIONSHIP_BYTES = 8 * 1024 * 1024

const MAIN_PARTS: Partial<Record<FileFormat, RegExp>> = {
  DOCX: /^word\/document\d*\.xml$/i,
  XLSX: /^xl\/workbook\d*\.xml$/i,
}

const textOf = (part: ZipPart): string => part.bytes(MAX_PART_BYTES).toString('utf8')

/** Relationships that fetch something when the document is opened; a hyperlink waits to be clicked. */
const fetchesSomething = (relationships: string): boolean =>
  [...relationships.matchAll(/<(?:\w+:)?Relationship\s[^>]{0,2500}>/g)].some(
    ([element]) => /TargetMode\s*=\s*["']External["']/.test(element) && !/\/hyperlink["']/.test(element),
  )

const probeOffice = (file: OpenFile, format: FileFormat): ProbeWarning[] => {
  const archive = openZip(file.path, officeLimits)
  try {
    const { parts } = archive
    const contentTypes = parts.find(({ name }) => name === CONTENT_TYPES)
    if (!contentTypes || !parts.some(({ name }) => MAIN_PARTS[format]?.test(name))) {
      throw archiveProblems.archiveDamaged({ found: `it lacks the parts of a ${format} document` })
    }
    const types = textOf(contentTypes)
    if (/<!DOCTYPE/i.test(types)) {
      throw archiveProblems.archiveRefused({ found: 'a document type declaration inside', expected: 'none' })
    }
    const isNamed = (pattern: RegExp) => parts.some(({ name }) => pattern.test(name))
    const warnings: ProbeWarning[] = []
    if (
      isNamed(/(^|\/)vbaProject\w*\.bin$/i) ||
      isNamed(/^xl\/macrosheets\//i) ||
      /macroEnabled/i.test(types)
    ) {
      warnings.push(
        warning('macros', 'The document contains macros. Save it without them, unless readers need them.'),
      )
    }
    const relationships = parts.filter(({ name }) => /\.rels$/i.test(name))
    if (relationships.reduce((sum, { size }) => sum + size, 0) > MAX_RELATIONSHIP_BYTES) {
      throw archiveProblems.archiveRefused({
        found: 'more relationships than a document has',
        expected: 'a document',
      })
    }
    if (isNamed(/^xl\/externalLinks\//i) || relationships.some((part) => fetchesSomething(textOf(part)))) {
      warnings.push(
        warning(
          'external-links',
          'The document refers to other files or addresses that are fetched when it is opened.',
        ),
      )
    }
    if (isNamed(/\/(embeddings|activeX)\//i)) {
      warnings.push(
        warning('embedded-objects', 'The document contains embedded objects or ActiveX controls.'),
      )
    }
    return warnings
  } finally {
    archive.close()
  }
}

export const probeDocument = (file: OpenFile, format: FileFormat): Probe => ({
  format,
  kind: 'document',
  mediaType: MEDIA_TYPES[format] ?? 'application/octet-stream',
  layers: [],
  warnings: format === 'PDF' ? probePdf(file) : probeOffice(file, format),
})
