/** The project's layers as QGIS's own layer panel has them: groups, ticks, and the state of each. */
import { Badge, type Tone } from '../../../backend/web/ui/blocks.tsx'
import { Button, Checkbox } from '../../../backend/web/ui/controls.tsx'
import { differsFromLink, isPublishable } from '../flows/session.ts'
import type { LayerFacts, TreeNode } from '../protocol/verbs.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'

export const blockedReason = (facts: LayerFacts, words: Words): string | null => {
  if (isPublishable(facts)) return null
  if (!facts.isValid) return words.blockedInvalid
  if (facts.kind === 'raster') return facts.source === 'service' ? words.blockedService : words.blockedRaster
  return facts.kind === 'other' ? words.blockedOther : words.blockedInvalid
}

const sameServer = (one: string, other: string) => one.replace(/\/+$/, '') === other.replace(/\/+$/, '')

const LayerState = ({ facts }: { facts: LayerFacts }) => {
  const { state, words } = usePanel()
  const { link } = facts
  if (link === null) return <Badge tone="plain">{words.stateNew}</Badge>
  if (state.connection !== null && !sameServer(link.server, state.connection.url))
    return <Badge tone="info">{words.stateElsewhere}</Badge>
  if (state.works[facts.id]?.published?.kind === 'gone')
    return <Badge tone="warning">{words.stateGone}</Badge>
  const names = { data: words.partData, style: words.partStyle, metadata: words.partMetadata }
  const differing = differsFromLink(facts)
  const text =
    differing.length === 0
      ? words.stateUnchanged
      : words.stateDiffers(differing.map((part) => names[part]).join(', '))
  return <Badge tone={differing.length === 0 ? 'good' : 'warning'}>{text}</Badge>
}

const FindingCount = ({ layer }: { layer: string }) => {
  const { state, words } = usePanel()
  const own = state.findings.filter((finding) => finding.layer === layer)
  const count = (severity: string) => own.filter((finding) => finding.severity === severity).length
  const blocking = count('blocking')
  const text = words.findingsOf(blocking, count('warning'))
  if (text === '') return null
  const tone: Tone = blocking > 0 ? 'bad' : 'warning'
  return <Badge tone={tone}>{text}</Badge>
}

const LayerRow = ({ facts }: { facts: LayerFacts }) => {
  const { session, state, words } = usePanel()
  const reason = blockedReason(facts, words)
  const isTicked = state.ticked.indexOf(facts.id) >= 0
  return (
    <div class={reason === null ? 'layer' : 'layer blocked'} data-test={`layer.${facts.name}`}>
      <Checkbox
        test={`publish.tick.${facts.name}`}
        label={facts.name}
        isTicked={isTicked}
        isDisabled={reason !== null}
        onChange={(isOn) => void session.tick([facts.id], isOn)}
      />
      <div class="layer-state">
        {reason === null ? <LayerState facts={facts} /> : <span class="soft">{reason}</span>}
        {isTicked ? <FindingCount layer={facts.id} /> : null}
        {facts.link === null ? null : (
          <Button
            test={`publish.more.${facts.name}`}
            kind="quiet"
            label={words.linkOpen(facts.name)}
            onClick={() => session.go('layer', facts.id)}
          >
            …
          </Button>
        )}
      </div>
    </div>
  )
}

const layersIn = (nodes: readonly TreeNode[]): string[] =>
  nodes.flatMap(({ layer, children }) => (layer === undefined ? layersIn(children ?? []) : [layer]))

const GroupRow = ({ node }: { node: TreeNode }) => {
  const { session, state, words } = usePanel()
  const layers = layersIn(node.children ?? []).filter((layer) => {
    const facts = session.factsOf(layer)
    return facts !== undefined && isPublishable(facts)
  })
  const ticked = layers.filter((layer) => state.ticked.indexOf(layer) >= 0).length
  return (
    <li class="group">
      <div class="group-name">
        <Checkbox
          test={`publish.group.${node.name}`}
          label={node.name}
          isTicked={layers.length > 0 && ticked === layers.length}
          isMixed={ticked > 0 && ticked < layers.length}
          isDisabled={layers.length === 0}
          onChange={(isOn) => void session.tick(layers, isOn)}
        />
      </div>
      <ul aria-label={words.tickGroup(node.name)}>
        <Nodes nodes={node.children ?? []} />
      </ul>
    </li>
  )
}

const Nodes = ({ nodes }: { nodes: readonly TreeNode[] }) => {
  const { session } = usePanel()
  return (
    <>
      {nodes.map((node, at) => {
        if (node.kind === 'group') return <GroupRow key={`${at} ${node.name}`} node={node} />
        const facts = node.layer === undefined ? undefined : session.factsOf(node.layer)
        if (facts === undefined) return null
        return (
          <li key={facts.id}>
            <LayerRow facts={facts} />
          </li>
        )
      })}
    </>
  )
}

export const LayerTree = ({ tree }: { tree: readonly TreeNode[] }) => {
  const { words } = usePanel()
  return (
    <ul class="tree" aria-label={words.layerTree}>
      <Nodes nodes={tree} />
    </ul>
  )
}
