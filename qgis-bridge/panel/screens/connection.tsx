/** Choosing, adding, changing, testing and forgetting catalogues; names, addresses and tokens are asked by QGIS itself. */
import { Badge, Empty } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { Connection } from '../protocol/verbs.ts'
import { usePanel } from './context.ts'
import { sayConnection } from './shell.tsx'

const tones = {
  connected: 'good',
  public: 'info',
  refused: 'bad',
  unreachable: 'warning',
  unknown: 'plain',
} as const

const ConnectionCard = ({ connection }: { connection: Connection }) => {
  const { session, state, words } = usePanel()
  const { connections } = session
  const isUsed = state.connection?.id === connection.id
  const { id, name } = connection
  const test = `connection.${id}`
  return (
    <li class="card" data-test={test}>
      <div class="row">
        <h2 class="grow">{name}</h2>
        {isUsed ? <Badge tone="good">{words.connectionInUse}</Badge> : null}
      </div>
      <p class="address">{connection.url}</p>
      <p>
        <Badge tone={tones[connection.state]}>{sayConnection(connection, words)}</Badge>
      </p>
      {connection.state === 'connected' || connection.message === '' ? null : (
        <p class="soft">{connection.message}</p>
      )}
      <div class="buttons">
        {isUsed ? null : (
          <Button
            test={`${test}.use`}
            kind="main"
            label={`${words.connectionUse}: ${name}`}
            isBusy={state.busy === `use ${id}`}
            onClick={() => void connections.use(connection)}
          >
            {words.connectionUse}
          </Button>
        )}
        <Button
          test={`${test}.test`}
          label={`${words.connectionTest}: ${name}`}
          isBusy={state.busy === `test ${id}`}
          onClick={() => void connections.test(connection)}
        >
          {words.connectionTest}
        </Button>
        <Button
          test={`${test}.edit`}
          label={`${words.connectionEdit}: ${name}`}
          isBusy={state.editing === id}
          onClick={() => void connections.edit(connection)}
        >
          {words.connectionEdit}
        </Button>
        <Button
          test={`${test}.addToBrowser`}
          label={`${words.connectionAddToBrowser}: ${name}`}
          onClick={() => void connections.addToBrowser(connection)}
        >
          {words.connectionAddToBrowser}
        </Button>
        <Button
          test={`${test}.remove`}
          kind="quiet"
          label={`${words.connectionRemove}: ${name}`}
          onClick={() => void connections.remove(connection)}
        >
          {words.connectionRemove}
        </Button>
      </div>
    </li>
  )
}

export const ConnectionScreen = () => {
  const { session, state, words } = usePanel()
  const connections = state.connections ?? []
  return (
    <>
      <h1>{words.connectionTitle}</h1>
      {connections.length === 0 ? (
        <Empty title={words.connectionNone}>
          <p>{words.connectionNoneText}</p>
        </Empty>
      ) : (
        <ul class="cards">
          {connections.map((connection) => (
            <ConnectionCard key={connection.id} connection={connection} />
          ))}
        </ul>
      )}
      <div class="buttons">
        <Button
          test="connection.add"
          kind={connections.length === 0 ? 'main' : 'plain'}
          isBusy={state.editing === 'new'}
          onClick={() => void session.connections.edit(null)}
        >
          {words.connectionAdd}
        </Button>
      </div>
    </>
  )
}
