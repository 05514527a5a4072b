/** A project, a catalogue and a QGIS for the panel's screens: facts with hostile names, and overrides for each state. */
export type Scripted =
  | { ok: unknown }
  | { err: { code: string; message: string; remedy?: string; data?: unknown } }
  /** Never answered; progress is told once. */
  | { hang: true; progress?: { stage: string; done: number; total: number; bytesPerSecond?: number }[] }

export type Scenario = {
  hello: Record<string, unknown>
  verbs: Record<string, Scripted>
  /** Answers of api.call, by operation. */
  operations: Record<string, Scripted>
  /** Messages are swallowed: QGIS is not there. */
  isDeaf?: boolean
}

/** Would set `window.pwned` wherever a string is taken for markup. */
export const hostile = '<img src=x onerror="window.pwned=1">'

export const ok = (body: unknown, extra: object = {}): Scripted => ({ ok: { body, ...extra } })
export const answers = (result: unknown): Scripted => ({ ok: result })
export const problem = (status: number, code: string, detail: string): Scripted => ({
  err: {
    code: 'problem',
    message: detail,
    data: { status, problem: { type: `/problems/${code}`, code, status, detail, title: detail } },
  },
})

export const light = {
  isDark: false,
  colours: {
    window: '#efefef',
    windowText: '#000000',
    base: '#ffffff',
    text: '#000000',
    button: '#efefef',
    buttonText: '#000000',
    highlight: '#308cc6',
    highlightedText: '#ffffff',
    mid: '#b8b8b8',
    link: '#0000ff',
  },
  fontFamily: 'DejaVu Sans',
  fontPx: 13,
}

/** QGIS's theme Night Mapping. */
export const dark = {
  isDark: true,
  colours: {
    window: '#323232',
    windowText: '#ffffff',
    base: '#232323',
    text: '#ffffff',
    button: '#323232',
    buttonText: '#ffffff',
    highlight: '#385a84',
    highlightedText: '#ffffff',
    mid: '#5a5a5a',
    link: '#5bb4f5',
  },
  fontFamily: 'DejaVu Sans',
  fontPx: 13,
}

const server = 'https://catalogue.example'
const recordId = '3f0f6a52-5d0f-4f2a-9a38-0d6c6c0d2f11'
const uploadId = '0b8b9c6e-2f0e-4c51-8d1c-4f9f4c7d3a10'
const publicationId = '9d2f1f0a-6a11-4b58-8a9d-6f6f5d1f7c20'

export const connection = {
  id: 'c0123456789ab',
  name: 'National catalogue',
  url: server,
  hasToken: true,
  state: 'connected',
  actor: { name: 'Ana Joseph', role: 'editor', domainId: null },
  message: 'Connected as Ana Joseph, editor.',
}

const stamps = { data: 'd1', style: 's1', metadata: 'm1' }

export const layer = (overrides: Record<string, unknown> = {}) => ({
  id: 'roads_1',
  name: 'Roads',
  kind: 'vector',
  isValid: true,
  provider: 'ogr',
  source: 'file',
  geometryType: 'MultiLineString',
  hasZ: false,
  hasM: false,
  crs: { isValid: true, authid: 'EPSG:4326', epsg: 4326, isCustom: false, description: 'WGS 84' },
  featureCount: 1250,
  selectedCount: 12,
  isFiltered: false,
  isEdited: false,
  isTemporary: false,
  isVisible: true,
  fields: [
    { name: 'name', type: 'string' },
    { name: hostile, type: 'integer' },
  ],
  extent: [-61.1, 13.7, -60.8, 14.2],
  extentCrs84: [-61.1, 13.7, -60.8, 14.2],
  sizeBytes: 4_200_000,
  metadata: {
    title: `Roads of ${hostile}`,
    abstract: 'All roads, from the survey of 2025.',
    keywords: { free: ['roads', 'traffic'] },
    categories: ['transportation'],
    contacts: [
      { name: 'Ana Joseph', organization: 'Survey', role: 'pointOfContact', email: 'ana@example.org' },
    ],
    history: ['Digitised from aerial photographs.'],
    constraints: [
      { type: 'use', constraint: 'No conditions' },
      { type: 'access', constraint: 'No conditions' },
    ],
  },
  renderer: 'categorizedSymbol',
  link: null,
  stamps,
  ...overrides,
})

