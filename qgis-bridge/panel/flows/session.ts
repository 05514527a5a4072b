/** What the panel knows and can do, without a screen: one state, changed by the actions below. */

import type { Deployment, Published, RecordFacts } from '../../../backend/src/preflight/facts.ts'
import {
  completeForPublication,
  toQgisMetadata,
  toRecordMetadata,
  updateRecordMetadata,
} from '../../../backend/src/preflight/metadata.ts'
import { comesFromItsServer, type LayerPlan, planLayer } from '../../../backend/src/preflight/plan.ts'
import {
  type Finding,
  type LayerToCheck,
  preflight,
  type StyleEnvelope,
} from '../../../backend/src/preflight/preflight.ts'
import { type LossReport, reportLosses } from '../../../backend/src/styles/loss-report.ts'
import type { Markup } from '../../../backend/src/styles/markup.ts'
import type { Repair } from '../../../backend/src/styles/repair.ts'
import type { PictureComparison } from '../../../backend/src/styles/similarity.ts'
import { toFailure } from '../protocol/failure.ts'
import type { LinkState, Port } from '../protocol/port.ts'
import { type CallOperation, createServer } from '../protocol/server.ts'
import type {
  Connection,
  Failure,
  Fix,
  LayerFacts,
  LayerStyle,
  LayerWeight,
  PendingUpload,
  Project,
  QgisHello,
  Settings,
  Theme,
} from '../protocol/verbs.ts'
import { type CatalogueState, createCatalogue, emptyCatalogue } from './catalogue.ts'
import { createLifecycle } from './lifecycle.ts'
import { abandonRuns, type LayerRun, publishAll, toRetry, toRun } from './publish-all.ts'
import {
  differingMembers,
  discardKept,
  type LayerOrder,
  nothingKept,
  type PublishParts,
  utf8Bytes,
} from './publish-layer.ts'
import { type Me, readPublished } from './published.ts'
import { takeBackUnfinished } from './unfinished.ts'

export type Screen =
  | 'connection'
  | 'publish'
  | 'metadata'
  | 'review'
  | 'running'
  | 'result'
  | 'layer'
  | 'catalogue'
  | 'record'
  | 'pending'
  | 'settings'

export type Draft = LayerOrder['metadata']
export type Parts = { data?: boolean; style?: boolean; metadata?: boolean }

/** What the analyst chose for a layer. */
export type LayerForm = {
  metadata: Draft
  /** null: made by preflight of the title. */
  collectionId: string | null
  domainId: string | null
  scope: 'all' | 'selected'
  targetEpsg: number | null
  consent: boolean
  writeBack: boolean
  /** null: what differs from what is published. */
  parts: Parts | null
}

export type LayerWork = {
  form: LayerForm
  /** null: not asked yet. */
  published: Published | null
  style: LayerStyle | null
  report: LossReport | null
  /** What the catalogue will draw otherwise than the SLD says; null where it was not asked. */
  repairs: readonly Repair[] | null
  failure: Failure | null
  /** What the analyst entered: 'domainId', or 'metadata.title'. The rest follows QGIS and the catalogue. */
  touched: readonly string[]
  /** Of which data, and how many of them, `weight` is. */
  weighed: { of: string; weight: LayerWeight } | null
}

export type PlannedLayer = { layer: string; plan: LayerPlan; isBlocked: boolean }

export type Domain = { id: string; title: string }

export type State = {
  link: LinkState
  hello: QgisHello | null
  theme: Theme | null
  settings: Settings | null
  screen: Screen
  /** The layer or record a screen is about. */
  subject: string | null
  connections: Connection[] | null
  connection: Connection | null
  /** The connection a native dialog is open for; 'new' for a new one. */
  editing: string | null
  me: Me | null
  deployment: Deployment | null
  domains: Domain[]
  project: Project | null
  works: Record<string, LayerWork>
  ticked: string[]
  findings: Finding[]
  collectionIds: Readonly<Record<string, string>>
  isChecking: boolean
  plans: PlannedLayer[] | null
  runs: LayerRun[]
  pending: PendingUpload[]
  catalogue: CatalogueState
  /** Records that may replace the one on the screen. */
  successors: { id: string; title: string }[]
  failure: Failure | null
  /** A sentence about what was just done; a key of the words. */
  notice: { key: string; count?: number } | null
  busy: string | null
}

