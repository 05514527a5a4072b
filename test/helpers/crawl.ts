/** Requests that a contract allows, made from the contract itself: every operation, every parameter, every format. */
import { readFileSync } from 'node:fs'
import {
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Parameter,
} from '../../backend/src/contract/document.ts'

const faces = {
  catalogue: '/api/v1',
  features: '/pygeoapi',
  tiles: '/pygeoapi',
  maps: '/pygeoapi',
  coverages: '/pygeoapi',
  styles: '/pygeoapi',
  records: '/records',
  csw: '/csw',
  wms: '/wms',
  files: '/files',
  qgis: '/qgis',
}
export type Face = keyof typeof faces

export type MountedOperation = Operation & { face: Face; prefix: string }

export const readContract = (face: Face): OpenApiDocument =>
  JSON.parse(
    readFileSync(new URL(`../../backend/src/contract/${face}.gen.json`, import.meta.url), 'utf8'),
  ) as OpenApiDocument

/** Every operation of every mounted contract. */
export const mountedOperations = (): MountedOperation[] =>
  (Object.entries(faces) as [Face, string][]).flatMap(([face, prefix]) =>
    operationsOf(readContract(face)).map((operation) => ({ ...operation, face, prefix })),
  )

/** Values for each path parameter by name; a parameter without values is a mistake. */
export type PathValues = Record<string, readonly string[]>

export const addressesOf = (
  { prefix, path, parameters, id }: MountedOperation,
  values: PathValues,
): string[] => {
  const names = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
  return names.reduce<string[]>(
    (addresses, name) => {
      const given = values[name]
      if (!given) throw new Error(`${id} has a path parameter '${name}', for which the crawl has no values`)
      return addresses.flatMap((address) =>
        given.map((value) => address.replace(`{${name}}`, encodeURIComponent(value))),
      )
    },
    [`${prefix}${path === '/' ? '/' : path}`],
  )
}

/** What a query parameter may be, and a little beyond it. */
const samplesOf = ({ name, schema }: Parameter, words: readonly string[]): string[] => {
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String)
  if (name === 'wait') return ['0']
  if (schema['type'] === 'integer')
    return ['0', '1', '2', '1000', '1000000', '-1', '1e3', '99999999999999999999']
  if (schema['type'] === 'boolean') return ['true', 'false']
  if (name === 'bbox')
    return ['-180,-90,180,90', '-61.5,13.5,-60.5,14.5', '-180,-90,0,180,90,9', '1,2,3', 'NaN,0,0,0']
  if (name === 'datetime') return ['../2030-01-01', '2024-01-01/..', '2024-06-01', '../..', 'x']
  if (name.endsWith('crs'))
    return ['http://www.opengis.net/def/crs/EPSG/0/4326', 'http://www.opengis.net/def/crs/EPSG/0/2006', 'x']
  if (name === 'sortby') return ['title', '-updated', 'created,-title', 'x']
  return [...words, '', '%', '*', "'", 'x'.repeat(300)]
}

const accepts = [
  'application/json',
  'text/html',
  'application/geo+json',
  'application/xml',
  'text/csv',
  '*/*',
]

export type CrawlRequest = { operation: MountedOperation; path: string; headers: Record<string, string> }

/** Each parameter alone with each value, each format, and no parameter at all. */
export const readRequests = (values: PathValues, words: readonly string[]): CrawlRequest[] =>
  mountedOperations()
    .filter(({ method }) => method === 'get')
    .flatMap((operation) => {
      const queries = [
        '',
        ...operation.parameters
          .filter((one) => one.in === 'query')
          .flatMap((parameter) =>
            samplesOf(parameter, words).map((value) =>
              new URLSearchParams({ [parameter.name]: value }).toString(),
            ),
          ),
        'unknown=1',
      ]
      return addressesOf(operation, values).flatMap((address) => [
        ...queries.map((query) => ({
          operation,
          path: query ? `${address}?${query}` : address,
          headers: {},
        })),
        ...accepts.map((accept) => ({ operation, path: address, headers: { Accept: accept } })),
      ])
    })
