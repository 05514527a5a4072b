/** Searching the catalogue. */
import { useEffect } from 'preact/hooks'
import { Badge, Busy, Empty, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button, Checkbox, SelectField, TextField } from '../../../backend/web/ui/controls.tsx'
import type { FoundRecord } from '../flows/catalogue.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'

const openable = (record: FoundRecord, words: Words): string[] => {
  const rels = record.links.map(({ rel }) => rel)
  const has = (rel: string) => rels.indexOf(rel) >= 0
  return [
    has('item') ? (record.geometry === null ? words.kindTable : words.kindFeatures) : '',
    has('enclosure') ? words.kindFile : '',
    has('service') ? words.kindService : '',
    has('stylesheet') ? words.kindStyle : '',
  ].filter((text) => text !== '')
}

const organisationOf = ({ properties }: FoundRecord): string =>
  properties.contacts
    ?.map(({ organization, name }) => organization ?? name ?? '')
    .find((text) => text !== '') ?? ''

const Found = ({ record }: { record: FoundRecord }) => {
  const { session, words } = usePanel()
  const { title, description, deprecated } = record.properties
  const organisation = organisationOf(record)
  return (
    <li class="card" data-test={`catalogue.result.${record.id}`}>
      <h2>
        <button
          type="button"
          class="link"
          data-test={`catalogue.open.${record.id}`}
          onClick={() => void session.catalogue.open(record.id)}
        >
          {title}
        </button>
      </h2>
      {organisation === '' ? null : <p class="soft">{organisation}</p>}
      {description === undefined ? null : <p class="clamp">{description}</p>}
      <p>
        {deprecated === true ? <Badge tone="warning">{words.recordDeprecated}</Badge> : null}
        {openable(record, words).map((kind) => (
          <Badge key={kind} tone="plain">
            {kind}
          </Badge>
        ))}
      </p>
    </li>
  )
}

export const CatalogueScreen = () => {
  const { session, state, words } = usePanel()
  const { catalogue, connection } = state
  const { q, topic, isInMap, results, matched } = catalogue
  const search = () => void session.catalogue.search()
  useEffect(() => {
    if (results === null && connection !== null && state.deployment !== null && !catalogue.hasNoExtent)
      search()
  }, [connection?.id, state.deployment === null])
  useEffect(() => {
    // After the click that the button's going up makes.
    const release = () => setTimeout(session.catalogue.release, 0)
    document.addEventListener('mouseup', release)
    return () => {
      document.removeEventListener('mouseup', release)
      session.catalogue.release()
    }
  }, [])
  if (connection === null) return <Empty title={words.chooseConnection} />
  const isSearching = state.busy === 'search'
  return (
    <>
      <h1>{words.catalogueTitle}</h1>
      <TextField
        test="catalogue.q"
        label={words.searchLabel}
        value={q}
        maxLength={200}
        onInput={(value) => session.catalogue.update({ q: value })}
        onEnter={search}
      />
      <SelectField
        test="catalogue.topic"
        label={words.searchTopic}
        value={topic}
        options={[{ value: '', label: words.searchTopicAll }].concat(
          Object.keys(words.topics).map((value) => ({
            value,
            label: words.topics[value as keyof Words['topics']],
          })),
        )}
        onChange={(value) => {
          session.catalogue.update({ topic: value })
          search()
        }}
      />
      <div class="row">
        <div class="grow">
          <Checkbox
            test="catalogue.inMap"
            label={words.searchInMap}
            isTicked={isInMap}
            onChange={(isOn) => {
              session.catalogue.update({ isInMap: isOn })
              search()
            }}
          />
        </div>
        <Button test="catalogue.search" kind="main" isBusy={isSearching} onClick={search}>
          {words.searchButton}
        </Button>
      </div>
      {catalogue.hasNoExtent ? <Notice tone="warning" title={words.searchNoExtent} isAlert /> : null}
      <div aria-live="polite">
        {isSearching && results === null ? <Busy text={words.loading} /> : null}
        {results === null || matched === null || results.length === 0 ? null : (
          <p class="soft" data-test="catalogue.count">
            {words.searchCount(matched)}
          </p>
        )}
      </div>
      {results !== null && results.length === 0 && !isSearching ? (
        <Empty title={words.searchEmpty}>
          <p>{words.searchEmptyText}</p>
        </Empty>
      ) : null}
      <ul class="cards" onMouseDown={session.catalogue.hold}>
        {(results ?? []).map((record) => (
          <Found key={record.id} record={record} />
        ))}
      </ul>
      {catalogue.hasMore ? (
        <Button
          test="catalogue.more"
          isBusy={isSearching}
          onClick={() => void session.catalogue.search(true)}
        >
          {words.searchMore}
        </Button>
      ) : null}
    </>
  )
}
