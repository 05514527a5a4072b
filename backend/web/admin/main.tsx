/** Administration (R12): the review queue, tokens, data domains, the audit log, the state of the system. */
import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { words } from '../context.ts'
import { myRecordsUrl } from '../place.ts'
import { ForSignedIn } from '../signed-in.tsx'
import { told } from '../submission/words.ts'
import { Empty } from '../ui/blocks.tsx'
import { Audit } from './audit.tsx'
import { Outbox } from './outbox.tsx'
import { Review } from './review.tsx'
import { System } from './system.tsx'
import { Domains, Tokens } from './tokens.tsx'

const tabs = ['review', 'tokens', 'domains', 'mail', 'audit', 'system'] as const
type Tab = (typeof tabs)[number]

/** `#review/S-…` is one submission of the tab `review`. */
const placeInAddress = (): { tab: Tab; part: string | null } => {
  const [name = '', part = null] = location.hash.slice(1).split('/')
  return { tab: tabs.find((tab) => tab === name) ?? 'review', part }
}

const titles: Record<Tab, string> = { ...words.adminTabs, review: told.review, mail: told.outbox }

const Administration = () => {
  const [{ tab, part }, setPlace] = useState(placeInAddress())
  useEffect(() => {
    const follow = () => setPlace(placeInAddress())
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
            {titles[one]}
          </a>
        ))}
        <a href={`${myRecordsUrl}?whose=all`}>{words.everybodysRecords}</a>
      </nav>
      {part === null ? <h2>{titles[tab]}</h2> : null}
      {tab === 'review' ? <Review reference={part} /> : null}
      {tab === 'mail' ? <Outbox /> : null}
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