const link = {
  server,
  recordId,
  collectionId: 'parcels',
  styleId: 'parcels',
  version: 3,
  publishedAt: '2026-11-02T10:20:00Z',
  stamps: { ...stamps, data: 'd0', metadata: 'm1' },
}

export const parcels = layer({
  id: 'parcels_1',
  name: 'Parcels',
  geometryType: 'MultiPolygon',
  selectedCount: 0,
  link,
  metadata: {},
  fields: [
    { name: 'name', type: 'string' },
    { name: 'size', type: 'double' },
  ],
})
const noCrs = layer({
  id: 'wells_1',
  name: `Wells ${hostile}`,
  geometryType: 'Point',
  crs: { isValid: false, authid: '', epsg: null, isCustom: false, description: '' },
  extentCrs84: null,
  isTemporary: true,
  source: 'memory',
  provider: 'memory',
  metadata: {},
})
const ortho = layer({
  id: 'ortho_1',
  name: 'Orthophoto',
  kind: 'raster',
  geometryType: null,
  provider: 'gdal',
  fields: [],
})

const leaf = ({ id, name }: { id: string; name: string }) => ({
  kind: 'layer',
  name,
  layer: id,
  isVisible: true,
})

export const project = {
  title: 'Saint Lucia',
  crs: 'EPSG:2006',
  isSaved: true,
  tree: [
    leaf(layer()),
    { kind: 'group', name: `Land ${hostile}`, children: [leaf(parcels), leaf(noCrs)] },
    { kind: 'group', name: 'Base maps', children: [leaf(ortho)] },
  ],
  layers: [layer(), parcels, noCrs, ortho],
}

const qml = `<!DOCTYPE qgis><qgis version="3.22.16-Białowieża" styleCategories="Symbology"><renderer-v2 type="categorizedSymbol" attr="name" symbollevels="0"><categories><category symbol="0" value="a" label="&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;" render="true"/></categories><symbols><symbol name="0" type="line" alpha="1" clip_to_extent="1"><layer class="SimpleLine" pass="0" enabled="1" locked="0"><Option type="Map"><Option name="line_color" value="1,2,3,255" type="QString"/><Option name="line_width" value="0.5" type="QString"/></Option></layer><layer class="HashLine" pass="0" enabled="1" locked="0"><Option type="Map"/></layer></symbol></symbols></renderer-v2></qgis>`

export const layerStyle = {
  qml,
  sld: '<StyledLayerDescriptor version="1.1.0"/>',
  sldMessages: [],
  assets: [{ name: `${hostile}.svg`, kind: 'svg', state: 'missing' }],
  fonts: [{ family: 'Gill Sans', isInstalled: false }],
}

const metadata = {
  language: 'eng',
  dateStamp: '2026-10-01',
  contacts: [
    {
      individualName: 'Ana Joseph',
      organisation: 'Survey',
      email: 'ana@example.org',
      role: 'pointOfContact',
    },
  ],
  pointsOfContact: [
    {
      individualName: 'Ana Joseph',
      organisation: 'Survey',
      email: 'ana@example.org',
      role: 'pointOfContact',
    },
  ],
  resourceType: 'dataset',
  title: 'Parcels',
  dates: { creation: '2025-01-31' },
  abstract: `Parcels with owners. ${hostile}`,
  resourceLanguage: 'eng',
  topicCategories: ['planningCadastre'],
  lineageStatement: 'Survey of 2025.',
  useConditions: 'No conditions',
  accessConditions: 'No conditions',
  crs: 'EPSG:4326',
}

export const record = {
  id: recordId,
  state: 'published',
  title: 'Parcels',
  ownerId: 'ana',
  domainId: null,
  metadata,
  uploadId: null,
  version: 3,
  publishedVersion: 3,
  returnReason: null,
  successorId: null,
  createdAt: '2026-10-01T08:00:00Z',
  updatedAt: '2026-11-02T10:20:00Z',
  publishedAt: '2026-11-02T10:20:00Z',
  collectionId: 'parcels',
  distributions: [
    {
      id: uploadId,
      kind: 'original',
      title: 'parcels.gpkg',
      url: `${server}/files/1`,
      protocol: 'WWW:DOWNLOAD',
      mediaType: null,
      format: 'GeoPackage',
      sizeBytes: 5_300_000,
      epsg: 4326,
    },
  ],
  styles: [{ id: 'parcels', title: 'Parcels', isDefault: true }],
  findings: { errors: [], warnings: [] },
  links: [],
}

