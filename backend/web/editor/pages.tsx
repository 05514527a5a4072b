import {
  characterSets,
  languages,
  resourceTypes,
  spatialRepresentationTypes,
} from '../../src/metadata/code-lists.ts'
import { formats, session, words } from '../context.ts'
import { Checkbox, TextField } from '../ui/controls.tsx'
import { useEditor, useFindings } from './context.ts'
import { Conditions, Crs, DatasetDates, Keywords, TemporalExtent, Topics } from './dataset-fields.tsx'
import { Extent } from './extent.tsx'
import { MemberSelect, MemberText, optionsOf, Section, TextList } from './fields.tsx'
import { DataUpload } from './file.tsx'
import { Parties } from './parties.tsx'
import { WebServices } from './services.tsx'
import { layerOf } from './store.ts'
import { LayerStyle } from './style.tsx'

export const ConnectPage = () => (
  <>
    <p>{words.connectText}</p>
    <DataUpload />
    <WebServices />
  </>
)

export const MetadataPage = () => (
  <>
    <MemberSelect
      member="language"
      label={words.language}
      hint={words.languageHint}
      note={words.needed}
      options={optionsOf(languages)}
      isRequired
    />
    <MemberText member="dateStamp" type="date" label={words.date} hint={words.dateHint} note={words.needed} />
    <Parties member="contacts" legend={words.metadataContact} text={words.metadataContactText} />
  </>
)

export const IdentificationPage = () => (
  <>
    <MemberSelect
      member="resourceType"
      label={words.resourceType}
      hint={words.resourceTypeHint}
      note={words.needed}
      options={optionsOf(resourceTypes)}
    />
    <MemberText member="title" label={words.title} note={words.needed} maxLength={500} />
    <DatasetDates />
    <MemberText
      member="abstract"
      label={words.abstract}
      hint={words.abstractHint}
      note={words.needed}
      rows={6}
      maxLength={20000}
    />
    <Parties member="pointsOfContact" legend={words.datasetContact} text={words.datasetContactText} />
    <MemberText
      member="custodianOrganisation"
      label={words.custodian}
      hint={words.custodianHint}
      note={words.optional}
      maxLength={500}
    />
    <Keywords />
    <Extent />
    <TemporalExtent />
  </>
)

const Resolution = () => {
  const { editor, state } = useEditor()
  const denominator = state.metadata.spatialResolutionDenominator
  const typed = state.invalid['spatialResolutionDenominator'] ?? String(denominator ?? '')
  const found = useFindings('spatialResolutionDenominator')
  const isWrong = state.invalid['spatialResolutionDenominator'] !== undefined
  return (
    <TextField
      test="spatialResolutionDenominator"
      label={words.resolution}
      hint={
        denominator === undefined ? words.resolutionHint : words.resolutionMeans(formats.number(denominator))
      }
      note={words.optional}
      inputMode="numeric"
      value={typed}
      findings={isWrong ? [{ level: 'error', message: words.resolutionHint }] : found}
      onInput={(text) => {
        const clean = text.replace(/[\s,. ]/g, '')
        const isWhole = /^[1-9]\d{0,9}$/.test(clean) && Number(clean) <= 1e9
        editor.setInvalid('spatialResolutionDenominator', isWhole || clean === '' ? '' : text)
        if (isWhole || clean === '')
          editor.change({ spatialResolutionDenominator: clean === '' ? undefined : Number(clean) })
      }}
    />
  )
}

export const OtherPage = () => {
  return (
    <>
      <MemberSelect
        member="resourceLanguage"
        label={words.resourceLanguage}
        hint={words.resourceLanguageHint}
        note={words.needed}
        options={optionsOf(languages)}
      />
      <MemberSelect
        member="characterSet"
        label={words.characterSet}
        hint={words.characterSetHint}
        options={characterSets.map((value) => ({ value, label: value }))}
        isRequired
      />
      <MemberSelect
        member="spatialRepresentationType"
        label={words.representation}
        hint={words.representationHint}
        note={words.optional}
        options={optionsOf(spatialRepresentationTypes)}
      />
      <Resolution />
      <Topics />
    </>
  )
}

export const CrsPage = () => (
  <>
    <p>{words.crsText}</p>
    <Crs />
    <p class="hint">{words.crsNote}</p>
  </>
)

