/** A failure: what happened, why, what to do, and everything else for a report. */

import { Disclosure, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import { isTokenTrouble } from '../flows/session.ts'
import type { Failure } from '../protocol/verbs.ts'
import { sayFailure, toDetails } from '../words/words.ts'
import { usePanel } from './context.ts'

export const FailureNotice = ({
  failure,
  test,
  about = {},
  title,
}: {
  failure: Failure
  test: string
  about?: Record<string, string>
  title?: string
}) => {
  const { session, state, words } = usePanel()
  const said = sayFailure(failure, words)
  const { hello } = state
  const details = toDetails(failure, {
    plugin: hello?.plugin ?? '',
    qgis: hello?.qgis ?? '',
    qt: hello?.qt ?? '',
    host: hello?.host ?? '',
    catalogue: state.connection?.url ?? '',
    ...about,
  })
  return (
    <Notice tone="bad" title={title ?? said.title} test={test} isAlert>
      {title === undefined ? null : <p>{said.title}</p>}
      {said.remedy === '' ? null : (
        <p>
          <strong>{words.whatToDo}:</strong> {said.remedy}
        </p>
      )}
      {said.detail === '' ? null : (
        <Disclosure test={`${test}.details`} title={words.details}>
          <p class="technical">{said.detail}</p>
        </Disclosure>
      )}
      <div class="buttons">
        {isTokenTrouble(failure) ? (
          <Button test={`${test}.connection`} onClick={() => session.go('connection')}>
            {words.toConnection}
          </Button>
        ) : null}
        <Button test={`${test}.copy`} kind="quiet" onClick={() => void session.copy(details)}>
          {words.copyDetails}
        </Button>
      </div>
    </Notice>
  )
}
