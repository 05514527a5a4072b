/** The pages of the wizard (R4.2) up to Distribution Info: every field, hint and convention of SEC-IMS's own texts. */

import { useState } from 'preact/hooks'
import {
  characterSets,
  languages,
  resourceTypes,
  spatialRepresentationTypes,
  topicCategories,
} from '../../src/metadata/code-lists.ts'
import { formats, session, words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { Button, Checkbox, SelectField, TextField } from '../ui/controls.tsx'
import { useEditor, useFindings } from './context.ts'
import { Extent } from './extent.tsx'
import { FindingList, MemberSelect, MemberText, optionsOf, Section, TextList, TickList } from './fields.tsx'
import { DataUpload } from './file.tsx'
import { isSame } from './merge.ts'
import { Parties } from './parties.tsx'
import { WebServices } from './services.tsx'
import { detectedIn, layerOf } from './store.ts'
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

type DateKind = keyof NonNullable<Draft['dates']>

const DatasetDates = () => {
  const { editor, state } = useEditor()
  const dates = state.metadata.dates ?? {}
  const missing = useFindings('dates', { isExact: true })
  const findings: Record<DateKind, ReturnType<typeof useFindings>> = {
    creation: useFindings('dates.creation'),
    publication: useFindings('dates.publication'),
    revision: useFindings('dates.revision'),
  }
  return (
    <fieldset id="dates" class={missing.length > 0 ? 'field wrong' : ''}>
      <legend>
        {words.datasetDates} <span class="note">({words.needed})</span>
      </legend>
      <p class="hint">{words.datasetDatesText}</p>
      <FindingList findings={missing} />
      <div class="pair">
        {(['creation', 'publication', 'revision'] as const).map((kind) => (
          <TextField
            key={kind}
            test={`dates.${kind}`}
            type="date"
            label={words.dateKinds[kind]}
            value={dates[kind] ?? ''}
            findings={findings[kind]}
            onInput={(day) => editor.change({ dates: { ...dates, [kind]: day === '' ? undefined : day } })}
          />
        ))}
      </div>
    </fieldset>
  )
}

const TemporalExtent = () => {
  const { editor, state } = useEditor()
  const extent = state.metadata.temporalExtent ?? {}
  const endFindings = useFindings('temporalExtent.end')
  const beginFindings = useFindings('temporalExtent.begin')
  const put = (part: 'begin' | 'end') => (day: string) =>
    editor.change({ temporalExtent: { ...extent, [part]: day === '' ? undefined : day } })
  return (
    <fieldset>
      <legend>{words.temporalExtent}</legend>
      <div class="pair">
        <TextField
          test="temporalExtent.begin"
          type="date"
          label={words.begin}
          value={extent.begin ?? ''}
          findings={beginFindings}
          onInput={put('begin')}
        />
        <TextField
          test="temporalExtent.end"
          type="date"
          label={words.end}
          hint={words.endHint}
          value={extent.end ?? ''}
          findings={endFindings}
          onInput={put('end')}
        />
      </div>
    </fieldset>
  )
}

const splitKeywords = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]

/** A text while it is typed: a comma at its end is not a keyword yet. */
const Keywords = () => {
  const { editor, state } = useEditor()
  const keywords = state.metadata.keywords ?? []
  const [text, setText] = useState(keywords.join(', '))
  return (
    <TextField
      test="keywords"
      label={words.keywords}
      hint={words.keywordsHint}
      note={words.optional}
      value={isSame(splitKeywords(text), keywords) ? text : keywords.join(', ')}
      findings={useFindings('keywords')}
      onInput={(typed) => {
        const next = splitKeywords(typed)
        setText(typed)
        editor.change({ keywords: next.length === 0 ? undefined : next })
      }}
    />
  )
}

