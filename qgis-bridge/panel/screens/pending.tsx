/** Uploads an earlier session did not finish. */
import { Empty, Progress } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { PendingUpload } from '../protocol/verbs.ts'
import { usePanel } from './context.ts'

const PendingCard = ({ upload }: { upload: PendingUpload }) => {
  const { session, state, words, format } = usePanel()
  const { order, exported } = session.noteOf(upload)
  const isKnown = order !== undefined && exported !== undefined && exported !== null
  const isThere = order !== undefined && session.factsOf(order.layer) !== undefined
  const connection = (state.connections ?? []).find(({ id }) => id === upload.connection)
  const { pending } = upload
  return (
    <li class="card" data-test={`pending.${pending}`}>
      <h2>{order?.title ?? upload.fileName}</h2>
      <p>
        {words.pendingSent(
          format.bytes(upload.sentBytes),
          format.bytes(upload.sizeBytes),
          format.dateTime(upload.startedAt),
        )}
      </p>
      <Progress
        label={upload.fileName}
        share={upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : 0}
        test={`pending.progress.${pending}`}
      />
      {connection === undefined || connection.id === state.connection?.id ? null : (
        <p class="soft">{words.pendingOtherConnection(connection.name)}</p>
      )}
      {isKnown ? null : <p class="soft">{words.pendingUnknown}</p>}
      {isKnown && !isThere ? <p class="soft">{words.pendingLayerGone}</p> : null}
      <div class="buttons">
        <Button
          test={`pending.resume.${pending}`}
          kind="main"
          label={`${words.pendingResume}: ${upload.fileName}`}
          isDisabled={!isKnown || !isThere}
          onClick={() => void session.resume(upload)}
        >
          {words.pendingResume}
        </Button>
        <Button
          test={`pending.discard.${pending}`}
          label={`${words.pendingDiscard}: ${upload.fileName}`}
          isBusy={state.busy === `discard ${pending}`}
          onClick={() => void session.discardPending(upload)}
        >
          {words.pendingDiscard}
        </Button>
      </div>
    </li>
  )
}

export const PendingScreen = () => {
  const { state, words } = usePanel()
  if (state.pending.length === 0) return <Empty title={words.pendingNone} />
  return (
    <>
      <h1>{words.pendingTitle}</h1>
      <p class="soft">{words.pendingText}</p>
      <ul class="cards">
        {state.pending.map((upload) => (
          <PendingCard key={upload.pending} upload={upload} />
        ))}
      </ul>
    </>
  )
}
