/** Review & Submit (R4.58–R4.60): what will be published, what is missing and where, and the way to publish it. */
import type { ComponentChildren } from 'preact'
import {
  contactRoles,
  languages,
  resourceTypes,
  spatialRepresentationTypes,
  topicCategories,
} from '../../src/metadata/code-lists.ts'
import type { Finding } from '../../src/metadata/rules.ts'
import { formats, words } from '../context.ts'
import { recordUrl, siteUrl } from '../place.ts'
import { ProblemNotice, textOf } from '../problem-notice.tsx'
import type { Draft, PublicationJson } from '../session/api.ts'
import { Notice, Progress } from '../ui/blocks.tsx'
import { Button } from '../ui/controls.tsx'
import { type PageNumber, useEditor } from './context.ts'
import { tidy } from './merge.ts'

type Party = NonNullable<Draft['contacts']>[number]

const ofTable = (table: Readonly<Record<string, string>>, code: string | undefined) =>
  code === undefined ? undefined : (table[code] ?? code)

const partyText = ({ individualName, organisation, email, role }: Party) =>
  `${[individualName, organisation, email].filter(Boolean).join(', ')} (${contactRoles[role]})`

const listText = (parts: readonly string[] | undefined) => parts?.map((part) => `• ${part}`).join('\n')

const datesText = ({ dates }: Draft) =>
  dates &&
  (['creation', 'publication', 'revision'] as const)
    .filter((kind) => dates[kind])
    .map((kind) => `${words.dateKinds[kind]}: ${dates[kind]}`)
    .join('\n')

const boxText = ({ bbox }: Draft) =>
  bbox &&
  `${words.west} ${bbox.west}, ${words.south} ${bbox.south}, ${words.east} ${bbox.east}, ${words.north} ${bbox.north}`

const periodText = ({ temporalExtent: period }: Draft) =>
  period && `${period.begin ?? '…'} – ${period.end ?? '…'}`

type Group = { title: string; page: PageNumber; items: [string, string | undefined][] }

/** The groups and items of R4.6, in their order. */
const groupsOf = (
  draft: Draft,
  { fileName, domain }: { fileName: string | undefined; domain: string | undefined },
): Group[] => {
  const type = ofTable(resourceTypes, draft.resourceType)
  const { reviewGroups } = words
  return [
    {
      title: reviewGroups.metadata,
      page: 2,
      items: [
        [words.language, ofTable(languages, draft.language)],
        [words.date, draft.dateStamp],
        [words.reviewContact, draft.contacts?.map(partyText).join('\n')],
      ],
    },
    {
      title: reviewGroups.identification,
      page: 3,
      items: [
        [words.resourceType, type],
        [words.title, draft.title],
        [words.reviewDates, datesText(draft)],
        [words.abstract, draft.abstract],
        [words.reviewPoint, draft.pointsOfContact?.map(partyText).join('\n')],
        [words.custodian, draft.custodianOrganisation],
        ...(domain === undefined ? [] : [[words.domain, domain] as [string, string]]),
        [words.keywords, draft.keywords?.join(', ')],
        [words.reviewBox, boxText(draft)],
        [words.reviewTemporal, periodText(draft)],
      ],
    },
    {
      title: reviewGroups.other,
      page: 4,
      items: [
        [words.resourceLanguage, ofTable(languages, draft.resourceLanguage)],
        [words.characterSet, draft.characterSet],
        [words.reviewRepresentation, ofTable(spatialRepresentationTypes, draft.spatialRepresentationType)],
        [
          words.resolution,
          draft.spatialResolutionDenominator && `1 : ${formats.number(draft.spatialResolutionDenominator)}`,
        ] as [string, string | undefined],
        [words.topics, draft.topicCategories?.map((code) => topicCategories[code]).join(', ')],
      ],
    },
    { title: reviewGroups.crs, page: 5, items: [[words.reviewCrs, draft.crs]] },
    {
      title: reviewGroups.quality,
      page: 6,
      items: [
        [words.reviewScope, type],
        [words.reviewLineage, draft.lineageStatement],
        [words.reviewSources, listText(draft.dataSources)],
        [words.reviewSteps, listText(draft.processingSteps)],
      ],
    },
    {
      title: reviewGroups.constraints,
      page: 7,
      items: [
        [words.useConditions, draft.useConditions],
        [words.accessConditions, draft.accessConditions],
      ],
    },
    {
      title: reviewGroups.distribution,
      page: 8,
      items: [
        [words.fileOf, fileName],
        [
          words.reviewFormat,
          draft.distributionFormat &&
            [draft.distributionFormat.name, draft.distributionFormat.version].filter(Boolean).join(' '),
        ],
        [words.downloadUrl, draft.additionalDownloadUrl],
        [words.resourceName, draft.resourceName],
        [words.informationUrl, draft.informationUrl],
      ],
    },
  ]
}

