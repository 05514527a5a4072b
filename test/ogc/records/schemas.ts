/** What OGC 20-004r1 says of catalogues, records and pages of them, as JSON schemas. */
import { Ajv } from 'ajv'

const link = {
  type: 'object',
  required: ['href'],
  properties: {
    href: { type: 'string' },
    rel: { type: 'string' },
    type: { type: 'string' },
    hreflang: { type: 'string' },
    title: { type: 'string' },
    length: { type: 'integer' },
  },
}

const links = { type: 'array', items: link }
const texts = { type: 'array', items: { type: 'string' } }
const instant = {
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2}))?$',
}
const day = '\\d{4}-\\d{2}-\\d{2}'
const timestamp = `${day}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?Z`

const language = {
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'string' }, name: { type: 'string' } },
}

const time = {
  anyOf: [
    { type: 'null' },
    {
      type: 'object',
      properties: {
        date: { type: 'string', pattern: `^${day}$` },
        timestamp: { type: 'string', pattern: `^${timestamp}$` },
        interval: {
          type: 'array',
          minItems: 2,
          maxItems: 2,
          items: { type: 'string', pattern: `^(${day}|${timestamp}|\\.\\.)$` },
        },
        resolution: { type: 'string' },
      },
    },
  ],
}

const contact = {
  type: 'object',
  anyOf: [{ required: ['name'] }, { required: ['organization'] }],
  properties: {
    identifier: { type: 'string' },
    name: { type: 'string' },
    position: { type: 'string' },
    organization: { type: 'string' },
    phones: {
      type: 'array',
      items: {
        type: 'object',
        required: ['value'],
        properties: { value: { type: 'string', pattern: '^\\+[1-9]\\d{3,14}$' } },
      },
    },
    emails: {
      type: 'array',
      items: { type: 'object', required: ['value'], properties: { value: { type: 'string', pattern: '@' } } },
    },
    links,
    roles: texts,
  },
}

const theme = {
  type: 'object',
  required: ['concepts', 'scheme'],
  properties: {
    concepts: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' }, title: { type: 'string' } },
      },
    },
    scheme: { type: 'string' },
  },
}

const record = {
  type: 'object',
  required: ['id', 'type', 'geometry', 'properties'],
  properties: {
    id: { type: ['string', 'integer'] },
    type: { const: 'Feature' },
    conformsTo: texts,
    time,
    geometry: {
      anyOf: [
        { type: 'null' },
        {
          type: 'object',
          required: ['type'],
          properties: {
            type: {
              enum: [
                'Point',
                'MultiPoint',
                'LineString',
                'MultiLineString',
                'Polygon',
                'MultiPolygon',
                'GeometryCollection',
              ],
            },
            coordinates: { type: 'array' },
          },
        },
      ],
    },
    properties: {
      type: ['object', 'null'],
      properties: {
        created: instant,
        updated: instant,
        type: { type: 'string' },
        title: { type: 'string' },
        description: { type: 'string' },
        keywords: texts,
        themes: { type: 'array', minItems: 1, items: theme },
        language,
        languages: { type: 'array', items: language },
        resourceLanguages: { type: 'array', items: language },
        externalIds: {
          type: 'array',
          items: {
            type: 'object',
            required: ['value'],
            properties: { scheme: { type: 'string' }, value: { type: 'string' } },
          },
        },
        formats: {
          type: 'array',
          items: { type: 'object', anyOf: [{ required: ['name'] }, { required: ['mediaType'] }] },
        },
        contacts: { type: 'array', items: contact },
        license: { type: 'string' },
        rights: { type: 'string' },
      },
    },
    links,
    linkTemplates: {
      type: 'array',
      items: {
        type: 'object',
        required: ['uriTemplate'],
        properties: {
          uriTemplate: { type: 'string' },
          varBase: { type: 'string' },
          variables: { type: 'object' },
        },
      },
    },
  },
}

const recordCollection = {
  type: 'object',
  required: ['type', 'features'],
  properties: {
    type: { const: 'FeatureCollection' },
    features: { type: 'array', items: record },
    links,
    timeStamp: { type: 'string' },
    numberMatched: { type: 'integer', minimum: 0 },
    numberReturned: { type: 'integer', minimum: 0 },
  },
}

const catalog = {
  type: 'object',
  required: ['id', 'type', 'links'],
  properties: {
    id: { type: 'string' },
    type: { const: 'Collection' },
    itemType: {
      anyOf: [{ enum: ['record', 'catalog'] }, { type: 'array', items: { enum: ['record', 'catalog'] } }],
    },
    title: { type: 'string' },
    description: { type: 'string' },
    created: instant,
    updated: instant,
    conformsTo: texts,
    crs: texts,
    keywords: texts,
    extent: { type: 'object' },
    recordsArrayName: { type: 'string' },
    records: { type: 'array', items: record },
    defaultSortOrder: { type: 'array' },
    links,
  },
}

const ajv = new Ajv({ allErrors: true, strict: false })
const checks = {
  record: ajv.compile(record),
  recordCollection: ajv.compile(recordCollection),
  catalog: ajv.compile(catalog),
}

/** What does not fit, in words; empty when all does. */
export const mistakesIn = (kind: keyof typeof checks, value: unknown): string[] => {
  const check = checks[kind]
  return check(value)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
