/** Plans for layers that are still in QGIS: reads what this actor may see of the catalogue, and changes nothing. */
import type { Knex } from 'knex'
import type { Config } from '../config/config.ts'
import type { Actor } from '../domain/actor.ts'
import { can } from '../domain/policy.ts'
import { isProblem } from '../domain/problem.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { findCrs } from '../geo/crs.ts'
import { versionEtag } from '../http/etag.ts'
import type { RecordMetadata, RecordMetadataDraft } from '../metadata/record-metadata.ts'
import { isCollectionId, toCollectionId } from '../preflight/collection-id.ts'
import type { CollectionFacts, Deployment, LayerFacts, Published, RecordFacts } from '../preflight/facts.ts'
import {
  completeForPublication,
  type Publisher,
  toRecordMetadata,
  updateRecordMetadata,
} from '../preflight/metadata.ts'
import { type LayerPlan, planLayer } from '../preflight/plan.ts'
import { type Finding, type LayerToCheck, preflight } from '../preflight/preflight.ts'
import { styles } from '../repositories/styles.ts'
import { type LossReport, reportLosses } from '../styles/loss-report.ts'
import { fromXml } from '../styles/markup.ts'
import { readQml } from '../styles/qml.ts'
import type { Records } from './records.ts'

export type LayerToPlan = {
  facts: LayerFacts
  recordId?: string
  collectionId?: string
  scope?: 'all' | 'selected'
  targetEpsg?: number
  metadata?: RecordMetadataDraft
  qml?: string
  parts?: { data?: boolean; style?: boolean; metadata?: boolean }
}

export type PlannedLayer = {
  layer: string
  findings: Finding[]
  plan: LayerPlan
  styleReport: LossReport | null
  metadata: RecordMetadataDraft
  filled: (keyof RecordMetadata)[]
}

export type PublicationPlansParts = {
  db: Knex
  config: Pick<Config, 'crsList' | 'nationalExtent' | 'limits'>
  records: Pick<Records, 'get'>
  today: () => string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const createPublicationPlans = ({ db, config, records, today }: PublicationPlansParts) => {
  const deploymentAt = (serverUrl: string): Deployment => ({
    serverUrl,
    crsList: config.crsList.map((epsg) => ({ epsg, name: findCrs(epsg)?.name ?? `EPSG:${epsg}` })),
    nationalExtent: config.nationalExtent,
    limits: config.limits,
  })

  const collectionOf = async (recordId: string): Promise<CollectionFacts | null> => {
    const row = await db('collection').where({ record_id: recordId, is_published: true }).first()
    if (!row) return null
    return {
      id: row.id,
      featureCount: Number(row.feature_count),
      geometryType: row.geometry_type,
      columns: (row.columns as CollectionFacts['columns']).map(({ name, type }) => ({ name, type })),
      storageEpsg: row.storage_srid,
      extentCrs84: row.extent_crs84,
      raster:
        row.raster === null
          ? null
          : {
              width: row.raster.width,
              height: row.raster.height,
              bands: row.raster.bands.length,
              dataType: row.raster.type,
            },
      editedAt: row.edited_at === null ? null : new Date(row.edited_at).toISOString(),
    }
  }

  const defaultStyleOf = async (recordId: string): Promise<RecordFacts['defaultStyle']> => {
    const used = await db('record_style')
      .where({ record_id: recordId })
      .orderBy('is_default', 'desc')
      .first('style_id')
    const style = used && (await styles(db).find(used.style_id))
    return style ? { id: style.id, hasQml: style.qmlSha256 !== null } : null
  }

  const toRecordFacts = async (record: CatalogueRecord, actor: Actor): Promise<RecordFacts> => ({
    id: record.id,
    state: record.state,
    title: record.metadata.title ?? '',
    version: record.version,
    etag: versionEtag(record.version),
    canPublish: can(actor, 'publish a record', record),
    metadata: record.metadata,
    defaultStyle: await defaultStyleOf(record.id),
    collection: await collectionOf(record.id),
  })

  /** What the actor may not see, and what was deleted, is gone: neither tells the other apart (R1.2). */
  const publishedAs = async (recordId: string, actor: Actor): Promise<Published> => {
    if (!uuid.test(recordId)) return { kind: 'gone', recordId }
    try {
      return { kind: 'record', record: await toRecordFacts(await records.get(recordId, actor), actor) }
    } catch (thrown) {
      if (isProblem(thrown) && (thrown.status === 404 || thrown.status === 410))
        return { kind: 'gone', recordId }
      throw thrown
    }
  }

  const toCheck = async (
    { facts, recordId, collectionId, scope, targetEpsg, metadata, qml }: LayerToPlan,
    { actor, serverUrl }: { actor: Actor; serverUrl: string },
  ): Promise<LayerToCheck> => {
    const linked = facts.link && isSameSite(facts.link.server, serverUrl) ? facts.link.recordId : undefined
    const wanted = recordId ?? linked
    const published: Published = wanted === undefined ? { kind: 'none' } : await publishedAs(wanted, actor)
    const known =
      published.kind === 'record' ? updateRecordMetadata(published.record, facts) : toRecordMetadata(facts)
    return {
      facts,
      metadata: { ...known, ...metadata },
      style: qml === undefined ? null : reportLosses(fromXml(readQml(Buffer.from(qml)))),
      published,
      collectionId,
      scope,
      targetEpsg,
    }
  }

  /** Of the ids there are, those that the wanted ones could meet. */
  const takenIds = async (layers: LayerToCheck[]): Promise<string[]> => {
    const wanted = layers.flatMap(({ facts, metadata, collectionId }) => [
      collectionId ?? '',
      toCollectionId(metadata?.title ?? ''),
      toCollectionId(facts.name),
    ])
    const patterns = wanted.filter(isCollectionId).map((id) => `${id.slice(0, 55)}%`)
    const made = layers.some(({ facts }) => toCollectionId(facts.name) === '') ? ['layer-%'] : []
    return db('collection')
      .whereRaw('id like any(?::text[])', [[...patterns, ...made]])
      .pluck('id')
  }

  return {
    plan: async (
      layers: LayerToPlan[],
      { actor, siteUrl: serverUrl }: { actor: Actor; siteUrl: string },
    ): Promise<PlannedLayer[]> => {
      const toCheckAll: LayerToCheck[] = []
      for (const layer of layers) toCheckAll.push(await toCheck(layer, { actor, serverUrl }))
      const { findings, collectionIds } = preflight(toCheckAll, {
        ...deploymentAt(serverUrl),
        takenIds: await takenIds(toCheckAll),
      })
      return toCheckAll.map((checked, index): PlannedLayer => {
        const { facts, published = { kind: 'none' }, style = null } = checked
        const { metadata, filled } = completeForPublication(checked.metadata ?? {}, {
          facts,
          publisher: publisherOf(actor),
          today: today(),
        })
        const plan = planLayer({
          facts,
          metadata,
          published,
          collectionId: collectionIds[facts.id] ?? '',
          hasStyle: style !== null && style.renderer !== null,
          parts: layers[index]?.parts,
        })
        return {
          layer: facts.id,
          findings: findings.filter(({ layer }) => layer === facts.id),
          plan,
          styleReport: style,
          metadata,
          filled,
        }
      })
    },
  }
}

const isSameSite = (one: string, other: string) => one.replace(/\/+$/, '') === other.replace(/\/+$/, '')

const publisherOf = (actor: Actor): Publisher | null =>
  actor.kind === 'token' ? { name: actor.name, organisation: actor.organisation, email: actor.email } : null

export type PublicationPlans = ReturnType<typeof createPublicationPlans>
