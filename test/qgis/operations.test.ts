/** The QGIS operations of the bridge in a real QGIS: facts, styles, exports, links; then the same against a server. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import { createManifest, pluginPackage, toMetadataTxt } from '../../qgis-bridge/src/manifest.ts'
import { createOperations } from '../../qgis-bridge/src/operations.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { sharedData } from '../helpers/shared-data.ts'

const root = mkdtempSync(join(tmpdir(), 'secims-operations-'))
const data = sharedData('qgis-training') ?? null
const why = hasQgis() ? '' : ` (${whyNoQgis})`

/** The plugin's folder as the build makes it, without the panel, which no operation needs. */
const layOutPlugin = () => {
  const folder = join(root, pluginPackage)
  cpSync(join(import.meta.dirname, '../../qgis-bridge/shim'), folder, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  })
  writeFileSync(join(folder, 'protocol.json'), JSON.stringify(protocol))
  writeFileSync(join(folder, 'operations.json'), JSON.stringify(createOperations()))
  writeFileSync(join(folder, 'metadata.txt'), toMetadataTxt(createManifest()))
}

const runScript = async (
  script: string,
  extra: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const work = mkdtempSync(join(root, 'work-'))
  return (await runPyQgis(script, { plugins: root, data, work, ...extra })) as Record<string, unknown>
}

beforeAll(layOutPlugin)
afterAll(() => rmSync(root, { recursive: true, force: true }))

type Facts = Record<string, unknown> & { stamps: Record<string, string> }
type Exported = {
  exported: { featureCount: number; epsg: number | null; extent: number[] | null; sha256: string }
  missing: string[]
  rows: unknown[][]
  wanted: unknown[][]
  crs: [string, string]
  wkbType: [number, number]
  dataType: string[][]
}
type Failure = { code: string; message: string; remedy?: string }
type Local = {
  facts: { tree: unknown; layers: Record<string, Facts> }
  many: {
    layers: number
    firstMs: number
    laterMs: number
    isSame: boolean
    srtm: Facts
    roads: Facts
  } | null
  stamps: { what: string; differs: string[]; isTold: boolean }[]
  metadata: Record<string, Record<string, unknown>> & { isDirty: unknown; stampDiffers: unknown }
  links: Record<string, unknown>
  fixes: Record<string, unknown> & { refused: Failure; withoutWindow: Failure; gone: Failure }
  exports: Record<string, Exported>
  real: Record<string, unknown> | null
  refused: { twins: Failure; broken: Failure; gone: Failure; leftovers: number }
  polygons: {
    count: number
    tookMs: number
    sizeBytes: number
    longestStallMs: number
    ownStallMs: number
    cancelled: Failure
    leftovers: string[]
  }
  fullDisk: { failure: Failure; leftovers: string[] }
  badges: Record<string, unknown>
  further: unknown
  weights: Record<
    string,
    { guessed: { bytes: number; isSampled: boolean }; measured: number; file: number }
  > & {
    selected: unknown
    gone: unknown
  }
  systems: unknown
  lostDefinition: { lost: unknown[]; epsg: number | null; extent: number[]; other: Failure }
  unfinished: unknown
  tiles: unknown
  log: unknown[]
}

