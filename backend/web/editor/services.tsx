/** Web services of others that offer the data (R9), on pages 1 and 8. */
import { useState } from 'preact/hooks'
import type { components } from '../../src/contract/catalogue.gen.ts'
import { webServiceProtocols } from '../../src/metadata/code-lists.ts'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { ProblemNotice } from '../problem-notice.tsx'
import type { Draft } from '../session/api.ts'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button, SelectField, TextField } from '../ui/controls.tsx'
import { useEditor, useFindings } from './context.ts'
import { tidy } from './merge.ts'

type Service = NonNullable<Draft['webServices']>[number]
type ServiceLayer = components['schemas']['ServiceLayer']

/** What the layer says, for members of the record that nobody has filled in yet (R9.5). */
export const entriesOf = (
  layer: ServiceLayer,
  draft: Draft,
  { offered }: { offered: readonly number[] },
): Draft => {
  const [west = 0, south = 0, east = 0, north = 0] = layer.extentCrs84 ?? []
  const epsg = layer.epsgs.find((code) => offered.includes(code)) ?? layer.epsgs[0]
  const found: Draft = {
    title: layer.title,
    ...(layer.abstract !== null && { abstract: layer.abstract }),
    ...(layer.extentCrs84 !== null && { bbox: { west, south, east, north } }),
    ...(epsg !== undefined && { crs: `EPSG:${epsg}` }),
  }
  const present = tidy(draft)
  return Object.fromEntries(
    Object.entries(found).filter(([member]) => present[member as keyof Draft] === undefined),
  )
}

/** Asks the server for the capabilities, and takes the chosen layer's name, title, extent and coordinate system. */
const LayerChoice = ({
  service,
  test,
  onChoose,
}: {
  service: Service
  test: string
  onChoose: (layer: ServiceLayer) => void
}) => {
  const [layers, setLayers] = useState<ServiceLayer[] | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  const read = () =>
    attempt(async () => {
      setLayers(null)
      const body = { protocol: service.protocol, url: service.url.trim() }
      setLayers((await api.expectOk(api.client.POST('/service-capabilities', { body }))).layers)
    })
  return (
    <div class="field">
      <Button test={`${test}.read`} isDisabled={isBusy || service.url.trim() === ''} onClick={read}>
        {words.readService}
      </Button>
      <div aria-live="polite">
        {isBusy ? <Busy text={words.readingService} /> : null}
        {layers?.length === 0 ? (
          <Notice tone="warning" title={words.serviceEmpty} test={`${test}.none`} />
        ) : null}
      </div>
      {problem === null ? null : <ProblemNotice problem={problem} test={`${test}.problem`} />}
      {layers !== null && layers.length > 0 ? (
        <SelectField
          test={`${test}.choice`}
          label={words.serviceChoice(formats.number(layers.length))}
          hint={words.serviceChoiceHint}
          value={service.layer ?? ''}
          options={[
            ...(layers.some(({ name }) => name === service.layer)
              ? []
              : [{ value: service.layer ?? '', label: words.choose }]),
            ...layers.map(({ name, title }) => ({
              value: name,
              label: title === name ? name : `${title} (${name})`,
            })),
          ]}
          onChange={(name) => {
            const chosen = layers.find((layer) => layer.name === name)
            if (chosen) onChoose(chosen)
          }}
        />
      ) : null}
    </div>
  )
}

const ServiceFields = ({
  service,
  at,
  onChange,
}: {
  service: Service
  at: number
  onChange: (service: Service) => void
}) => {
  const test = `webServices.${at + 1}`
  return (
    <div class="pair">
      <SelectField
        test={`${test}.protocol`}
        label={words.protocol}
        value={service.protocol}
        options={webServiceProtocols.map((value) => ({ value, label: value }))}
        onChange={(protocol) => onChange({ ...service, protocol: protocol as Service['protocol'] })}
      />
      <TextField
        test={`${test}.url`}
        type="url"
        label={words.serviceUrl}
        placeholder="https://"
        value={service.url}
        findings={useFindings(`webServices[${at}].url`)}
        onInput={(url) => onChange({ ...service, url })}
      />
      <TextField
        test={`${test}.layer`}
        label={words.serviceLayer}
        hint={words.serviceLayerHint}
        value={service.layer ?? ''}
        findings={useFindings(`webServices[${at}].layer`)}
        onInput={(layer) => onChange({ ...service, layer })}
      />
      <TextField
        test={`${test}.title`}
        label={words.serviceTitle}
        value={service.title ?? ''}
        onInput={(title) => onChange({ ...service, title })}
      />
    </div>
  )
}

export const WebServices = () => {
  const { editor, state } = useEditor()
  const services = state.metadata.webServices ?? []
  const [filled, setFilled] = useState<string[]>([])
  const putAll = (next: Service[], entries: Draft = {}) =>
    editor.change({ ...entries, webServices: next.length === 0 ? undefined : next })
  const putAt = (at: number, changed: Service, entries: Draft = {}) =>
    putAll(
      services.map((one, place) => (place === at ? changed : one)),
      entries,
    )
  return (
    <fieldset id="webServices">
      <legend>
        {words.webServices} <span class="note">({words.optional})</span>
      </legend>
      <p class="hint">{words.webServicesText}</p>
      {services.map((service, at) => (
        <div key={at}>
          <h4>{words.service(at + 1)}</h4>
          <ServiceFields service={service} at={at} onChange={(changed) => putAt(at, changed)} />
          <LayerChoice
            service={service}
            test={`webServices.${at + 1}`}
            onChoose={(layer) => {
              const entries = entriesOf(layer, state.metadata, {
                offered: state.settings?.crsList.map(({ epsg }) => epsg) ?? [],
              })
              setFilled(Object.keys(entries))
              putAt(at, { ...service, layer: layer.name, title: layer.title }, entries)
            }}
          />
          <Button
            test={`webServices.${at + 1}.remove`}
            kind="quiet"
            onClick={() => putAll(services.filter((_, place) => place !== at))}
          >
            {words.removeOne(words.service(at + 1))}
          </Button>
        </div>
      ))}
      {filled.length > 0 ? (
        <Notice
          tone="info"
          title={words.serviceFilled(filled.map((member) => words.memberNames[member] ?? member).join(', '))}
          test="service-filled"
        />
      ) : null}
      <Button test="webServices.add" onClick={() => putAll([...services, { protocol: 'OGC:WMS', url: '' }])}>
        {words.addService}
      </Button>
    </fieldset>
  )
}
