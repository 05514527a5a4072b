/**
 * A catalogue of many records for benches: words as frequent as in real texts (few everywhere, most hardly anywhere),
 * extents of every size, times, formats, deprecated records. The same from run to run. Half a million take a few minutes.
 */
import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { resourceTypes, topicCategories } from '../../backend/src/metadata/code-lists.ts'
import type { RecordMetadata } from '../../backend/src/metadata/record-metadata.ts'
import { SEED, seededRandom } from './data.ts'

const themes =
  'roads parcels rivers mangrove reef seagrass rainfall soils geology buildings schools hospitals forest landslide flood hurricane bathymetry coastline beaches fisheries agriculture banana cocoa boundaries census population wards electricity water sewage tourism hotels ports airports trails bridges elevation contours orthophoto lidar satellite landcover landuse zoning heritage archaeology birds turtles coral wells aquifers quarries volcano earthquake fire evacuation shelters telecom antenna transit traffic noise waste erosion drought temperature wind solar geothermal wetlands parks reserves whales plankton salinity tide currents shipwreck harbour marina cadastre deeds tenure addresses postcodes households poverty health malaria dengue clinics crime police'.split(
    ' ',
  )
const nouns =
  'Inventory Survey Map Register Atlas Network Points Areas Lines Grid Model Sheet Monitoring Baseline'.split(
    ' ',
  )
const formats = ['GeoPackage', 'Shapefile', 'GeoTIFF', 'CSV', 'GeoJSON', 'PDF', 'KML', 'NetCDF']
const types = Object.keys(resourceTypes) as (keyof typeof resourceTypes)[]
const topics = Object.keys(topicCategories) as (keyof typeof topicCategories)[]
const syllables =
  'ba be bo ca co da de do fa fe fo ga go la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi é ô ç'.split(
    ' ',
  )

type Random = () => number
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T
/** The first ones often, the last ones hardly ever. */
const pickUneven = <T>(list: readonly T[], random: Random): T => {
  const shift = Math.min(30, list.length / 8)
  return list[Math.floor(shift * ((list.length + shift) / shift) ** random() - shift)] as T
}

const madeUpWords = (count: number, random: Random): string[] => {
  const words = new Set<string>()
  while (words.size < count)
    words.add(Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables, random)).join(''))
  return [...words]
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
const day = (random: Random, from: number, years: number) =>
  new Date(Date.UTC(from, 0, 1) + random() * years * 365.25 * 86_400_000).toISOString().slice(0, 10)
const rounded = (degrees: number) => Math.round(degrees * 1e5) / 1e5

/** Small around an island, for most; some of a country, a few of the world, one in twelve nowhere. */
const extent = (random: Random): RecordMetadata['bbox'] => {
  const kind = random()
  if (kind < 0.08) return undefined
  if (kind < 0.11) return { west: -180, south: -90, east: 180, north: 90 }
  if (kind < 0.2) return { west: -61.13, south: 13.66, east: -60.82, north: 14.16 }
  const isNear = kind < 0.65
  const west = isNear ? -61.1 + random() * 0.25 : -175 + random() * 340
  const south = isNear ? 13.7 + random() * 0.4 : -80 + random() * 150
  const size = 0.001 * 10 ** (random() * (isNear ? 1.5 : 3.5))
  return {
    west: rounded(west),
    south: rounded(south),
    east: rounded(west + size),
    north: rounded(south + size),
  }
}

export type SeededRecord = {
  metadata: RecordMetadata
  isDeprecated: boolean
  secondsOld: number
  formats: string[]
}

