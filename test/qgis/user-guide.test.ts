/** Chapter 9 of the user guide against what it describes: codes of preflight, words of the panel, names of the plugin. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readMarkdown } from '../../backend/src/http/markdown.ts'
import { codes } from '../../backend/src/preflight/codes.ts'
import { en } from '../../qgis-bridge/panel/words/en.ts'
import { createManifest, pluginPackage } from '../../qgis-bridge/src/manifest.ts'

const text = readFileSync(new URL('../../backend/docs/user-guide/09-qgis-bridge.md', import.meta.url), 'utf8')
const kinds = {
  blocking: en.severityBlocking,
  warning: en.severityWarning,
  information: en.severityInformation,
}

describe('chapter 9', () => {
  test('explains every code of preflight, with its kind, and no other', () => {
    const rows = [...text.matchAll(/^\| ([A-Z]{3}-\d{3}) \| ([^|]+) \| ([^|]+) \|/gm)]
    expect(Object.fromEntries(rows.map(([, code, kind]) => [code, kind?.trim()]))).toEqual(
      Object.fromEntries(Object.entries(codes).map(([code, severity]) => [code, kinds[severity]])),
    )
    expect(rows.length).toBe(Object.keys(codes).length)
    for (const [, code, , what] of rows) expect(what?.trim().length, code).toBeGreaterThan(8)
  })

  test('calls the buttons and screens what the panel calls them', () => {
    const names: (keyof typeof en)[] = [
      'tabPublish',
      'tabCatalogue',
      'tabSettings',
      'connectionAdd',
      'connectionAddToBrowser',
      'connectionEdit',
      'copyDetails',
      'takeOver',
      'fixChooseCrs',
      'fixSaveEdits',
      'fixClearFilter',
      'layerOptions',
      'metadataEdit',
      'metadataDefaults',
      'metadataWriteBack',
      'reviewButton',
      'reviewAgain',
      'openRecord',
      'copyLinks',
      'cancelLayer',
      'cancelAll',
      'resultPublished',
      'linkPublishAll',
      'linkPublishData',
      'linkPublishStyle',
      'linkPublishMetadata',
      'linkUnpublish',
      'linkDeprecate',
      'linkForget',
      'linkSuccessor',
      'addToMap',
      'pendingResume',
      'pendingDiscard',
      'settingsHost',
    ]
    const plain = text.replaceAll('’', "'")
    const absent = names.filter((name) => !plain.includes(`**${String(en[name]).replaceAll('’', "'")}`))
    expect(absent).toEqual([])
    for (const name of ['planNew', 'planUpdate', 'planUntouched', 'planBlocked'] as const)
      expect(plain.replace(/\s+/g, ' ')).toContain(`*${en[name]}*`)
  })

  test('names the plugin as it is, and is titled for the list of chapters', () => {
    expect(text).toContain(`*${createManifest().name}*`)
    expect(text).toContain(`qgis_process plugins enable ${pluginPackage}`)
    expect(readMarkdown(text).title).toBe('Publishing from QGIS')
  })
})
