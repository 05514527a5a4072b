/** One record of the catalogue, and how it can be taken into the map. */
import { Badge, Busy, Notice } from '../../../backend/web/ui/blocks.tsx'
import { Button } from '../../../backend/web/ui/controls.tsx'
import type { State } from '../flows/session.ts'
import type { Words } from '../words/words.ts'
import { usePanel } from './context.ts'
import { sayPercent } from './pictures.tsx'

const loadable = ['GeoPackage', 'Shapefile', 'GeoJSON', 'GeoTIFF', 'CSV']

const sayAdded = (added: NonNullable<State['catalogue']['added']>, words: Words): string => {
  if (added.layer === null) return words.addedNothing
  const texts = {
    identical: words.addedIdentical,
    differs: words.addedDiffers(added.differences.join(', ')),
    sld: words.addedSld,
    translated:
      added.differences.length === 0
        ? words.addedTiles
        : words.addedTilesWithout(added.differences.join(', ')),
    none: words.addedNone,
  }
  return texts[added.style]
}

export const RecordScreen = () => {
  const { session, state, words, format } = usePanel()
  const { catalogue } = state
  const { record, added } = catalogue
  const canEdit = state.hello?.capabilities['editing'] === true
  const back = (
    <Button test="record.back" kind="quiet" onClick={() => session.go('catalogue')}>
      {`‹ ${words.back}`}
    </Button>
  )
  if (record === null)
    return (
      <>
        {back}
        {state.failure === null ? <Busy text={words.loading} /> : null}
      </>
    )
  const { metadata } = record
  const files = record.distributions.filter(
    ({ kind, format: name }) => kind === 'original' && loadable.indexOf(name ?? '') >= 0,
  )
  // As a whole it is a download with its style; QGIS opens no collection of pictures with a token.
  const isRaster = record.distributions.some(({ kind }) => kind === 'cog')
  const contact = metadata.pointsOfContact?.[0]
  const contactText = [contact?.individualName, contact?.organisation, contact?.email]
    .filter((text): text is string => text !== undefined && text !== '')
    .join(', ')
  return (
    <>
      {back}
      <h1>{record.title}</h1>
      <p>
        {record.state === 'deprecated' ? <Badge tone="warning">{words.recordDeprecated}</Badge> : null}
        {(metadata.topicCategories ?? []).map((topic) => (
          <Badge key={topic} tone="plain">
            {words.topics[topic]}
          </Badge>
        ))}
      </p>
      {metadata.abstract === undefined ? null : <p class="prose">{metadata.abstract}</p>}
      <div class="buttons">
        {record.collectionId === null || isRaster ? null : (
          <Button
            test="record.add"
            kind="main"
            isBusy={state.busy === 'add'}
            onClick={() => void session.catalogue.addCollection(record)}
          >
            {words.addToMap}
          </Button>
        )}
        {catalogue.hasTiles ? (
          <Button
            test="record.tiles"
            isBusy={state.busy === 'tiles'}
            onClick={() => void session.catalogue.addTiles(record)}
          >
            {words.addTiles}
          </Button>
        ) : null}
        {session.catalogue.mayEdit(record) && !isRaster ? (
          <Button
            test="record.edit"
            isBusy={state.busy === 'edit'}
            isDisabled={!canEdit}
            onClick={() => void session.catalogue.addCollection(record, { isToEdit: true })}
          >
            {words.addToEdit}
          </Button>
        ) : null}
        {files.map((file) => (
          <Button
            key={file.id}
            test={`record.download.${file.id}`}
            kind={isRaster ? 'main' : 'plain'}
            isBusy={state.busy === 'download'}
            onClick={() => void session.catalogue.addDownload(record, file)}
          >
            {words.addDownload(
              file.sizeBytes === null
                ? (file.format ?? '')
                : `${file.format ?? ''}, ${format.bytes(file.sizeBytes)}`,
            )}
          </Button>
        ))}
        <Button test="record.open" onClick={() => void session.openPage('record', record.id)}>
          {words.openRecord}
        </Button>
      </div>
      {session.catalogue.mayEdit(record) && !isRaster && !canEdit ? (
        <p class="soft">{words.editNeedsNewer}</p>
      ) : null}
      {record.collectionId === null && files.length === 0 ? <p class="soft">{words.nothingToOpen}</p> : null}
      {added === null ? null : (
        <Notice
          tone={added.style === 'differs' || added.isEdited === false ? 'warning' : 'good'}
          title={sayAdded(added, words)}
          test="record.added"
          isAlert
        >
          {added.isEdited === undefined ? null : (
            <p>{added.isEdited ? words.editBegun : words.editNotOffered}</p>
          )}
        </Notice>
      )}
      <dl class="facts">
        {contactText === '' ? null : (
          <>
            <dt>{words.recordContact}</dt>
            <dd>{contactText}</dd>
          </>
        )}
        {metadata.useConditions === undefined ? null : (
          <>
            <dt>{words.recordConditions}</dt>
            <dd>{metadata.useConditions}</dd>
          </>
        )}
        {record.likeness === undefined ? null : (
          <>
            <dt>{words.recordLikeness(record.likeness.drawnBy)}</dt>
            <dd data-test="record.likeness">
              {words.likeness[record.likeness.verdict](sayPercent(record.likeness))}
            </dd>
          </>
        )}
        {metadata.lineageStatement === undefined ? null : (
          <>
            <dt>{words.fieldLineage}</dt>
            <dd>{metadata.lineageStatement}</dd>
          </>
        )}
      </dl>
      <p class="soft">{words.recordUpdated(format.dateTime(record.updatedAt))}</p>
    </>
  )
}