const FindingLinks = ({ findings }: { findings: readonly Finding[] }) => {
  const { goTo } = useEditor()
  return (
    <ul>
      {findings.map((finding) => (
        <li key={finding.field + finding.code}>
          <button
            type="button"
            class="jump"
            data-test={`jump.${finding.field}`}
            onClick={() => goTo(finding.page, finding.field)}
          >
            {words.pages[finding.page]}: {finding.message}
          </button>
        </li>
      ))}
    </ul>
  )
}

const linkTitles: Record<string, string> = { alternate: words.linkRecord, collection: words.linkCollection }

const Links = ({ publication, recordId }: { publication: PublicationJson; recordId: string }) => {
  const links = publication.result?.links ?? []
  const shown = links.filter(({ rel }) => rel === 'alternate' || rel === 'collection' || rel === 'enclosure')
  return (
    <ul data-test="published-links">
      {shown.map(({ rel, href, title }) => (
        <li key={href}>
          <a
            href={rel === 'alternate' ? recordUrl(recordId) : rel === 'collection' ? `${href}?f=html` : href}
          >
            {linkTitles[rel] ?? title ?? href}
          </a>
        </li>
      ))}
    </ul>
  )
}

const PublishArea = ({
  onPublish,
  children,
}: {
  onPublish: (accept: boolean) => void
  children?: ComponentChildren
}) => {
  const { state, findings, editor } = useEditor()
  const { publishing, record } = state
  if (publishing.kind === 'running') {
    const { publication } = publishing
    return (
      <div role="status">
        <p>
          <b>{words.publishingNow}</b> {publication ? words.steps9[publication.step] : words.steps9.accept}
        </p>
        <Progress
          test="publish-progress"
          label={words.publishingNow}
          share={publication?.progress.share ?? null}
        />
        <p class="hint">{publication?.progress.text}</p>
      </div>
    )
  }
  if (publishing.kind === 'done' && record !== null)
    return (
      <Notice tone="good" title={words.publishedTitle} test="published" isAlert>
        <p>{words.publishedText}</p>
        <Links publication={publishing.publication} recordId={record.id} />
        {(publishing.publication.result?.warnings ?? []).map(({ code, message }) => (
          <p key={code + message}>{message}</p>
        ))}
        <Button test="publish-again" kind="quiet" onClick={editor.endPublishing}>
          {words.close}
        </Button>
      </Notice>
    )
  const isBlocked = findings.errors.length > 0 || Object.values(state.invalid).length > 0
  return (
    <>
      {publishing.kind === 'failed' ? (
        <>
          <ProblemNotice problem={publishing.problem} title={words.publishFailed} test="publish-failed" />
          {publishing.problem.code === 'schema-changed' ? (
            <Button test="accept-schema" kind="danger" onClick={() => onPublish(true)}>
              {words.schemaChanged}
            </Button>
          ) : null}
        </>
      ) : null}
      <div class="actions">
        <Button test="publish" kind="main" isDisabled={isBlocked} onClick={() => onPublish(false)}>
          {record?.state === 'published' ? words.publishChanges : words.publish}
        </Button>
        {children}
      </div>
    </>
  )
}

export const ReviewPage = ({ onPublish }: { onPublish: (acceptSchemaChange: boolean) => void }) => {
  const { state, findings, goTo } = useEditor()
  const draft = tidy(state.metadata)
  const original = state.record?.distributions.find(({ kind }) => kind === 'original')
  const groups = groupsOf(draft, {
    fileName: state.upload?.fileName ?? original?.title,
    domain: state.domains.find(({ id }) => id === state.domainId)?.title,
  })
  const unsaved = Object.values(state.invalid)
  return (
    <div class="review">
      <p>{words.reviewText}</p>
      {state.saving.kind === 'failed' ? (
        <Notice tone="bad" title={textOf(state.saving.problem)} test="save-failed" />
      ) : null}
      {findings.errors.length === 0 && unsaved.length === 0 ? (
        <Notice tone="good" title={words.allWell} test="all-well" />
      ) : (
        <Notice tone="bad" title={words.toMend} test="errors">
          <FindingLinks findings={findings.errors} />
          {unsaved.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </Notice>
      )}
      {findings.warnings.length > 0 ? (
        <Notice tone="warning" title={words.toThinkAbout} test="warnings">
          <FindingLinks findings={findings.warnings} />
        </Notice>
      ) : null}
      {groups.map(({ title, page, items }) => (
        <section key={title}>
          <h3>
            {title}
            <button type="button" class="jump" aria-label={words.editPage(title)} onClick={() => goTo(page)}>
              {words.edit}
            </button>
          </h3>
          <dl>
            {items.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value || <span class="none">{words.notGiven}</span>}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <PublishArea onPublish={onPublish}>
        <a href={`${siteUrl}/my-records`}>{words.backToMyRecords}</a>
      </PublishArea>
    </div>
  )
}