export type SessionParts = {
  port: Port
  readQml: (qml: string) => Markup
  now: () => Date
  newKey: () => string
  sleep: (ms: number) => Promise<void>
}

export type Session = ReturnType<typeof createSession>

export const isPublishable = (facts: LayerFacts) =>
  facts.isValid && (facts.kind === 'vector' || facts.kind === 'table' || facts.raster !== undefined)

export const differsFromLink = ({ link, stamps }: LayerFacts): ('data' | 'style' | 'metadata')[] => {
  if (link === null) return []
  const names = ['data', 'style', 'metadata'] as const
  return names.filter((name) => stamps[name] !== link.stamps[name])
}

const emptyForm: LayerForm = {
  metadata: {},
  collectionId: null,
  domainId: null,
  scope: 'all',
  targetEpsg: null,
  consent: false,
  writeBack: false,
  parts: null,
}

export const createSession = ({ port, readQml, now, newKey, sleep }: SessionParts) => {
  let state: State = {
    link: 'connecting',
    hello: null,
    theme: null,
    settings: null,
    screen: 'publish',
    subject: null,
    connections: null,
    connection: null,
    editing: null,
    me: null,
    deployment: null,
    domains: [],
    project: null,
    works: {},
    ticked: [],
    findings: [],
    collectionIds: {},
    isChecking: false,
    plans: null,
    runs: [],
    pending: [],
    catalogue: emptyCatalogue,
    successors: [],
    failure: null,
    notice: null,
    busy: null,
  }
  const subscribers = new Set<() => void>()
  const set = (change: Partial<State>) => {
    state = { ...state, ...change }
    for (const subscriber of Array.from(subscribers)) subscriber()
  }
  const setWork = (layer: string, change: Partial<LayerWork>) => {
    const work = state.works[layer]
    if (work !== undefined) set({ works: { ...state.works, [layer]: { ...work, ...change } } })
  }

  const factsOf = (layer: string): LayerFacts | undefined =>
    state.project?.layers.find(({ id }) => id === layer)
  const today = () => {
    const at = now()
    const two = (value: number) => (value < 10 ? `0${value}` : String(value))
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  }
  const publisherOf = (me: Me | null) =>
    me === null || me.kind !== 'token'
      ? null
      : { name: me.name ?? '', organisation: me.organisation ?? '', email: me.email ?? '' }

  let call: CallOperation | null = null
  const demandCall = (): CallOperation => {
    if (call !== null) return call
    throw Object.assign(new Error('No connection is chosen.'), {
      failure: { code: 'no-connection', message: 'No connection is chosen.' },
    })
  }

  /** Work that shows that it runs, and how it failed. */
  const doing = async (name: string, work: () => Promise<void>): Promise<void> => {
    set({ busy: name, failure: null, notice: null })
    try {
      await work()
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.code !== 'cancelled' || state.link === 'open') set({ failure })
    }
    set({ busy: null })
  }

  const formFor = (facts: LayerFacts, published: Published | null): LayerForm => {
    const record = published?.kind === 'record' ? published.record : null
    if (record !== null) {
      return {
        ...emptyForm,
        metadata: updateRecordMetadata(record, facts),
        collectionId: record.collection?.id ?? null,
        scope: 'all',
      }
    }
    const { metadata } = completeForPublication(toRecordMetadata(facts), {
      facts,
      publisher: publisherOf(state.me),
      today: today(),
    })
    return { ...emptyForm, metadata, domainId: state.me?.domainId ?? null }
  }

  const toCheck = (layer: string): LayerToCheck[] => {
    const facts = factsOf(layer)
    const work = state.works[layer]
    if (facts === undefined || work === undefined) return []
    const { form, published, report, style, weighed } = work
    const weight = weighed !== null && weighed.of === weighedOf(facts, form) ? weighed.weight : null
    return [
      {
        facts: weight === null ? facts : { ...facts, weight },
        metadata: form.metadata,
        style: report,
        scope: form.scope,
        ...(form.targetEpsg !== null && { targetEpsg: form.targetEpsg }),
        ...(style && { envelope: toEnvelope(style) }),
        ...(published && { published }),
        ...(form.collectionId !== null && { collectionId: form.collectionId }),
      },
    ]
  }

  const evaluate = () => {
    const { deployment, ticked } = state
    if (deployment === null) return
    const { findings, collectionIds } = preflight(ticked.flatMap(toCheck), deployment)
    set({ findings, collectionIds, plans: null })
  }

  const change = (layer: string, form: Partial<LayerForm>) => {
    const work = state.works[layer]
    if (work === undefined) return
    const before = work.form
    const names = Object.keys(form).filter((name) => name !== 'metadata')
    const members = form.metadata === undefined ? [] : differingMembers(before.metadata, form.metadata)
    const touched = union(work.touched, names.concat(members.map(toTouched)))
    setWork(layer, { form: { ...before, ...form }, touched })
    evaluate()
    if (form.scope !== undefined && form.scope !== before.scope)
      void weigh([layer]).catch((thrown) => set({ failure: toFailure(thrown) }))
  }

  /** What was entered stays; what was not is as QGIS and the catalogue have it now. */
  const followed = (present: LayerWork, fresh: LayerForm): LayerForm => {
    const { form, touched } = present
    const isTouched = (name: string) => touched.indexOf(name) !== -1
    const entered = form.metadata as Record<string, unknown>
    const metadata: Record<string, unknown> = { ...fresh.metadata }
    for (const name of Object.keys(metadata).concat(Object.keys(entered))) {
      if (!isTouched(toTouched(name))) continue
      if (name in entered) metadata[name] = entered[name]
      else delete metadata[name]
    }
    return {
      ...form,
      metadata: metadata as Draft,
      collectionId: isTouched('collectionId') ? form.collectionId : fresh.collectionId,
      domainId: isTouched('domainId') ? form.domainId : fresh.domainId,
    }
  }

  /** Asks QGIS how much would be published; only where the data, or how many of them, are others than before. */
  const weigh = async (layers: readonly string[]): Promise<void> => {
    let hasNew = false
    for (const layer of layers) {
      const facts = factsOf(layer)
      const form = state.works[layer]?.form
      if (facts === undefined || form === undefined || !isPublishable(facts) || comesFromItsServer(facts))
        continue
      // What a raster weighs follows from its size.
      if (facts.kind === 'raster') continue
      const of = weighedOf(facts, form)
      if (state.works[layer]?.weighed?.of === of) continue
      const weight = await port.call('layer.weigh', { layer, scope: form.scope })
      setWork(layer, { weighed: { of, weight } })
      hasNew = true
    }
    if (hasNew) evaluate()
  }

  /** Only shown: a server that does not know the question, or is busy, keeps nobody from publishing. */
  const askRepairs = async ({ sld, qml }: LayerStyle, facts: LayerFacts): Promise<Repair[] | null> => {
    if (call === null || sld === null) return null
    try {
      const { body } = await call('catalogue.checkStyle', {
        body: {
          sld,
          qml,
          fields: facts.fields.map(({ name }) => name),
          ...(facts.geometryType !== null && { geometryType: facts.geometryType }),
        },
      })
      return body.repairs as Repair[]
    } catch {
      return null
    }
  }

  const readLayer = async (layer: string): Promise<void> => {
    const facts = factsOf(layer)
    if (facts === undefined || !isPublishable(facts)) return
    const { connection, me } = state
    const present = state.works[layer]
    try {
      const style = await port.call('layer.style', { layer })
      const report = reportLosses(readQml(style.qml))
      const isKnown = connection !== null && me !== null && call !== null
      const published =
        isKnown && call !== null ? await readPublished(call, facts, { serverUrl: connection.url, me }) : null
      const repairs = isKnown ? await askRepairs(style, facts) : null
      const fresh = formFor(facts, published)
      // As it is by now: the analyst may have gone on typing.
      const current = state.works[layer]
      const form = current === undefined ? fresh : followed(current, fresh)
      const touched = current?.touched ?? []
      const weighed = current?.weighed ?? null
      const work: LayerWork = { form, published, style, report, repairs, failure: null, touched, weighed }
      set({ works: { ...state.works, [layer]: work } })
    } catch (thrown) {
      const form = present?.form ?? emptyForm
      const failed = {
        form,
        published: null,
        style: null,
        report: null,
        repairs: null,
        failure: toFailure(thrown),
        touched: present?.touched ?? [],
        weighed: present?.weighed ?? null,
      }
      set({ works: { ...state.works, [layer]: failed } })
      throw thrown
    }
  }

  const readTicked = async (layers: string[]): Promise<void> => {
    set({ isChecking: true })
    try {
      for (const layer of layers) await readLayer(layer)
      evaluate()
      await weigh(layers)
    } catch (thrown) {
      set({ failure: toFailure(thrown) })
    }
    set({ isChecking: false })
  }

  const refreshLayers = async (): Promise<void> => {
    const project = await port.call('layers.list', {})
    const isThere = (layer: string) => project.layers.some(({ id }) => id === layer)
    set({ project, ticked: state.ticked.filter(isThere) })
  }

  /** What QGIS said of these layers is old; an empty list means all of them. */
  const layersChanged = async (layers: string[]) => {
    try {
      await refreshLayers()
      if (state.screen === 'running') return
      const isAffected = (layer: string) => layers.length === 0 || layers.indexOf(layer) >= 0
      await readTicked(state.ticked.filter(isAffected))
      // The plan on the screen is that of what is there.
      if (state.screen === 'review' && state.busy === null) set({ plans: state.ticked.flatMap(planOf) })
    } catch (thrown) {
      set({ failure: toFailure(thrown) })
    }
  }

  const readServer = async () => {
    const server = demandCall()
    const { connection } = state
    if (connection === null) return
    const { body: settings } = await server('catalogue.getSettings', {})
    const { body: me } = await server('catalogue.getMe', {})
    const { body: list } = await server('catalogue.listDomains', {})
    const deployment: Deployment = {
      serverUrl: connection.url,
      crsList: settings.crsList,
      nationalExtent: settings.nationalExtent,
      limits: settings.limits,
    }
    set({ deployment, me, domains: list.domains })
  }

  const toConnectionScreen = () => set({ screen: 'connection' })

  let connecting = Promise.resolve()
  const useConnection = (connection: Connection | null): Promise<void> => {
    const begun = connectTo(connection)
    connecting = begun.catch(() => {})
    return begun
  }

  /** A connection that was just edited, or a QGIS that has just started, is still asking what the server allows. */
  const connected = async () => {
    await connecting
    if (state.deployment === null) await readServer()
  }

  const connectTo = async (connection: Connection | null) => {
    if (connection?.id !== state.connection?.id && state.runs.length > 0) {
      if (state.runs.some(({ outcome }) => outcome === null)) return
      await abandonRuns({ port, call: demandCall() }, state.runs)
      set({ runs: [] })
    }
    call = connection === null ? null : createServer(port, connection.id)
    set({
      connection,
      me: null,
      deployment: null,
      domains: [],
      works: {},
      findings: [],
      plans: null,
      catalogue: emptyCatalogue,
    })
    if (connection === null) return
    if (state.settings?.connection !== connection.id)
      set({ settings: await port.call('settings.set', { connection: connection.id }) })
    const { connection: tested } = await port.call('connections.test', { connection: connection.id })
    if (tested !== null) keepConnection(tested)
    if (state.connection?.state === 'connected' || state.connection?.state === 'public') {
      await readServer()
      await takeBack(connection.id)
      await readTicked(state.ticked)
    }
  }

  /** Only who may publish has left anything. */
  const takeBack = async (connection: string) => {
    if (state.me?.kind !== 'token') return
    const inUse = state.runs.map(({ kept }) => kept.key)
    const count = await takeBackUnfinished({ port, call: demandCall(), connection }, inUse)
    if (count > 0) set({ notice: { key: 'leftoversRemoved', count } })
  }

  /** The list and the connection in use as QGIS has them now. */
  const keepConnection = (known: Connection) => {
    const others = (state.connections ?? []).filter(({ id }) => id !== known.id)
    const connections = others.concat([known]).sort((one, other) => (one.name < other.name ? -1 : 1))
    set({ connections, ...(state.connection?.id === known.id && { connection: known }) })
  }

  const readConnections = async () => {
    const { connections } = await port.call('connections.list', {})
    set({ connections })
    return connections
  }

  const readPending = async () => {
    const { uploads } = await port.call('uploads.pending', {})
    set({ pending: uploads })
  }

  const begin = async (hello: QgisHello) => {
    set({ hello, theme: hello.theme, settings: hello.settings, link: 'open' })
    const connections = await readConnections()
    const wanted = connections.find(({ id }) => id === hello.settings.connection) ?? connections[0]
    await refreshLayers()
    await readPending()
    if (wanted === undefined) toConnectionScreen()
    else await useConnection(wanted)
  }

  const parts = (): PublishParts => {
    const { connection, deployment } = state
    if (connection === null || deployment === null) throw new Error('No connection is chosen.')
    return {
      port,
      call: demandCall(),
      connection: connection.id,
      serverUrl: connection.url,
      limits: deployment.limits,
      now: () => now().toISOString(),
      sleep,
    }
  }

  const seenOf = (published: Published | null): RecordFacts | null =>
    published?.kind === 'record' ? published.record : null

  /** What preflight announces as filled in is filled in here; the CRS follows the data. */
  const completed = ({ metadata, targetEpsg }: LayerForm, facts: LayerFacts): Draft => {
    const publisher = publisherOf(state.me)
    const complete = completeForPublication(metadata, { facts, publisher, today: today() }).metadata
    return targetEpsg === null ? complete : { ...complete, crs: `EPSG:${targetEpsg}` }
  }

  const planOf = (layer: string): PlannedLayer[] => {
    const facts = factsOf(layer)
    const work = state.works[layer]
    if (facts === undefined || work === undefined) return []
    const { form, style, report } = work
    const plan = planLayer({
      facts,
      metadata: completed(form, facts),
      published: work.published ?? { kind: 'none' },
      collectionId: form.collectionId ?? state.collectionIds[layer] ?? '',
      ...(form.parts && { parts: form.parts }),
      hasStyle: style !== null && report !== null && report.renderer !== null,
    })
    const isBlocked =
      plan.refusal !== null ||
      work.failure !== null ||
      state.findings.some((finding) => finding.layer === layer && finding.severity === 'blocking')
    return [{ layer, plan, isBlocked }]
  }

  /** Reads everything again, because what is planned must be what is there. */
  const review = () =>
    doing('review', async () => {
      set({ plans: null, screen: 'review' })
      await refreshLayers()
      for (const layer of state.ticked) await readLayer(layer)
      evaluate()
      await weigh(state.ticked)
      set({ plans: state.ticked.flatMap(planOf) })
    })

  const toOrder = ({ layer, plan }: PlannedLayer): LayerOrder => {
    const work = state.works[layer]
    const facts = factsOf(layer)
    if (work === undefined || facts === undefined) throw new Error(`Layer ${layer} is not known.`)
    const { form, published } = work
    return {
      layer,
      title: form.metadata.title ?? facts.name,
      plan,
      metadata: completed(form, facts),
      domainId: form.domainId,
      collectionId: form.collectionId ?? state.collectionIds[layer] ?? '',
      scope: form.scope,
      targetEpsg: form.targetEpsg,
      acceptSchemaChange: form.consent,
      hasSld: work.report === null || !work.report.isSldEmpty,
      seen: seenOf(published),
      writeBack: form.writeBack ? toQgisMetadata(completed(form, facts), facts.metadata) : null,
    }
  }

  const isToPublish = ({ plan, isBlocked }: PlannedLayer) => !isBlocked && plan.kind !== 'untouched'

  const lacksConsent = ({ layer, plan }: PlannedLayer) =>
    plan.needsConsent && state.works[layer]?.form.consent !== true

  const run = async (runs: LayerRun[]) => {
    // Failed runs nobody tries again leave nothing behind.
    const isGoneOnWith = ({ kept }: LayerRun) => runs.some((one) => one.kept.key === kept.key)
    await abandonRuns(
      parts(),
      state.runs.filter((one) => !isGoneOnWith(one)),
    )
    set({ runs, screen: 'running', failure: null })
    await publishAll(parts(), runs, () => set({ runs: state.runs.slice() }))
    set({ screen: 'result', runs: state.runs.slice() })
    await refreshLayers()
    await readPending()
    for (const { order, outcome } of state.runs) if (outcome?.kind === 'published') forget(order.layer)
  }

  /** The next look at the layer starts from what is published by then. */
  const forget = (layer: string) => {
    const works = { ...state.works }
    delete works[layer]
    set({ works })
  }

  const publish = () =>
    doing('publish', async () => {
      const wanted = (state.plans ?? []).filter(isToPublish)
      if (wanted.some(lacksConsent)) {
        set({ notice: { key: 'planConsentMissing' } })
        return
      }
      await run(
        wanted.flatMap((planned) => {
          const facts = factsOf(planned.layer)
          return facts === undefined ? [] : [toRun(toOrder(planned), facts, newKey())]
        }),
      )
    })

  const retry = (layer: string) =>
    doing('publish', async () => {
      await connected()
      await refreshLayers()
      const runs = state.runs.map((one) => (one.order.layer === layer ? toRetry(one) : one))
      await run(runs)
    })

  const leaveResult = () =>
    doing('leave', async () => {
      if (call !== null) await abandonRuns({ port, call }, state.runs)
      set({ runs: [], ticked: [], plans: null, screen: 'publish' })
      await readTicked([])
    })

  const reviewAgain = () => {
    const again = state.runs.flatMap(({ order, outcome }) =>
      outcome?.kind === 'changed' ? [order.layer] : [],
    )
    for (const layer of again) forget(layer)
    set({ ticked: again, runs: state.runs.filter(({ outcome }) => outcome?.kind === 'failed') })
    return review()
  }

  const tick = (layers: string[], isOn: boolean) => {
    const isMeant = (layer: string) => layers.indexOf(layer) >= 0
    const others = state.ticked.filter((layer) => !isMeant(layer))
    set({ ticked: isOn ? others.concat(layers) : others })
    const isUnread = (layer: string) =>
      state.works[layer] === undefined || state.works[layer]?.failure !== null
    return readTicked(isOn ? layers.filter(isUnread) : [])
  }

  const useDefaults = (layer: string) => {
    const from = state.works[layer]?.form
    if (from === undefined) return
    const members = [
      'contacts',
      'pointsOfContact',
      'language',
      'resourceLanguage',
      'lineageStatement',
      'useConditions',
      'accessConditions',
      'custodianOrganisation',
    ] as const
    const others = state.ticked.filter((id) => id !== layer && state.works[id] !== undefined)
    const works = { ...state.works }
    for (const id of others) {
      const work = works[id]
      if (work === undefined) continue
      const metadata: Record<string, unknown> = { ...work.form.metadata }
      const copied = members.filter((member) => isMissing(metadata[member]))
      for (const member of copied) metadata[member] = from.metadata[member]
      const domainId = work.form.domainId ?? from.domainId
      const changed = domainId === work.form.domainId ? [] : ['domainId']
      const touched = union(work.touched, copied.map(toTouched).concat(changed))
      works[id] = { ...work, form: { ...work.form, metadata: metadata as Draft, domainId }, touched }
    }
    set({ works, notice: { key: 'metadataDefaultsDone', count: others.length } })
    evaluate()
  }

  const fix = (layer: string, wanted: Fix) =>
    doing(`fix ${layer}`, async () => {
      await port.call('layer.fix', { layer, fix: wanted })
      await refreshLayers()
      await readTicked([layer])
    })

  /** Only some parts of a published layer, by way of the same review. */
  const publishAgain = (layer: string, only: Parts | null) =>
    doing('review', async () => {
      set({ ticked: [layer] })
      forget(layer)
      await readLayer(layer)
      const work = state.works[layer]
      if (work !== undefined) setWork(layer, { form: { ...work.form, parts: only } })
      set({ screen: 'review', plans: null })
      evaluate()
      set({ plans: state.ticked.flatMap(planOf) })
    })

  type Note = { version?: number; order?: LayerOrder; exported?: LayerRun['kept']['exported']; key?: string }
  const noteOf = (upload: PendingUpload): Note => upload.note as Note

  const resume = (upload: PendingUpload) =>
    doing(`resume ${upload.pending}`, async () => {
      const { order, exported, key } = noteOf(upload)
      const facts = order === undefined ? undefined : factsOf(order.layer)
      if (order === undefined || facts === undefined || exported === undefined) return
      if (state.connection?.id !== upload.connection) {
        const other = (state.connections ?? []).find(({ id }) => id === upload.connection) ?? null
        await useConnection(other)
      }
      await connected()
      const one = toRun(order, facts, key ?? newKey(), { ...nothingKept(key ?? newKey()), exported })
      one.resumes = upload.pending
      await run([one])
    })

  const discardPending = (upload: PendingUpload) =>
    doing(`discard ${upload.pending}`, async () => {
      await port.call('upload.discard', { pending: upload.pending })
      const { exported } = noteOf(upload)
      if (exported) await discardKept({ port, call: demandCall() }, { ...nothingKept(''), exported })
      await readPending()
    })

  const connections = {
    use: (connection: Connection) => doing(`use ${connection.id}`, () => useConnection(connection)),
    edit: (connection: Connection | null) =>
      doing('edit', async () => {
        set({ editing: connection?.id ?? 'new' })
        try {
          const answer = await port.call(
            'connections.edit',
            connection === null ? {} : { connection: connection.id },
          )
          if (answer.connection === null) return
          keepConnection(answer.connection)
          if (state.connection === null || state.connection.id === answer.connection.id)
            await useConnection(answer.connection)
        } finally {
          set({ editing: null })
        }
      }),
    test: (connection: Connection) =>
      doing(`test ${connection.id}`, async () => {
        const answer = await port.call('connections.test', { connection: connection.id })
        if (answer.connection === null) return
        keepConnection(answer.connection)
        if (state.connection?.id === connection.id && state.deployment === null)
          await useConnection(answer.connection)
      }),
    remove: (connection: Connection) =>
      doing('edit', async () => {
        set({ editing: connection.id })
        try {
          const { removed } = await port.call('connections.remove', { connection: connection.id })
          if (!removed) return
          const left = await readConnections()
          if (state.connection?.id === connection.id) await useConnection(left[0] ?? null)
        } finally {
          set({ editing: null })
        }
      }),
    addToBrowser: (connection: Connection) =>
      doing(`add ${connection.id}`, async () => {
        const { added } = await port.call('connections.addToBrowser', { connection: connection.id })
        set({ notice: { key: added.length > 0 ? 'connectionAddedToBrowser' : 'connectionInBrowserAlready' } })
      }),
  }

  const changeSettings = (settings: Partial<Pick<Settings, 'host' | 'locale'>>) =>
    doing('settings', async () => {
      set({ settings: await port.call('settings.set', settings) })
    })

  const openPage = (page: 'catalogue' | 'record' | 'collection' | 'guide', id?: string) =>
    doing('page', async () => {
      const { connection } = state
      if (connection === null) return
      await port.call('page.open', { connection: connection.id, page, ...(id !== undefined && { id }) })
    })

  /** For whoever looks at the record later. It is a note and nothing anybody waits for. */
  const keepLikeness = async (publicationId: string, found: PictureComparison): Promise<void> => {
    const { hello } = state
    if (call === null || hello === null) return
    const { verdict, ssim, lowPass } = found
    const drawnBy = `QGIS ${hello.qgis.split('-')[0] ?? ''}`
    try {
      await call('catalogue.keepLikeness', {
        path: { publicationId },
        body: { verdict, ssim, lowPass, drawnBy },
      })
    } catch {
      // The pictures are on the screen all the same.
    }
  }

  const copy = (text: string) =>
    doing('copy', async () => {
      await port.call('clipboard.copy', { text: text.slice(0, 100_000) })
      set({ notice: { key: 'copied' } })
    })

  /** Consent is about the plan on the screen and does not change it. */
  const consent = (layer: string, isOn: boolean) => {
    const work = state.works[layer]
    if (work !== undefined) setWork(layer, { form: { ...work.form, consent: isOn } })
  }

  const context = {
    port,
    readLayer,
    set,
    get: () => state,
    doing,
    demandCall,
    factsOf,
    refreshLayers,
    forget,
  }
  const lifecycle = createLifecycle(context)
  const catalogue = createCatalogue(context)

  const go = (screen: Screen, subject: string | null = null) =>
    set({ screen, subject, failure: null, notice: null })

  const start = () => {
    port.onState((link) => set({ link }))
    port.onHello((hello) => void doing('begin', () => begin(hello)))
    port.on('layersChanged', ({ layers }) => void layersChanged(layers))
    port.on(
      'connectionsChanged',
      () => void readConnections().catch((thrown) => set({ failure: toFailure(thrown) })),
    )
    port.on('themeChanged', (theme) => set({ theme }))
    port.start()
  }

  return {
    get: () => state,
    subscribe: (subscriber: () => void) => {
      subscribers.add(subscriber)
      return () => {
        subscribers.delete(subscriber)
      }
    },
    start,
    takeOver: port.takeOver,
    go,
    tick,
    change,
    consent,
    fix,
    useDefaults,
    review,
    publish,
    retry,
    leaveResult,
    reviewAgain,
    publishAgain,
    resume,
    discardPending,
    noteOf,
    connections,
    changeSettings,
    openPage,
    keepLikeness,
    copy,
    factsOf,
    isToPublish,
    refresh: () => doing('refresh', () => layersChanged([])),
    redraw: () => set({}),
    dismiss: () => set({ failure: null, notice: null }),
    lifecycle,
    catalogue,
  }
}

const toEnvelope = ({ sld, qml, assets, fonts }: LayerStyle): StyleEnvelope => ({
  sldBytes: sld === null ? null : utf8Bytes(sld),
  qmlBytes: utf8Bytes(qml),
  assets,
  fonts,
})

const toTouched = (member: string) => `metadata.${member}`

const union = (names: readonly string[], more: readonly string[]): string[] =>
  Array.from(new Set(names.concat(more)))

/** Data and scope that a weight is of. */
const weighedOf = ({ stamps, selectedCount }: LayerFacts, { scope }: LayerForm): string =>
  scope === 'selected' ? `${stamps.data} ${selectedCount}` : stamps.data

const isMissing = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** What the smaller flows need of the session. */
export type SessionContext = {
  port: Port
  set: (change: Partial<State>) => void
  get: () => State
  doing: (name: string, work: () => Promise<void>) => Promise<void>
  demandCall: () => CallOperation
  factsOf: (layer: string) => LayerFacts | undefined
  refreshLayers: () => Promise<void>
  readLayer: (layer: string) => Promise<void>
  forget: (layer: string) => void
}

export const isTokenTrouble = (failure: Failure) =>
  ['token-refused', 'no-token', 'no-connection'].indexOf(failure.code) >= 0