/** Which custodians may change the record as well (R1.3, R1.5). */
const DataDomain = () => {
  const { editor, state } = useEditor()
  const actor = session.actor()
  const isCustodian = actor?.role === 'domain_custodian'
  const offered = state.domains.filter(
    ({ id }) => !isCustodian || id === actor?.domainId || id === state.domainId,
  )
  if (offered.length === 0) return null
  return (
    <SelectField
      test="domain"
      label={words.domain}
      hint={words.domainHint}
      note={words.optional}
      value={state.domainId ?? ''}
      options={[
        { value: '', label: words.domainNone },
        ...offered.map(({ id, title }) => ({ value: id, label: title })),
      ]}
      onChange={(id) => editor.changeDomain(id === '' ? null : id)}
    />
  )
}

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
    <DataDomain />
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
  const { editor, state } = useEditor()
  const detected = detectedIn(state)
  const isDetected = (member: keyof Draft) =>
    detected[member] !== undefined && isSame(detected[member], state.metadata[member])
  const isAboutTopics = ['dataset', 'series', undefined].includes(state.metadata.resourceType)
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
        note={isDetected('spatialRepresentationType') ? words.detected : words.optional}
        options={optionsOf(spatialRepresentationTypes)}
      />
      <Resolution />
      <TickList
        test="topicCategories"
        legend={words.topics}
        note={isAboutTopics ? words.needed : words.optional}
        options={optionsOf(topicCategories)}
        chosen={state.metadata.topicCategories ?? []}
        findings={useFindings('topicCategories')}
        onChange={(chosen) =>
          editor.change({
            topicCategories: chosen.length === 0 ? undefined : (chosen as Draft['topicCategories']),
          })
        }
      />
    </>
  )
}

export const CrsPage = () => {
  const { state, editor } = useEditor()
  const offered = state.settings?.crsList ?? []
  const value = state.metadata.crs ?? ''
  const options = offered.map(({ epsg, name }) => ({
    value: `EPSG:${epsg}`,
    label: `EPSG:${epsg} – ${name}`,
  }))
  const isOffered = value === '' || options.some((option) => option.value === value)
  const epsg = layerOf(state)?.crs?.epsg
  return (
    <>
      <p>{words.crsText}</p>
      <SelectField
        test="crs"
        label={words.crs}
        note={epsg && value === `EPSG:${epsg}` ? words.detected : undefined}
        hint={epsg ? words.crsFromFile(`EPSG:${epsg}`) : undefined}
        value={value}
        findings={useFindings('crs')}
        options={[
          { value: '', label: words.choose },
          ...options,
          ...(isOffered ? [] : [{ value, label: words.crsOther(value) }]),
        ]}
        onChange={(chosen) => editor.change({ crs: chosen === '' ? undefined : chosen })}
      />
      {epsg && value !== `EPSG:${epsg}` ? (
        <Button test="crs-reset" onClick={() => editor.change({ crs: `EPSG:${epsg}` })}>
          {words.crsReset(`EPSG:${epsg}`)}
        </Button>
      ) : null}
      <p class="hint">{words.crsNote}</p>
    </>
  )
}

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

const Conditions = ({ member, label }: { member: 'useConditions' | 'accessConditions'; label: string }) => {
  const { editor, state } = useEditor()
  return (
    <>
      <MemberText member={member} label={label} note={words.needed} rows={3} maxLength={20000} />
      {(state.metadata[member] ?? '').trim() === '' ? (
        <div class="actions">
          {[words.noConditions, words.conditionsUnknown].map((text) => (
            <button
              key={text}
              type="button"
              class="button plain small"
              data-test={`${member}.${text}`}
              onClick={() => editor.change({ [member]: text })}
            >
              {text}
            </button>
          ))}
        </div>
      ) : null}
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

const Publishing = () => {
  const { editor, state } = useEditor()
  const { wish } = state
  const published = state.record?.collectionId ?? null
  const layer = layerOf(state)
  return (
    <Section title={words.publishing}>
      <Checkbox
        test="publishToApi"
        label={words.publishToApi}
        isTicked={wish.publishToApi}
        onChange={(publishToApi) => editor.changeWish({ publishToApi })}
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
          onInput={(text) => editor.changeWish({ collectionId: text.trim().toLowerCase() })}
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
          onInput={(viewName) => editor.changeWish({ viewName })}
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
          note={
            format !== undefined && format.name === state.upload?.probe?.format ? words.detected : undefined
          }
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

export const DistributionPage = () => {
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
      <Publishing />
      <LayerStyle />
      <WebServices />
    </>
  )
}
