/**
 * The server that the rules are checked on: the one at CLIENT_RULES_URL, else our own with the published examples. The
 * rules themselves know only addresses; this file alone knows the program.
 */
export type ServerUnderTest = {
  /** Landing pages of OGC API – Features and Tiles, of OGC API – Records, and the address of CSW; null where there is none. */
  features: string
  records: string | null
  csw: string | null
  /** Signs in somebody who may edit `editable`. */
  token: string | null
  /** A collection that may be written to; what the rules write they take away again. */
  editable: string | null
  isOurs: boolean
  stop: () => Promise<void>
}

const given = (name: string): string | null => process.env[name]?.replace(/\/+$/, '') || null

/** Quotes and backslashes where QGIS fails over them (G12), gaps where it guesses types (G22), and more than one page. */
const hostileRows = Array.from({ length: 23 }, (_, at) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [-61 + at / 1000, 13.9 + at / 1000] },
  properties: {
    name: at % 3 === 0 ? null : `Place "${at}" \\ end\\`,
    visitors: at % 2 === 0 ? null : at * 10,
    rating: at / 8,
    seen: `2020-01-${String(1 + at).padStart(2, '0')}`,
  },
}))

const ownServer = async (): Promise<ServerUnderTest> => {
  // Only now, so that the rules can be checked elsewhere without the program.
  const { mkdtemp, readFile, rm, writeFile } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  const { testProgram } = await import('../../helpers/program.ts')
  const { addStyle, publishFile } = await import('../../helpers/publish.ts')
  const { addRecord } = await import('../../helpers/catalogue.ts')
  const program = await testProgram()
  const editor = program.as('editor')
  const examples = join(import.meta.dirname, '../../../examples')
  for (const name of ['coastal_habitats', 'health_centres', 'roads', 'rainfall_monthly']) {
    const folder = join(examples, name)
    const metadata = JSON.parse(await readFile(join(folder, 'metadata.json'), 'utf8'))
    const style =
      name === 'rainfall_monthly'
        ? {}
        : { styleId: await addStyle(editor, join(folder, `${name}.sld`), join(folder, `${name}.qml`)) }
    await publishFile(editor, join(folder, `${name}.gpkg`), { collectionId: name, metadata, ...style })
  }
  const folder = await mkdtemp(join(tmpdir(), 'client-rules-'))
  const path = join(folder, 'places.geojson')
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features: hostileRows }))
  await publishFile(editor, path, { collectionId: 'places', metadata: { title: 'Places' } as never })
  await rm(folder, { recursive: true })
  for (let sheet = 1; sheet <= 12; sheet += 1)
    await addRecord(program.database, { title: `Sheet ${sheet}`, abstract: `Part ${sheet} of the map.` })
  return {
    features: `${program.url}/pygeoapi`,
    records: `${program.url}/records`,
    csw: `${program.url}/csw`,
    token: program.tokenOf('editor'),
    editable: 'places',
    isOurs: true,
    stop: program.stop,
  }
}

export const serverUnderTest = async (): Promise<ServerUnderTest> => {
  const site = given('CLIENT_RULES_URL')
  if (site === null) return ownServer()
  const face = (name: string, path: string) =>
    process.env[name] === '' ? null : (given(name) ?? `${site}${path}`)
  return {
    features: given('CLIENT_RULES_FEATURES') ?? `${site}/pygeoapi`,
    records: face('CLIENT_RULES_RECORDS', '/records'),
    csw: face('CLIENT_RULES_CSW', '/csw'),
    token: given('CLIENT_RULES_TOKEN'),
    editable: given('CLIENT_RULES_EDITABLE'),
    isOurs: false,
    stop: async () => undefined,
  }
}
