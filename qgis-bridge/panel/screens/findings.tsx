/** What preflight found: cause, what to do, and a button where the remedy is safe. */

import type { Finding } from '../../../backend/src/preflight/preflight.ts'
import { english, say } from '../../../backend/src/preflight/words.ts'
import { Busy } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { Fix } from '../protocol/verbs.ts'
import { frenchFindings } from '../words/findings.fr.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'

export const findingCatalogues = { en: english, fr: frenchFindings }

const fixWords = (words: Words): Record<Fix, string> => ({
  chooseCrs: words.fixChooseCrs,
  saveEdits: words.fixSaveEdits,
  clearFilter: words.fixClearFilter,
  openProperties: words.fixOpenProperties,
})

const FindingItem = ({ finding }: { finding: Finding }) => {
  const { session, state, words, language } = usePanel()
  const { layer, code, severity, fix, targets } = finding
  const { cause, remedy } = say(finding.message, findingCatalogues[language])
  const severities = {
    blocking: words.severityBlocking,
    warning: words.severityWarning,
    information: words.severityInformation,
  }
  const nameOf = (epsg: number) => {
    const known = state.deployment?.crsList.find((crs) => crs.epsg === epsg)
    return known === undefined ? `EPSG:${epsg}` : `${known.name} (EPSG:${epsg})`
  }
  const name = session.factsOf(layer)?.name ?? layer
  return (
    <li class={`finding ${severity}`} data-code={code} data-severity={severity}>
      <p class="finding-head">
        <strong>{severities[severity]}</strong> <span class="code">{code}</span>
      </p>
      <p>{cause}</p>
      {remedy === '' ? null : <p class="soft">{remedy}</p>}
      <div class="buttons">
        {fix === undefined ? null : (
          <Button
            test={`finding.${code}.fix`}
            label={`${fixWords(words)[fix]}: ${name}`}
            isBusy={state.busy === `fix ${layer}`}
            onClick={() => void session.fix(layer, fix)}
          >
            {fixWords(words)[fix]}
          </Button>
        )}
        {(targets ?? []).map((epsg) => (
          <Button
            key={epsg}
            test={`finding.${code}.reproject.${epsg}`}
            onClick={() => session.change(layer, { targetEpsg: epsg })}
          >
            {words.reprojectTo(nameOf(epsg))}
          </Button>
        ))}
        {finding.page === undefined ? null : (
          <Button
            test={`finding.${code}.metadata`}
            label={`${words.metadataEdit}: ${name}`}
            onClick={() => session.go('metadata', layer)}
          >
            {words.metadataEdit}
          </Button>
        )}
      </div>
    </li>
  )
}

const order = { blocking: 0, warning: 1, information: 2 }

export const Findings = ({ layer }: { layer: string }) => {
  const { state, words } = usePanel()
  const own = state.findings
    .filter((finding) => finding.layer === layer)
    .sort((one, other) => order[one.severity] - order[other.severity])
  if (own.length === 0)
    return state.isChecking ? (
      <Busy text={words.findingsChecking} />
    ) : (
      <p class="soft">{words.findingsNone}</p>
    )
  return (
    <ul class="findings">
      {own.map((finding, at) => (
        <FindingItem key={`${finding.code} ${finding.field ?? ''} ${at}`} finding={finding} />
      ))}
    </ul>
  )
}
