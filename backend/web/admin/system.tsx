/** The state of the whole: do tables, files and records agree, what is in the way, which settings are in force (R12.8). */
import { useEffect, useState } from 'preact/hooks'
import { useAttempt } from '../attempt.ts'
import { api, formats, words } from '../context.ts'
import { ProblemNotice } from '../problem-notice.tsx'
import { Busy, Notice } from '../ui/blocks.tsx'
import { Button } from '../ui/controls.tsx'

type Doctor = {
  findings: { code: string; subject: string; message: string }[]
  checked: Record<string, number>
}
type Settings = Awaited<ReturnType<typeof readSettings>>

const readSettings = () => api.expectOk(api.client.GET('/settings'))

const SettingsTable = () => {
  const [settings, setSettings] = useState<Settings | null>(null)
  useEffect(() => {
    readSettings().then(setSettings, () => undefined)
  }, [])
  if (settings === null) return <Busy text={words.loading} />
  const { limits } = settings
  const rows: [string, string][] = [
    [words.settingCrs, settings.crsList.map(({ epsg, name }) => `EPSG:${epsg} ${name}`).join('; ')],
    [words.settingExtent, settings.nationalExtent.join(', ')],
    [words.settingFormats, settings.extensions.join(' ')],
    [words.settingDataset, formats.limit(limits.datasetBytes)],
    [words.settingGeopackage, formats.limit(limits.geopackageBytes)],
    [words.settingSld, formats.limit(limits.sldBytes)],
    [words.settingRetention, words.settingRetentionDays(formats.number(limits.submissionRetentionDays))],
  ]
  return (
    <dl class="facts" data-test="settings">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export const System = () => {
  const [doctor, setDoctor] = useState<Doctor | null>(null)
  const [removed, setRemoved] = useState<Record<string, number> | null>(null)
  const { attempt, problem, isBusy } = useAttempt()
  const examine = () => attempt(async () => setDoctor(await api.expectOk(api.client.GET('/doctor'))))
  const collect = () =>
    attempt(async () => {
      const answer = await api.expectOk(api.client.POST('/collect-garbage', { params: { query: {} } }))
      setRemoved(answer.removed)
    })
  const taken = Object.entries(removed ?? {}).filter(([, count]) => count > 0)
  return (
    <>
      {problem === null ? null : <ProblemNotice problem={problem} test="system-problem" />}
      <h3>{words.doctor}</h3>
      <p>{words.doctorText}</p>
      <Button test="doctor" kind="main" isBusy={isBusy} onClick={() => void examine()}>
        {words.doctor}
      </Button>
      {doctor === null ? null : (
        <Notice
          tone={doctor.findings.length === 0 ? 'good' : 'bad'}
          title={doctor.findings.length === 0 ? words.doctorWell : words.doctorFound(doctor.findings.length)}
          test="doctor-found"
          isAlert
        >
          <ul>
            {doctor.findings.map(({ code, subject, message }) => (
              <li key={code + subject}>
                <b>{subject}</b>: {message}
              </li>
            ))}
          </ul>
          <p class="none">
            {words.doctorChecked}:{' '}
            {Object.entries(doctor.checked)
              .map(([name, count]) => `${formats.number(count)} ${name}`)
              .join(', ')}
          </p>
        </Notice>
      )}
      <h3>{words.garbage}</h3>
      <p>{words.garbageText}</p>
      <Button test="garbage" isBusy={isBusy} onClick={() => void collect()}>
        {words.garbage}
      </Button>
      {removed === null ? null : (
        <Notice
          tone="info"
          title={taken.length === 0 ? words.garbageNothing : words.garbageRemoved}
          test="garbage-removed"
          isAlert
        >
          <p>{taken.map(([name, count]) => `${formats.number(count)} ${name}`).join(', ')}</p>
        </Notice>
      )}
      <h3>{words.settingsInForce}</h3>
      <SettingsTable />
    </>
  )
}
