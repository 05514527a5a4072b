/**
 * The server that the suite looks at: the one at RECORDS_URL (its landing page), else our own with a few records. The
 * suite itself knows only the URL.
 */
export type ServerUnderTest = { url: string; isOurs: boolean; stop: () => Promise<void> }

const ownServer = async (): Promise<ServerUnderTest> => {
  // Only now, so that the suite runs elsewhere without the program.
  const { testProgram } = await import('../../helpers/program.ts')
  const { addRecord } = await import('../../helpers/catalogue.ts')
  const program = await testProgram()
  const db = program.database
  await addRecord(
    db,
    {
      title: 'Coastal habitats',
      keywords: ['mangrove', 'reef'],
      bbox: { west: -61.13, south: 13.66, east: -60.82, north: 14.16 },
      temporalExtent: { begin: '2024-01-01', end: '2024-12-31' },
    },
    { collectionId: 'coastal_habitats' },
  )
  await addRecord(db, {
    title: 'Roads of Soufrière',
    bbox: { west: -61.08, south: 13.82, east: -61.0, north: 13.9 },
    temporalExtent: { begin: '2020-05-01', end: '2020-05-01' },
  })
  await addRecord(db, {
    title: 'Islands of the dateline',
    bbox: { west: 177, south: -19, east: -178, north: -16 },
    temporalExtent: { begin: '1999-01-01' },
  })
  await addRecord(db, {
    title: 'Annual report of the survey',
    resourceType: 'nonGeographicDataset',
    useConditions: 'Ask the survey department',
    bbox: undefined,
    temporalExtent: undefined,
  })
  for (let n = 1; n <= 9; n += 1)
    await addRecord(db, { title: `Sheet ${n}`, abstract: `Part ${n} of the map.` })
  return { url: `${program.url}/records`, isOurs: true, stop: program.stop }
}

export const serverUnderTest = async (): Promise<ServerUnderTest> => {
  const given = process.env['RECORDS_URL']
  return given ? { url: given.replace(/\/+$/, ''), isOurs: false, stop: async () => undefined } : ownServer()
}
