/**
 * Puts the records that a suite for CSW brings with it (csw:Record documents) into the catalogue, under the identifiers
 * it asks for. No client can: identifiers are the server's affair, and there is no harvesting. Types are kept as written.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordMetadataDraft } from '../../backend/src/metadata/record-metadata.ts'
import { childElements, firstChild, readXml, type XmlElement } from '../../backend/src/xml/read.ts'
import { addRecord } from '../helpers/catalogue.ts'
import type { TestDatabase } from '../helpers/database.ts'
import { bare } from '../ogc/csw-fixture.ts'

const most = { maxBytes: 100_000, maxDepth: 20, maxElements: 1000, maxAttributes: 1000, what: 'The record' }

const boxOf = (record: XmlElement): RecordMetadataDraft['bbox'] => {
  const box = firstChild(record, 'BoundingBox')
  const corner = (name: string) =>
    (box && firstChild(box, name)?.text.trim().split(/\s+/).map(Number)) || undefined
  const [south = 0, west = 0] = corner('LowerCorner') ?? []
  const [north = 0, east = 0] = corner('UpperCorner') ?? []
  return box ? { west, south, east, north } : undefined
}

const toMetadata = (record: XmlElement): RecordMetadataDraft => {
  const text = (name: string) => firstChild(record, name)?.text.trim()
  const date = text('date')
  return {
    ...bare,
    title: text('title') ?? '',
    abstract: text('abstract') ?? '',
    resourceType: text('type') as never,
    keywords: childElements(record, 'subject').map((subject) => subject.text.trim()),
    dates: date ? { publication: date } : {},
    bbox: boxOf(record),
    parentIdentifier: text('relation'),
    temporalExtent: undefined,
  }
}

/** Returns how many there were. */
export const addSuiteRecords = async (
  database: Pick<TestDatabase, 'knex'>,
  folder: string,
): Promise<number> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xml'))
  for (const name of names) {
    const record = readXml(await readFile(join(folder, name)), most)
    const format = firstChild(record, 'format')?.text.trim()
    await addRecord(database, toMetadata(record), {
      id: firstChild(record, 'identifier')
        ?.text.trim()
        .replace(/^urn:uuid:/, ''),
      links: format
        ? [
            {
              kind: 'external',
              title: 'Content',
              url: 'https://example.org/content',
              protocol: 'WWW:LINK-1.0-http--link',
              format,
            },
          ]
        : [],
    })
  }
  return names.length
}
