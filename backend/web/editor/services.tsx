/** Web services of others that offer the data (R9), on pages 1 and 8. */
import { webServiceProtocols } from '../../src/metadata/code-lists.ts'
import { words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { Button, SelectField, TextField } from '../ui/controls.tsx'
import { useEditor, useFindings } from './context.ts'

type Service = NonNullable<Draft['webServices']>[number]

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
  const putAll = (next: Service[]) => editor.change({ webServices: next.length === 0 ? undefined : next })
  return (
    <fieldset id="webServices">
      <legend>
        {words.webServices} <span class="note">({words.optional})</span>
      </legend>
      <p class="hint">{words.webServicesText}</p>
      {services.map((service, at) => (
        <div key={at}>
          <h4>{words.service(at + 1)}</h4>
          <ServiceFields
            service={service}
            at={at}
            onChange={(changed) => putAll(services.map((one, place) => (place === at ? changed : one)))}
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
      <Button test="webServices.add" onClick={() => putAll([...services, { protocol: 'OGC:WMS', url: '' }])}>
        {words.addService}
      </Button>
    </fieldset>
  )
}