export const QualityPage = () => {
  const { state } = useEditor()
  const type = state.metadata.resourceType
  return (
    <>
      <p data-test="scope">{words.scope(type === undefined ? words.notGiven : resourceTypes[type])}</p>
      <Section title={words.lineage}>
        <MemberText
          member="lineageStatement"
          label={words.lineageStatement}
          hint={words.lineageHint}
          note={words.needed}
          rows={5}
          maxLength={20000}
        />
        <TextList
          member="dataSources"
          legend={words.dataSources}
          text={words.dataSourcesText}
          labelOf={words.dataSourceAt}
          addLabel={words.addDataSource}
        />
        <TextList
          member="processingSteps"
          legend={words.steps}
          text={words.stepsText}
          labelOf={words.stepAt}
          addLabel={words.addStep}
        />
      </Section>
    </>
  )
}

export const ConstraintsPage = () => (
  <>
    <p>{words.constraintsText}</p>
    <Conditions member="useConditions" label={words.useConditions} />
    <Conditions member="accessConditions" label={words.accessConditions} />
  </>
)

/** What is asked of the server when it publishes, beside the metadata. */
export type PublishWish = { publishToApi: boolean; collectionId: string; viewName: string }

const Publishing = ({ wish, onWish }: { wish: PublishWish; onWish: (wish: PublishWish) => void }) => {
  const { state } = useEditor()
  const published = state.record?.collectionId ?? null
  const layer = layerOf(state)
  return (
    <Section title={words.publishing}>
      <Checkbox
        test="publishToApi"
        label={words.publishToApi}
        isTicked={wish.publishToApi}
        onChange={(publishToApi) => onWish({ ...wish, publishToApi })}
      />
      <p class="hint">{published === null ? words.publishToApiNew : words.publishToApiReplace}</p>
      {layer?.kind === 'raster' ? <p class="hint">{words.publishRaster}</p> : null}
      {!wish.publishToApi ? null : published === null ? (
        <TextField
          test="collectionId"
          label={words.collectionId}
          hint={words.collectionIdHint}
          note={words.optional}
          value={wish.collectionId}
          maxLength={63}
          onInput={(text) => onWish({ ...wish, collectionId: text.trim().toLowerCase() })}
        />
      ) : (
        <p>{words.collectionIdFixed(published)}</p>
      )}
      {wish.publishToApi && session.can('name a database view') ? (
        <TextField
          test="viewName"
          label={words.viewName}
          hint={words.viewNameHint}
          note={words.optional}
          value={wish.viewName}
          maxLength={127}
          onInput={(viewName) => onWish({ ...wish, viewName })}
        />
      ) : null}
    </Section>
  )
}

const DistributionFormat = () => {
  const { editor, state } = useEditor()
  const format = state.metadata.distributionFormat
  const put = (part: 'name' | 'version') => (text: string) => {
    const next = { name: format?.name ?? '', version: format?.version, [part]: text }
    editor.change({
      distributionFormat:
        next.name === '' ? undefined : { name: next.name, ...(next.version && { version: next.version }) },
    })
  }
  return (
    <fieldset>
      <legend>{words.distributionFormat}</legend>
      <div class="pair">
        <TextField
          test="distributionFormat.name"
          label={words.formatName}
          value={format?.name ?? ''}
          onInput={put('name')}
        />
        <TextField
          test="distributionFormat.version"
          label={words.formatVersion}
          value={format?.version ?? ''}
          onInput={put('version')}
        />
      </div>
    </fieldset>
  )
}

export const DistributionPage = ({
  wish,
  onWish,
}: {
  wish: PublishWish
  onWish: (wish: PublishWish) => void
}) => {
  const { state } = useEditor()
  const { metadata } = state
  const hasWfs = (metadata.webServices ?? []).some(({ protocol }) => protocol === 'OGC:WFS')
  const hasFile =
    state.upload !== null || (state.record?.distributions.some(({ kind }) => kind === 'original') ?? false)
  const generated = hasFile ? words.generatedFromFile : hasWfs ? words.generatedFromWfs : null
  return (
    <>
      <p>{words.distributionText}</p>
      <DistributionFormat />
      <fieldset>
        <legend>{words.transferOptions}</legend>
        <p class="hint">{words.transferText}</p>
        {generated === null ? null : <p data-test="generated-url">{words.downloadUrlGenerated(generated)}</p>}
        <MemberText
          member="additionalDownloadUrl"
          type="url"
          label={words.downloadUrl}
          hint={words.downloadUrlHint}
        />
        <MemberText
          member="resourceName"
          label={words.resourceName}
          hint={words.resourceNameHint(metadata.title ?? words.untitled)}
        />
        <MemberText
          member="informationUrl"
          type="url"
          label={words.informationUrl}
          hint={words.informationUrlHint}
        />
      </fieldset>
      <DataUpload />
      <Publishing wish={wish} onWish={onWish} />
      <LayerStyle />
      <WebServices />
    </>
  )
}
