/** Responsible parties (R4.21, R4.27): those of the record, and those of the dataset. */
import { contactRoles } from '../../src/metadata/code-lists.ts'
import { session, words } from '../context.ts'
import type { Draft } from '../session/api.ts'
import { Button, SelectField, TextField } from '../ui/controls.tsx'
import { useFindings, useForm } from './context.ts'
import { FindingList, optionsOf } from './fields.tsx'

type Party = NonNullable<Draft['contacts']>[number]
type Member = 'contacts' | 'pointsOfContact'

const PartyFields = ({
  member,
  party,
  at,
  onChange,
}: {
  member: Member
  party: Party
  at: number
  onChange: (party: Party) => void
}) => {
  const place = `${member}[${at}]`
  const test = `${member}.${at + 1}`
  const nameFindings = useFindings(`${place}.organisation`)
  const mailFindings = useFindings(`${place}.email`)
  const field = (part: 'individualName' | 'organisation' | 'position' | 'email' | 'phone') => ({
    test: `${test}.${part}`,
    label: words[part],
    value: party[part] ?? '',
    onInput: (value: string) => onChange({ ...party, [part]: value }),
  })
  return (
    <div class="pair">
      <TextField {...field('individualName')} />
      <TextField {...field('organisation')} findings={nameFindings} />
      <TextField {...field('email')} type="email" note={words.needed} findings={mailFindings} />
      <TextField {...field('position')} />
      <TextField {...field('phone')} />
      <SelectField
        test={`${test}.role`}
        label={words.role}
        value={party.role}
        options={optionsOf(contactRoles)}
        onChange={(role) => onChange({ ...party, role: role as Party['role'] })}
      />
    </div>
  )
}

export const Parties = ({ member, legend, text }: { member: Member; legend: string; text: string }) => {
  const { editor, state } = useForm()
  const standing = state.metadata[member] ?? []
  const parties: Party[] = standing.length === 0 ? [{ role: 'pointOfContact' }] : standing
  const missing = useFindings(member, { isExact: true })
  const putAll = (next: Party[]) => editor.change({ [member]: next })
  const me = session.actor()
  const isEmpty = parties.every(
    ({ individualName, organisation, email }) => !individualName && !organisation && !email,
  )
  return (
    <fieldset id={member} class={missing.length > 0 ? 'field wrong' : ''}>
      <legend>
        {legend} <span class="note">({words.needed})</span>
      </legend>
      <p class="hint">{text}</p>
      <FindingList findings={missing} />
      {me !== null && isEmpty ? (
        <Button
          test={`${member}.myself`}
          onClick={() =>
            putAll([
              {
                role: 'pointOfContact',
                individualName: me.name,
                ...(me.organisation && { organisation: me.organisation }),
                ...(me.email && { email: me.email }),
              },
            ])
          }
        >
          {words.useMyself}
        </Button>
      ) : null}
      {parties.map((party, at) => (
        <div key={at}>
          {parties.length > 1 ? <h4>{words.contact(at + 1)}</h4> : null}
          <PartyFields
            member={member}
            party={party}
            at={at}
            onChange={(changed) => putAll(parties.map((one, place) => (place === at ? changed : one)))}
          />
          {parties.length > 1 ? (
            <Button
              test={`${member}.${at + 1}.remove`}
              kind="quiet"
              onClick={() => putAll(parties.filter((_, place) => place !== at))}
            >
              {words.removeOne(words.contact(at + 1))}
            </Button>
          ) : null}
        </div>
      ))}
      <Button test={`${member}.add`} onClick={() => putAll([...parties, { role: 'pointOfContact' }])}>
        {words.addContact}
      </Button>
    </fieldset>
  )
}