export function* seededRecords(count: number): Generator<SeededRecord> {
  const random = seededRandom(SEED + 7)
  const places = madeUpWords(8000, random).map(capital)
  const words = [...themes, ...madeUpWords(20_000, random)]
  const organisations = Array.from(
    { length: 300 },
    (_, n) =>
      `${pick(['Department', 'Ministry', 'Institute', 'Agency'], random)} of ${capital(themes[n % themes.length] ?? '')}${n < themes.length ? '' : ` ${places[n]}`}`,
  )
  for (let n = 0; n < count; n += 1) {
    const theme = pickUneven(themes, random)
    const place = pick(places, random)
    const year = 1990 + Math.floor(random() * 36)
    const sentence = () => {
      const said = Array.from({ length: 8 + Math.floor(random() * 12) }, () => pickUneven(words, random))
      return `${capital(said.join(' '))}.`
    }
    const box = extent(random)
    const organisation = pickUneven(organisations, random)
    const begin = day(random, year, 1)
    const kind = random()
    yield {
      isDeprecated: random() < 0.02,
      secondsOld: n * 300 + Math.floor(random() * 300),
      formats:
        random() < 0.1
          ? []
          : [pickUneven(formats, random), ...(random() < 0.3 ? [pick(formats, random)] : [])],
      metadata: {
        language: random() < 0.9 ? 'eng' : 'fra',
        dateStamp: '2026-01-01',
        contacts: [{ organisation, email: 'info@example.org', role: 'pointOfContact' }],
        resourceType: kind < 0.88 ? 'dataset' : pick(types, random),
        title: `${capital(theme)} ${pick(nouns, random)} of ${place}${random() < 0.5 ? ` ${year}` : ` – sheet ${n % 1000}`}`,
        dates: { creation: begin, ...(random() < 0.7 && { publication: day(random, year + 1, 1) }) },
        abstract: Array.from({ length: 2 + Math.floor(random() * 5) }, sentence).join(' '),
        pointsOfContact: [{ organisation, email: 'info@example.org', role: 'owner' }],
        custodianOrganisation: organisation,
        keywords: [
          ...new Set([
            theme,
            ...Array.from({ length: 2 + Math.floor(random() * 4) }, () => pickUneven(words, random)),
          ]),
        ],
        ...(box && { bbox: box }),
        ...(random() < 0.7 && {
          temporalExtent: { begin, ...(random() < 0.6 && { end: day(random, year + 1, 3) }) },
        }),
        status: 'completed',
        resourceLanguage: 'eng',
        spatialRepresentationType: 'vector',
        spatialResolutionDenominator: pick([1000, 10_000, 50_000, 250_000], random),
        topicCategories: [
          ...new Set([pickUneven(topics, random), ...(random() < 0.3 ? [pick(topics, random)] : [])]),
        ],
        crs: pick(['EPSG:4326', 'EPSG:2006', 'EPSG:32620', 'EPSG:3857'], random),
        lineageStatement: sentence(),
        useConditions: pick(['CC-BY-4.0', 'CC0-1.0', 'Ask the owner', 'Unknown'], random),
        accessConditions: 'No conditions',
      },
    }
  }
}

const quoted = (value: string) =>
  value.replace(
    /[\\\n\r\t]/g,
    (found) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[found] ?? '',
  )
const cell = (value: string | number | null | undefined) =>
  value === null || value === undefined ? '\\N' : quoted(String(value))

const copyIn = async (client: pg.ClientBase, table: string, lines: Iterable<string>) => {
  const stream = client.query(copyFrom(`copy ${table} from stdin`))
  let waiting = ''
  for (const line of lines) {
    waiting += `${line}\n`
    if (waiting.length < 1 << 20) continue
    if (!stream.write(waiting)) await new Promise((resolve) => stream.once('drain', resolve))
    waiting = ''
  }
  stream.end(waiting)
  await finished(stream)
}

function* toLines(count: number): Generator<string> {
  let n = 0
  for (const { metadata, isDeprecated, secondsOld, formats: offered } of seededRecords(count)) {
    n += 1
    yield [n, isDeprecated, secondsOld, JSON.stringify(offered), JSON.stringify(metadata)]
      .map((value) => cell(String(value)))
      .join('\t')
  }
}