const publication = {
  id: publicationId,
  recordId,
  kind: 'publish',
  state: 'done',
  step: 'done',
  progress: { share: 1, text: 'Done' },
  result: {
    collectionId: 'parcels',
    featureCount: 1250,
    version: 4,
    links: [],
    warnings: [{ code: 'column-renamed', message: `The column ${hostile} is served as it is.` }],
  },
  problem: null,
  createdAt: '2026-11-27T20:00:00Z',
  finishedAt: '2026-11-27T20:00:09Z',
}

const style = {
  id: 'parcels',
  title: 'Parcels',
  sldVersion: '1.1.0',
  hasQml: true,
  ownerId: 'ana',
  version: 1,
  warnings: [],
  usedBy: [],
  createdAt: '',
  updatedAt: '',
  links: [],
}

const collection = {
  id: 'parcels',
  title: 'Parcels',
  itemType: 'feature',
  itemCount: 1250,
  storageCrs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
  extent: {
    spatial: { bbox: [[-61.1, 13.7, -60.8, 14.2]], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
  },
  links: [
    {
      rel: 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
      href: `${server}/pygeoapi/collections/parcels/tiles`,
    },
  ],
}

const schema = {
  properties: {
    geometry: { 'x-ogc-role': 'primary-geometry', format: 'geometry-multipolygon' },
    name: { type: 'string' },
    [hostile]: { type: 'integer', format: 'int64' },
  },
}

const found = (id: string, title: string, description: string) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Polygon', coordinates: [] },
  time: null,
  properties: {
    created: '2026-10-01T08:00:00Z',
    updated: '2026-10-01T08:00:00Z',
    type: 'dataset',
    title,
    description,
    contacts: [{ organization: 'Survey department', roles: ['pointOfContact'] }],
  },
  links: [
    { rel: 'item', href: `${server}/x` },
    { rel: 'enclosure', href: `${server}/y` },
    { rel: 'stylesheet', href: `${server}/z` },
  ],
})

const exported = {
  file: 'f0123456789abcdef',
  layerName: 'roads',
  sizeBytes: 4_200_000,
  layerBytes: 4_100_000,
  sha256: 'ab'.repeat(32),
  featureCount: 1250,
  epsg: 4326,
  extent: [-61.1, 13.7, -60.8, 14.2],
  fields: [
    { name: 'name', type: 'string' },
    { name: hostile, type: 'integer' },
  ],
}

const settings = { host: 'auto', locale: 'auto', connection: connection.id }