describe.skipIf(!hasQgis())(`In QGIS without a server${why}`, () => {
  let local: Local
  beforeAll(async () => {
    local = (await runScript('operations_local.py', { polygons: 100_000 })) as Local
  }, 180_000)

  test('the layer tree is listed with groups in the order of the panel', () => {
    expect(local.facts.tree).toEqual([
      ['Outer', [['Inner', ['Größe “x” 道路']], 'empty', 'table']],
      'nowhere',
      'custom',
      'broken',
    ])
  })

  test('facts are right for layers of every bad kind', () => {
    const { layers } = local.facts
    expect(layers['Größe “x” 道路']).toMatchObject({
      kind: 'vector',
      source: 'memory',
      isTemporary: true,
      isVisible: false,
      geometryType: 'MultiPolygon',
      hasZ: true,
      hasM: true,
      featureCount: 2,
      extent: [0, 0, 1, 1],
      fields: [
        { name: 'na"me', type: 'string' },
        { name: "it's", type: 'integer' },
        { name: 'größe', type: 'double' },
      ],
    })
    expect(layers['empty']).toMatchObject({ featureCount: 0, extent: null })
    expect(layers['table']).toMatchObject({ kind: 'table', geometryType: null, extent: null })
    expect(layers['nowhere']).toMatchObject({ crs: { isValid: false, epsg: null, isCustom: false } })
    expect(layers['custom']).toMatchObject({ crs: { isValid: true, epsg: null, isCustom: true } })
    expect(layers['broken']).toMatchObject({ isValid: false, featureCount: null, fields: [] })
  })

  test('curves are told, and services by their address without secrets', () => {
    expect(local.further).toEqual({
      hasCurves: [true, false],
      serviceUrl: [null, 'https://tiles.example/base/%7Bz%7D/%7Bx%7D/%7By%7D.png'],
    })
  })

  test.skipIf(data === null)('fifty layers are listed at once, and their stamps are stable', () => {
    const { many } = local
    console.info(
      `fifty layers: first list ${many?.firstMs} ms with all stamps, later ${many?.laterMs} ms; export of ${local.polygons.count} polygons ${local.polygons.tookMs} ms, longest stall ${local.polygons.longestStallMs} ms, QGIS's own ${local.polygons.ownStallMs} ms`,
    )
    expect(many).toMatchObject({ layers: 50, isSame: true })
    expect(many?.srtm).toMatchObject({ kind: 'raster', provider: 'gdal', crs: { epsg: 32733 } })
    expect(many?.roads).toMatchObject({ kind: 'vector', source: 'file', featureCount: 717 })
  })

  test('each change makes its own stamp differ, and only that; opening a file elsewhere is none', () => {
    expect(local.stamps).toEqual([
      { what: 'nothing', differs: [], isTold: false },
      { what: 'redraw', differs: [], isTold: false },
      { what: 'symbol', differs: ['style'], isTold: true },
      { what: 'opacity', differs: ['style'], isTold: true },
      { what: 'title', differs: ['metadata'], isTold: true },
      { what: 'edit', differs: ['data'], isTold: true },
      { what: 'filter', differs: ['data'], isTold: true },
      { what: 'opened elsewhere', differs: [], isTold: false },
      // Nobody tells QGIS of it; the next list sees it.
      { what: 'edited elsewhere', differs: ['data'], isTold: false },
    ])
  })

  test('metadata are written back and read again; what is absent stays', () => {
    const { given, read, afterTitleOnly, isDirty, stampDiffers } = local.metadata
    // QGIS keeps categories among the keywords, too.
    const keywords = { ...(given?.['keywords'] as object), 'gmd:topicCategory': ['transportation'] }
    expect(read).toEqual({ ...given, keywords })
    expect(afterTitleOnly).toEqual({ ...read, title: 'Second' })
    expect([isDirty, stampDiffers]).toEqual([true, true])
  })

  test('a link travels with the project; what does not look like one is none', () => {
    const { given, linked, reopened, forged, forgotten } = local.links
    expect(linked).toEqual(given)
    expect(reopened).toEqual(given)
    expect([forged, forgotten]).toEqual([null, null])
  })

  test('remedies do one thing each, and say why they cannot', () => {
    expect(local.fixes).toMatchObject({ cleared: [false, 2], edited: true, saved: false })
    expect(local.fixes.refused.message).toMatch(/is being edited/)
    expect(local.fixes.withoutWindow.message).toMatch(/needs QGIS's window/)
    expect(local.fixes.gone.code).toBe('no-layer')
  })

  test('exports equal their source: features, attributes, shapes, also of hostile layers', () => {
    for (const [name, { rows, wanted, missing, wkbType }] of Object.entries(local.exports)) {
      // A GeoPackage has no lists: QGIS writes them as text, newer ones as JSON that they read as a list again.
      const hasLists = rows.some((row) => row.some(Array.isArray))
      const expected =
        name === 'typed' && !hasLists
          ? wanted.map((row) => row.map((v) => (Array.isArray(v) ? v.join(',') : v)))
          : wanted
      expect.soft({ name, rows, missing }).toEqual({ name, rows: expected, missing: [] })
      expect.soft(wkbType[0], name).toBe(wkbType[1])
    }
    expect(local.exports['empty']?.exported).toMatchObject({ featureCount: 0, extent: null, epsg: 4326 })
    expect(local.exports['table']?.dataType).toEqual([['attributes']])
    expect(local.exports['custom']?.crs[1]).toContain('+lon_0=-61 +k=1 +x_0=1234')
    expect(local.exports['nowhere']?.exported.epsg).toBeNull()
  })

  test.skipIf(data === null)('a real layer is exported whole, filtered, selected and reprojected', () => {
    expect(local.real).toMatchObject({
      whole: 717,
      // What a killed QGIS left days ago is removed; what another one writes now is not.
      leftByOthers: ['f0000000000000002.gpkg'],
      isSame: true,
      fids: true,
      title: 'Roads of the test',
      stages: ['export', 'hash'],
      mode: '0o700',
      filtered: [268, 268, true],
      selected: 5,
      nothingSelected: { code: 'export-failed' },
      unknownCrs: { code: 'export-failed' },
      discarded: [false, 'no-file'],
    })
    expect(local.real?.['moved']).toMatchObject([
      32734,
      'EPSG:32734',
      [expect.closeTo(428788.8, 0), expect.any(Number), expect.any(Number), expect.any(Number)],
    ])
  })

  test('what a GeoPackage cannot hold is refused in words, and nothing stays', () => {
    expect(local.refused.twins.message).toContain("'name' and 'NAME'")
    expect(local.refused.broken.code).toBe('layer-invalid')
    expect(local.refused.gone.code).toBe('no-layer')
    expect(local.refused.leftovers).toBe(0)
  })

  test('a cancelled export and a full disk leave no file', () => {
    expect(local.polygons).toMatchObject({ count: 100_000, cancelled: { code: 'cancelled' }, leftovers: [] })
    expect(local.fullDisk).toMatchObject({ failure: { code: 'disk-full' }, leftovers: [] })
  })

  test('a layer is weighed as the server will weigh it, before its export and after (R5.2)', () => {
    for (const name of ['pl"ots', 'table', 'many']) {
      const { guessed, measured, file } = local.weights[name] ?? {
        guessed: { bytes: 0 },
        measured: 0,
        file: 0,
      }
      expect(Math.abs(guessed.bytes / measured - 1), name).toBeLessThan(0.03)
      expect(file, name).toBeGreaterThan(measured)
    }
    expect(local.weights['pl"ots']?.guessed.isSampled).toBe(false)
    expect(local.weights).toMatchObject({ selected: expect.closeTo(0.01, 4), gone: { code: 'no-layer' } })
  })

  test('of coordinate systems QGIS says itself whether they are in degrees', () => {
    expect(local.systems).toEqual({
      'EPSG:4326': { isGeographic: true, unit: 'degrees' },
      'EPSG:2006': { isGeographic: false, unit: 'meters' },
      'EPSG:4978': { isGeographic: false, unit: 'meters' },
      'OGC:CRS84': { isGeographic: true, unit: 'degrees' },
    })
  })

  test('a system that QGIS has lost is written all the same, and a file in another one is refused', () => {
    const { lost, epsg, extent, other } = local.lostDefinition
    expect(lost).toEqual([true, 'EPSG:2005', ''])
    expect({ epsg, extent }).toEqual({ epsg: 2005, extent: [1, 2, 1, 2] })
    expect(other.message).toContain('another coordinate system: EPSG:2005')
  })

  test('what publications left unfinished is remembered for its connection, until it is forgotten', () => {
    expect(local.unfinished).toEqual({
      kept: { unfinished: [{ key: 'one', connection: 'c0123456789ab', kept: { recordId: 'r2' } }] },
      after: { unfinished: [] },
      there: { unfinished: [{ key: 'two', connection: 'cba9876543210', kept: {} }] },
    })
  })

  test('rules and categories become symbols for tiles with their conditions and zoom levels', () => {
    const isA = `("n" > 1) AND ("kind" = 'a')`
    const isNotA = `("n" > 1) AND (NOT coalesce(("kind" = 'a'), false))`
    expect(local.tiles).toEqual({
      rules: {
        styles: [
          ['near', 'points', '("n" > 1)', 13, -1],
          ['near a', 'points', isA, 13, -1],
          ['near others', 'points', isNotA, 13, -1],
        ],
        lost: [],
      },
      categories: { styles: [['A', 'points', `("kind" = 'a')`, -1, -1]], lost: [] },
      heatmap: { styles: [], lost: ['heatmapRenderer'] },
    })
  })

  test('the layer tree shows what is published and what differs, and nothing afterwards', () => {
    expect(local.badges).toEqual({
      before: [],
      published: [expect.stringContaining('published, unchanged')],
      restyled: [expect.stringContaining('differs from what is published: style (')],
      described: [expect.stringContaining(': style, metadata (')],
      back: [expect.stringContaining('published, unchanged')],
      emptied: [expect.stringContaining(': data (')],
      stopped: [],
      gone: { before: [1, 1, 1, 1], left: [0, 0, 0, 0, 0, 0] },
    })
    expect(local.log).toEqual([])
  })
})

type Result = { error?: string; RESULT?: Record<string, unknown>; COLLECTION_ID?: string; RECORD_ID?: string }
type Server = {
  roundTrip: Record<string, unknown> & { published: Result; paintedPixels: number; added: unknown }
  hostile: Record<string, unknown>
  downloads: Record<string, unknown>
  tiles: Record<string, unknown>
  qgisAlone: Record<string, unknown>
  spoken: { en: Record<string, string[]>; fr: Record<string, string[]> }
  background: Record<string, unknown>
  algorithms: Record<string, Result> & {
    linkAfter: unknown
    leftovers: unknown
    stampsDiffer: unknown
    colour: unknown
  }
  extent: unknown
  log: unknown[]
  isPwned: boolean
}

describe.skipIf(!hasQgis())(`In QGIS with a server${why}`, () => {
  let program: TestProgram
  let server: Server
  beforeAll(async () => {
    program = await testProgram()
    server = (await runScript('operations_server.py', {
      url: program.url,
      token: program.tokenOf('editor'),
    })) as Server
  }, 180_000)
  afterAll(() => program.stop())

  test('a style travels whole: local symbols inside, library symbols by name, no folder of this computer', () => {
    expect(server.roundTrip).toMatchObject({
      travels: {
        assets: [
          { name: 'zeichen größe.svg', kind: 'svg', state: 'embedded' },
          { name: 'plane.svg', kind: 'svg', state: 'builtin' },
        ],
      },
      isDirtyAfterStyle: false,
      folderInQml: false,
      folderInSld: false,
      dataUris: 2,
    })
  })

  test('published and opened from the catalogue, a layer is the same to the pixel, and so is its style', () => {
    const { added, differentPixels, paintedPixels, isSameData, linkStampsAgree, copyLinkAgrees } =
      server.roundTrip
    expect(added).toMatchObject({ style: 'identical', differences: [] })
    expect(paintedPixels).toBeGreaterThan(1000)
    expect({ differentPixels, isSameData, linkStampsAgree, copyLinkAgrees }).toEqual({
      differentPixels: 0,
      isSameData: true,
      linkStampsAgree: true,
      copyLinkAgrees: true,
    })
  })

  test('a collection is opened with the token of the connection, by SLD where there is no QML, and checked', () => {
    const stallsMs = server.roundTrip['stallsMs'] as { check: number; add: number }
    console.info(`QGIS's own stalls: ${JSON.stringify(stallsMs)} ms`)
    expect(server.roundTrip).toMatchObject({
      // Preflight refuses to publish what comes from this very catalogue (LYR-009).
      serviceUrl: `${program.url}/pygeoapi`,
      source: expect.stringMatching(/^authcfg=\w+ .*pagingEnabled='true'/),
      withSld: { style: 'sld' },
      sldRenderer: 'RuleRenderer',
      bare: { style: 'none' },
      checked: { isValid: true, featureCount: 6, geometryType: 'Point', hasFirstFeature: true },
      absent: { isValid: false, message: expect.stringMatching(/\w/) },
      absentAdded: { code: 'layer-invalid' },
    })
  })

  test('a collection is opened as vector tiles with its style, and stands among QGIS’s own connections', () => {
    const template = `${program.url}/pygeoapi/collections/zeichen/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`
    expect(server.tiles).toMatchObject({
      added: { style: 'translated', differences: [] },
      source: expect.stringMatching(/authcfg=\w+/),
      filters: [`("kind" = 'school')`, `("kind" = 'other')`],
      labels: ['na"me'],
      opacity: 0.7,
      bySld: { style: 'translated' },
      bare: { style: 'none' },
      first: { added: ['features', 'metasearch', 'tiles'], present: [] },
      second: { added: [], present: ['features', 'metasearch', 'tiles'] },
    })
    expect(server.tiles['painted']).toBeGreaterThan(500)
    expect(Object.values(server.tiles['tiled'] as object)).toContain(template)
  })

  test('a style that SLD cannot say is published for QGIS alone, and comes back (R7.4)', () => {
    // Since 3.28 QGIS edits collections.
    const isEditing = Number(server.qgisAlone['version']) >= 32800
    expect(server.qgisAlone).toMatchObject({
      published: {
        RESULT: { warnings: expect.arrayContaining([expect.objectContaining({ code: 'QML_ONLY' })]) },
      },
      style: { sldVersion: null, hasQml: true },
      added: { style: 'identical', isEdited: isEditing },
      renderer: 'heatmapRenderer',
      isEditable: isEditing,
      pulled: { OUTCOME: 'identical' },
    })
  })

  test('algorithms speak English and French, parameters and all', () => {
    const { en, fr } = server.spoken
    expect(Object.keys(fr)).toEqual(Object.keys(en))
    expect(fr['publish']).toContain('Publier une couche')
    for (const name of Object.keys(en)) {
      const long = (en[name] ?? []).filter((text) => text.includes(' '))
      expect(
        (fr[name] ?? []).filter((text) => long.includes(text)),
        name,
      ).toEqual([])
    }
  })

  test('of a hostile style nothing that runs, asks other servers or forges a link is loaded', () => {
    expect(server.hostile).toMatchObject({
      wasHostile: true,
      added: { style: 'differs', differences: ['renderer', 'symbols on other servers'] },
      actions: 0,
      mapTip: '',
      initCode: '',
      initFunction: '',
      uiForm: '',
      link: null,
      svg: '',
      entities: { style: 'differs', differences: [expect.stringContaining('not one that QGIS writes')] },
    })
    expect(server.isPwned).toBe(false)
  })

  test('a download is saved under a safe name and added', () => {
    expect(server.downloads).toMatchObject({
      files: ['zei_chen_.gpkg'],
      count: 6,
      name: 'Downloaded',
      stages: ['download'],
    })
  })

  test('algorithms plan, publish and verify, and see what was changed since', () => {
    const { planned, first, verified, notSame, notSameTold, again, verifiedAgain } = server.algorithms
    expect(planned).toMatchObject({ KIND: 'new', BLOCKING: 0 })
    expect(first).toMatchObject({ COLLECTION_ID: 'op-plots', FEATURE_COUNT: 2, RESULT: { isVerified: true } })
    expect(verified).toMatchObject({ RESULT: { isSame: true } })
    expect(notSame?.error).toMatch(/has 2 features, the layer 1/)
    expect(notSameTold).toMatchObject({ RESULT: { isSame: false } })
    expect(again).toMatchObject({ RECORD_ID: first?.RECORD_ID, COLLECTION_ID: 'op-plots', FEATURE_COUNT: 1 })
    expect(verifiedAgain).toMatchObject({ RESULT: { isSame: true } })
  })

  test('in the toolbox an algorithm runs beside QGIS, and the layer knows afterwards', () => {
    console.info(`QGIS's own longest stall while publishing: ${server.background['ownStallMs']} ms`)
    expect(server.background, String(server.background['log'])).toMatchObject({
      isDone: true,
      hasProgress: true,
      link: 'op-background',
      results: { FEATURE_COUNT: 2 },
    })
  })

  test('a change of schema is planned, refused, and done when it is meant', () => {
    const { plannedSchema, schema, schemaAccepted } = server.algorithms
    expect(plannedSchema).toMatchObject({ KIND: 'update', RESULT: { plan: { needsConsent: true } } })
    expect(schema?.error).toMatch(/area_ha/)
    expect(schemaAccepted).toMatchObject({ RESULT: { isVerified: true } })
  })

  test('the published style is pulled back; records are found by words and place', () => {
    const { plannedStyle, pulled, searched, searchedElsewhere, colour, stampsDiffer } = server.algorithms
    expect(stampsDiffer).toBe(true)
    expect(plannedStyle).toMatchObject({ RESULT: { plan: { style: 'replace', data: 'keep' } } })
    expect(pulled).toMatchObject({ OUTCOME: 'identical' })
    expect(colour).toBe('#ff8800')
    expect(searched).toMatchObject({ COUNT: 1, RESULT: { records: [{ title: 'Plots of the test' }] } })
    expect(searchedElsewhere).toMatchObject({ COUNT: 0 })
  })

  test('unpublishing takes the collection away and the link knows; what cannot be done is said', () => {
    const {
      unpublished,
      linkAfter,
      gone,
      unpublishedTwice,
      unknownConnection,
      badToken,
      wrongToken,
      leftovers,
    } = server.algorithms
    expect(unpublished).toMatchObject({ RESULT: { collectionId: 'op-plots' } })
    expect(linkAfter).toMatchObject({ collectionId: null })
    expect(gone?.error).toMatch(/no collection 'op-plots'/)
    expect(unpublishedTwice?.error).toMatch(/no collection that this token may unpublish/)
    expect(unknownConnection?.error).toMatch(/no connection 'nobody'. Known: test/)
    expect(badToken?.error).toMatch(/without a token/)
    expect(wrongToken?.error).toMatch(/\w/)
    expect(leftovers).toEqual([])
    expect(server.log).toEqual([])
  })

  test('qgis_process publishes, verifies and unpublishes from a plugin folder, without a window', {
    timeout: 120_000,
  }, async () => {
    const home = mkdtempSync(join(root, 'home-'))
    const layer = join(home, 'größe.geojson')
    const point = (x: number) => ({
      type: 'Feature',
      properties: { code: `P${x}` },
      geometry: { type: 'Point', coordinates: [-61 + x / 100, 13.9] },
    })
    writeFileSync(
      layer,
      JSON.stringify({ type: 'FeatureCollection', features: [point(1), point(2), point(3)] }),
    )
    const given = [`INPUT=${layer}`, `SERVER=${program.url}`, 'COLLECTION=op-process']
    await qgisProcess(home, ['plugins', 'enable', pluginPackage])
    const published = await qgisProcess(home, [
      '--json',
      'run',
      'secims:publish',
      '--',
      ...given,
      'TITLE=Points',
    ])
    expect(published.said, published.complaints).toContain('"FEATURE_COUNT": 3')
    expect(published.code).toBe(0)
    expect((await qgisProcess(home, ['run', 'secims:verify', '--', ...given])).code).toBe(0)
    writeFileSync(layer, JSON.stringify({ type: 'FeatureCollection', features: [point(1)] }))
    const differs = await qgisProcess(home, ['run', 'secims:verify', '--', ...given])
    expect(differs.code).toBe(1)
    expect(differs.said + differs.complaints).toMatch(/has 3 features, the layer 1/)
    const [, server, collection] = given
    expect(
      (await qgisProcess(home, ['run', 'secims:unpublish', '--', server ?? '', collection ?? ''])).code,
    ).toBe(0)
  })

  const qgisProcess = (home: string, args: string[]) =>
    new Promise<{ code: number | null; said: string; complaints: string }>((resolve, reject) => {
      mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 })
      // Debian's own wrapper passes an option that the program does not know.
      const name = existsSync('/usr/bin/qgis_process.bin') ? 'qgis_process.bin' : 'qgis_process'
      const child = spawn(name, args, {
        env: {
          PATH: process.env['PATH'] ?? '',
          LANG: 'C.UTF-8',
          TZ: 'UTC',
          HOME: home,
          XDG_RUNTIME_DIR: join(home, 'run'),
          QT_QPA_PLATFORM: 'offscreen',
          QGIS_PLUGINPATH: root,
          SECIMS_TOKEN: program.tokenOf('editor'),
        },
      })
      let said = ''
      let complaints = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaints += text
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, said, complaints }))
    })
})