const indexes = (client: pg.ClientBase, table: string) =>
  client
    .query<{ name: string; definition: string }>(
      `select c.oid::regclass::text as name, pg_get_indexdef(c.oid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = $1::regclass and not exists (select from pg_constraint k where k.conindid = c.oid)`,
      [table],
    )
    .then(({ rows }) => rows)

/** The search text as sql/queries/put-catalogue-entry.sql makes it. */
const fill = `
  insert into secims.catalogue_entry (record_id, state, version, metadata, title, abstract, type, keywords, topics, organisation,
    footprint, begins_at, ends_at, successor_id, created_at, updated_at, published_at, search)
  select id, case when deprecated then 'deprecated' else 'published' end, 2, m, m ->> 'title', m ->> 'abstract', m ->> 'resourceType',
    keywords, topics, m ->> 'custodianOrganisation',
    st_makeenvelope((m #>> '{bbox,west}')::float8 - 1e-9, (m #>> '{bbox,south}')::float8 - 1e-9, (m #>> '{bbox,east}')::float8 + 1e-9, (m #>> '{bbox,north}')::float8 + 1e-9, 4326),
    (m #>> '{temporalExtent,begin}')::date, (m #>> '{temporalExtent,end}')::date, null,
    at, at, at,
    setweight(to_tsvector('english', unaccent(m ->> 'title')), 'A')
      || setweight(to_tsvector('english', unaccent(array_to_string(keywords || topics, ' '))), 'B')
      || setweight(to_tsvector('english', unaccent(m ->> 'abstract')), 'C')
      || setweight(to_tsvector('english', unaccent((m ->> 'custodianOrganisation') || ' ' || (m ->> 'lineageStatement') || ' ')), 'D')
  from (
    select uuid_of(n) as id, deprecated, m, timestamptz '2026-11-01 00:00Z' - seconds_old * interval '1 second' as at,
      array(select jsonb_array_elements_text(m -> 'keywords')) as keywords, array(select jsonb_array_elements_text(m -> 'topicCategories')) as topics
    from seeded) one`

/** Fills an empty catalogue; its indexes are made afterwards, which takes a fraction of the time. */
export const seedRecords = async (client: pg.ClientBase, count: number): Promise<void> => {
  await client.query(
    "set statement_timeout = 0; set maintenance_work_mem = '512MB'; set synchronous_commit = off",
  )
  await client.query(`
    create temp table seeded (n integer, deprecated boolean, seconds_old integer, formats jsonb, m jsonb);
    create function pg_temp.uuid_of(n integer) returns uuid language sql immutable as $$ select md5('record ' || n)::uuid $$`)
  await copyIn(client, 'seeded', toLines(count))
  const dropped = await indexes(client, 'secims.catalogue_entry')
  for (const { name } of dropped) await client.query(`drop index ${name}`)
  await client.query(
    `insert into secims.record (id, state, version, published_version) select pg_temp.uuid_of(n), 'published', 2, 2 from seeded`,
  )
  await client.query(fill.replace('uuid_of', 'pg_temp.uuid_of'))
  await client.query(`
    insert into secims.distribution (id, record_id, kind, position, title, url, protocol, media_type, format)
    select md5(n || ' distribution ' || place)::uuid, pg_temp.uuid_of(n), 'external', place, m ->> 'title', 'https://example.org/' || n,
      'WWW:DOWNLOAD-1.0-http--download', 'application/octet-stream', format
    from seeded cross join lateral jsonb_array_elements_text(formats) with ordinality as offered(format, place)`)
  for (const { definition } of dropped) await client.query(definition)
  await client.query('update secims.epoch set value = value + 1')
  await client.query('drop table seeded')
  await client.query('vacuum analyze secims.record; ').catch(() => undefined)
  for (const table of ['record', 'catalogue_entry', 'distribution'])
    await client.query(`vacuum analyze secims.${table}`)
}
