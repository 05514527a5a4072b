import { expect, test } from 'vitest'
import { collectionsAddressOf, layersOf, nextAddressOf, titleOf, toMembers } from './ogc-api-collections.ts'

const address = 'https://example.org/ogc?f=json'
const landing = (links: object[]) => ({ title: ' Data  of the island ', links })

test('R9.5 the list of collections is where the landing page says, in JSON rather than as a page', () => {
  const page = landing([
    { rel: 'data', type: 'text/html', href: 'https://example.org/ogc/collections?f=html' },
    { rel: 'data', type: 'application/json', href: '/ogc/collections?f=json' },
  ])
  expect(collectionsAddressOf(page, address)).toBe('https://example.org/ogc/collections?f=json')
  expect(titleOf(page)).toBe('Data of the island')
  const long = [{ rel: 'http://www.opengis.net/def/rel/ogc/1.0/data', href: 'https://example.org/c' }]
  expect(collectionsAddressOf(landing(long), address)).toBe('https://example.org/c')
})

test('R9.8 a link to another server is not followed: the usual place on the same server is asked instead', () => {
  const page = landing([{ rel: 'data', type: 'application/json', href: 'http://localhost:5000/collections' }])
  expect(collectionsAddressOf(page, address)).toBe('https://example.org/ogc/collections?f=json')
  const next = { links: [{ rel: 'next', href: 'https://elsewhere.org/collections?page=2' }] }
  expect(nextAddressOf(next, address)).toBeNull()
})

test('R9.5 what is no landing page is known as such', () => {
  expect(collectionsAddressOf({ type: 'FeatureCollection', features: [] }, address)).toBeNull()
  expect(collectionsAddressOf({ links: 'none' }, address)).toBeNull()
  expect(toMembers('<html>')).toBeNull()
  expect(toMembers('[1]')).toBeNull()
})

test('R9.5 collections are layers with title, extent and coordinate systems; nonsense in them is left out', () => {
  const collections = [
    {
      id: 'roads',
      title: 'Roads',
      description: 'All of  them.',
      extent: { spatial: { bbox: [[-61.1, 13.7, 0, -60.8, 14.2, 950]] } },
      crs: ['http://www.opengis.net/def/crs/OGC/1.3/CRS84', 'http://www.opengis.net/def/crs/EPSG/0/3857', 7],
      storageCrs: 'http://www.opengis.net/def/crs/EPSG/0/2006',
    },
    { id: 'empty', extent: { spatial: { bbox: [['west', 0, 1, 2]] } } },
    { title: 'without id' },
    null,
  ]
  expect(layersOf({ collections })).toEqual([
    {
      name: 'roads',
      title: 'Roads',
      abstract: 'All of them.',
      extentCrs84: [-61.1, 13.7, -60.8, 14.2],
      epsgs: [2006, 4326, 3857],
    },
    { name: 'empty', title: 'empty', abstract: null, extentCrs84: null, epsgs: [] },
  ])
})
