/** The deployment itself: landing document, contract, settings, health of the whole. */

import type { Config } from '../config/config.ts'
import type { operations } from '../contract/catalogue.gen.ts'
import type { OpenApiDocument } from '../contract/document.ts'
import type { Handlers } from '../contract/handler.ts'
import { findCrs } from '../geo/crs.ts'
import { pageHeaders } from '../http/html.ts'
import type { Doctor } from '../services/doctor.ts'
import type { Garbage } from '../services/garbage.ts'
import { apiPage } from './api-page.ts'

export type SystemParts = { config: Config; document: OpenApiDocument; doctor: Doctor; garbage: Garbage }

export const extensions = ['.geojson', '.zip', '.gpkg', '.tif', '.docx', '.pdf', '.csv', '.xlsx']

export const systemHandlers = ({
  config,
  document,
  doctor,
  garbage,
}: SystemParts): Handlers<
  Pick<operations, 'getLanding' | 'getOpenapi' | 'getDocs' | 'getSettings' | 'getDoctor' | 'collectGarbage'>
> => {
  const served = (faceUrl: string): OpenApiDocument => ({ ...document, servers: [{ url: faceUrl }] })
  return {
    getLanding: async ({ http }) => ({
      status: 200,
      body: {
        title: `${config.siteTitle} catalogue API`,
        version: String(document.info['version']),
        links: [
          { rel: 'self', href: `${http.faceUrl}/`, type: 'application/json' },
          {
            rel: 'service-desc',
            href: `${http.faceUrl}/openapi.json`,
            type: 'application/vnd.oai.openapi+json;version=3.0',
            title: 'Contract',
          },
          {
            rel: 'service-doc',
            href: `${http.faceUrl}/docs`,
            type: 'text/html',
            title: 'Contract, for reading',
          },
          {
            rel: 'data',
            href: `${http.siteUrl}/pygeoapi`,
            type: 'application/json',
            title: 'OGC API – Features',
          },
          {
            rel: 'http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog',
            href: `${http.siteUrl}/records`,
            type: 'application/json',
            title: 'OGC API – Records',
          },
        ],
      },
    }),
    getOpenapi: async ({ http }) => ({
      status: 200,
      headers: { 'Access-Control-Allow-Origin': '*' },
      body: served(http.faceUrl) as never,
      contentType: 'application/vnd.oai.openapi+json;version=3.0',
    }),
    getDocs: async ({ http }) => ({
      status: 200,
      headers: pageHeaders,
      raw: { contentType: 'text/html; charset=utf-8', text: apiPage(served(http.faceUrl), http) },
    }),
    getSettings: async () => ({
      status: 200,
      body: {
        title: config.siteTitle,
        crsList: config.crsList.map((epsg) => {
          const crs = findCrs(epsg)
          return { epsg, name: crs?.name ?? `EPSG:${epsg}`, ...(crs && { proj4: crs.proj4 }) }
        }),
        nationalExtent: config.nationalExtent,
        extensions,
        limits: {
          datasetBytes: config.limits.datasetBytes,
          geopackageBytes: config.limits.geopackageBytes,
          sldBytes: config.limits.sldBytes,
          submissionRetentionDays: config.limits.submissionRetentionDays,
        },
      },
    }),
    getDoctor: async () => ({ status: 200, body: await doctor.examine() }),
    collectGarbage: async ({ query }) => ({
      status: 200,
      body: { removed: await garbage.collect({ all: query.all ?? false }) },
    }),
  }
}
