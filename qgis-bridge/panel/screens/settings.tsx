/** Where the panel opens, and its language. */
import { Button, SelectField } from '../../../backend/web/ui/controls.tsx'
import type { Settings } from '../protocol/verbs.ts'
import { usePanel } from './context.ts'

export const SettingsScreen = () => {
  const { session, state, words } = usePanel()
  const { settings, hello } = state
  if (settings === null || hello === null) return null
  return (
    <>
      <h1>{words.settingsTitle}</h1>
      <SelectField
        test="settings.language"
        label={words.settingsLanguage}
        value={settings.locale}
        options={[
          { value: 'auto', label: words.languageAuto },
          { value: 'en', label: 'English' },
          { value: 'fr', label: 'Français' },
        ]}
        onChange={(locale) => void session.changeSettings({ locale: locale as Settings['locale'] })}
      />
      <SelectField
        test="settings.host"
        label={words.settingsHost}
        hint={words.settingsHostHint}
        value={settings.host}
        options={[
          { value: 'auto', label: words.hostAuto },
          { value: 'webengine', label: words.hostWebengine },
          { value: 'webkit', label: words.hostWebkit },
          { value: 'browser', label: words.hostBrowser },
        ]}
        onChange={(host) => void session.changeSettings({ host: host as Settings['host'] })}
      />
      <div class="buttons">
        <Button
          test="settings.guide"
          isDisabled={state.connection === null}
          onClick={() => void session.openPage('guide')}
        >
          {words.settingsGuide}
        </Button>
      </div>
      <p class="soft" data-test="settings.versions">
        {words.settingsVersions(hello.plugin, hello.qgis, hello.host)}
      </p>
    </>
  )
}
