/** Administration (R12): tokens, data domains, the audit log, the state of the system. */
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { words } from '../context.ts'
import { myRecordsUrl } from '../place.ts'
import { ForSignedIn } from '../signed-in.tsx'
import { Empty } from '../ui/blocks.tsx'
import { Audit } from './audit.tsx'
import { System } from './system.tsx'
import { Domains, Tokens } from './tokens.tsx'

const tabs = ['tokens', 'domains', 'audit', 'system'] as const
type Tab = (typeof tabs)[number]

const tabInAddress = (): Tab => tabs.find((tab) => `#${tab}` === location.hash) ?? 'tokens'

const Administration = () => {
  const [tab, setTab] = useState(tabInAddress())
  useEffect(() => {
    const follow = () => setTab(tabInAddress())
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return (
    <>
      <h1>{words.administration}</h1>
      <nav class="tabs" aria-label={words.administration}>
        {tabs.map((one) => (
          <a
            key={one}
            href={`#${one}`}
            aria-current={one === tab ? 'page' : undefined}
            data-test={`tab.${one}`}
          >
            {words.adminTabs[one]}
          </a>
        ))}
        <a href={`${myRecordsUrl}?whose=all`}>{words.everybodysRecords}</a>
      </nav>
      <h2>{words.adminTabs[tab]}</h2>
      {tab === 'tokens' ? <Tokens /> : null}
      {tab === 'domains' ? <Domains /> : null}
      {tab === 'audit' ? <Audit /> : null}
      {tab === 'system' ? <System /> : null}
    </>
  )
}

const app = document.getElementById('app')
if (app)
  render(
    <ForSignedIn>
      {(actor) =>
        actor.role === 'administrator' ? (
          <Administration />
        ) : (
          <Empty title={words.adminOnly}>
            <p>{words.adminOnlyText}</p>
          </Empty>
        )
      }
    </ForSignedIn>,
    app,
  )