/** Everything works. */
export const scenario = ({
  verbs = {},
  operations = {},
  hello = {},
  isDeaf = false,
}: Partial<Scenario> = {}): Scenario => ({
  isDeaf,
  hello: {
    plugin: '0.1.0',
    qgis: '3.22.16-Białowieża',
    qt: '5.15.8',
    host: 'webkit',
    locale: 'en',
    theme: light,
    capabilities: {},
    settings,
    ...hello,
  },
  verbs: {
    'settings.get': answers(settings),
    'settings.set': answers(settings),
    'clipboard.copy': answers({}),
    'page.open': answers({}),
    'connections.list': answers({
      connections: [
        connection,
        {
          ...connection,
          id: 'cba9876543210',
          name: `Test ${hostile}`,
          url: 'http://localhost:8080',
          state: 'refused',
          actor: null,
          message: 'The server does not know this token.',
        },
      ],
    }),
    'connections.test': answers({ connection }),
    'connections.edit': answers({ connection: null }),
    'connections.addToBrowser': answers({ added: ['features'], present: [] }),
    'layers.list': answers(project),
    'layer.style': answers(layerStyle),
    'layer.weigh': answers({ bytes: 4_100_000, isSampled: false }),
    'unfinished.keep': answers({}),
    'unfinished.list': answers({ unfinished: [] }),
    'unfinished.forget': answers({}),
    'tiles.add': answers({ layer: 'parcels_4', style: 'translated', differences: ['diagrams'] }),
    'layer.export': answers(exported),
    'layer.setLink': answers(parcels),
    'layer.setMetadata': answers(parcels),
    'file.discard': answers({}),
    'upload.send': answers({ uploadId, sha256: exported.sha256, sizeBytes: exported.sizeBytes }),
    'upload.discard': answers({}),
    'uploads.pending': answers({ uploads: [] }),
    'collection.check': answers({
      isValid: true,
      message: '',
      featureCount: 1250,
      crs: 'OGC:CRS84',
      extent: [-61.1, 13.7, -60.8, 14.2],
      geometryType: 'MultiLineString',
      fields: exported.fields,
      hasFirstFeature: true,
    }),
    'collection.add': answers({ layer: 'parcels_2', style: 'identical', differences: [] }),
    'download.add': answers({ layer: 'parcels_3', style: 'identical', differences: [] }),
    'map.extent': answers({ extentCrs84: [-61.1, 13.7, -60.8, 14.2] }),
    ...verbs,
  },
  operations: {
    'catalogue.getSettings': ok({
      title: 'National catalogue',
      crsList: [
        { epsg: 4326, name: 'WGS 84' },
        { epsg: 2006, name: 'St. Lucia 1955 / British West Indies Grid' },
      ],
      nationalExtent: [-61.3, 13.6, -60.7, 14.3],
      extensions: ['.gpkg'],
      limits: { datasetBytes: 50_000_000, geopackageBytes: 500_000_000, sldBytes: 1_000_000 },
    }),
    'catalogue.getMe': ok({
      kind: 'token',
      tokenId: 'ana',
      role: 'editor',
      domainId: null,
      name: 'Ana Joseph',
      organisation: 'Survey',
      email: 'ana@example.org',
      allowed: [],
    }),
    'catalogue.listDomains': ok({ domains: [{ id: 'land', title: `Land ${hostile}` }] }),
    'catalogue.listRecords': ok({
      records: [{ ...record, id: uploadId, title: `Parcels 2027 ${hostile}` }],
      total: 1,
    }),
    'catalogue.getRecord': ok(record),
    'catalogue.createRecord': ok(
      { ...record, state: 'draft', publishedVersion: null, collectionId: null },
      { status: 201, etag: '"1"' },
    ),
    'catalogue.changeRecord': ok(record, { etag: '"4"' }),
    'catalogue.deleteRecord': ok(null, { status: 204 }),
    'catalogue.getStyle': ok(style, { etag: '"1"' }),
    'catalogue.createStyle': ok(style, { status: 201 }),
    'catalogue.replaceStyle': ok(style),
    'catalogue.deleteStyle': ok(null, { status: 204 }),
    'catalogue.getStyleQml': answers({ body: null, text: qml }),
    'catalogue.getUpload': ok({ id: uploadId, state: 'ready', problem: null, probe: null }),
    'catalogue.deleteUpload': ok(null, { status: 204 }),
    'catalogue.publishRecord': ok({ ...publication, state: 'queued', result: null }, { status: 202 }),
    'catalogue.getPublication': ok(publication),
    'catalogue.unpublishCollection': ok({ ...record, collectionId: null, version: 4 }),
    'catalogue.deprecateRecord': ok({ ...record, state: 'deprecated' }),
    'features.getCollection': ok(collection),
    'features.getSchema': ok(schema),
    'records.getRecords': ok({
      type: 'FeatureCollection',
      numberMatched: 42,
      numberReturned: 2,
      features: [
        found(
          recordId,
          `Parcels ${hostile}`,
          'Parcels with owners and land use, from the cadastral survey. '.repeat(4),
        ),
        found(uploadId, 'Roads', hostile),
      ],
      links: [{ rel: 'next', href: 'x' }],
    }),
    ...operations,
  },
})

export const pendingUpload = (note: object) => ({
  pending: 'p0123456789abcdef',
  connection: connection.id,
  layer: 'roads_1',
  fileName: 'Roads.gpkg',
  sentBytes: 1_800_000,
  sizeBytes: 4_200_000,
  startedAt: '2026-11-26T16:02:00Z',
  note,
})

export { exported, publication, recordId, settings, uploadId }
