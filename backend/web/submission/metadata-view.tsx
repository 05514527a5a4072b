/** Metadata as they would appear, in the groups of R4.6; text nodes only (security A9). */
import {
  contactRoles,
  languages,
  resourceTypes,
  spatialRepresentationTypes,
  topicCategories,
} from '../../src/metadata/code-lists.ts'
import { formats, words } from '../context.ts'
import type { Draft } from '../session/api.ts'

type Party = NonNullable<Draft['contacts']>[number]
type Item = [string, string | undefined]

const ofTable = (table: Readonly<Record<string, string>>, code: string | undefined) =>
  code === undefined ? undefined : (table[code] ?? code)

const joined = (parts: (string | undefined)[]) => parts.filter(Boolean).join(', ')
const partyText = ({ individualName, position, organisation, email, phone, role }: Party) =>
  `${joined([individualName, position, organisation, email, phone])} (${contactRoles[role]})`
const partiesText = (parties: Party[] | undefined) => parties?.map(partyText).join('\n')
const bullets = (parts: readonly string[] | undefined) => parts?.map((part) => `• ${part}`).join('\n')

const datesText = ({ dates }: Draft) =>
  dates &&
  (['creation', 'publication', 'revision'] as const)
    .filter((kind) => dates[kind])
    .map((kind) => `${words.dateKinds[kind]}: ${dates[kind]}`)
    .join('\n')

export const boxText = (box: Draft['bbox']) =>
  box &&
  `${words.west} ${box.west}, ${words.south} ${box.south}, ${words.east} ${box.east}, ${words.north} ${box.north}`

const groupsOf = (draft: Draft, fileName: string | undefined): { title: string; items: Item[] }[] => [
  {
    title: words.reviewGroups.identification,
    items: [
      [words.title, draft.title],
      [words.abstract, draft.abstract],
      [words.resourceType, ofTable(resourceTypes, draft.resourceType)],
      [words.topics, draft.topicCategories?.map((code) => topicCategories[code]).join(', ')],
      [words.keywords, draft.keywords?.join(', ')],
      [words.reviewDates, datesText(draft)],
      [words.reviewPoint, partiesText(draft.pointsOfContact)],
      [words.custodian, draft.custodianOrganisation],
    ],
  },
  {
    title: words.reviewGroups.other,
    items: [
      [words.reviewBox, boxText(draft.bbox)],
      [
        words.reviewTemporal,
        draft.temporalExtent && `${draft.temporalExtent.begin ?? '…'} – ${draft.temporalExtent.end ?? '…'}`,
      ],
      [words.reviewCrs, draft.crs],
      [words.reviewRepresentation, ofTable(spatialRepresentationTypes, draft.spatialRepresentationType)],
      [
        words.resolution,
        draft.spatialResolutionDenominator === undefined
          ? undefined
          : `1 : ${formats.number(draft.spatialResolutionDenominator)}`,
      ],
      [words.resourceLanguage, ofTable(languages, draft.resourceLanguage)],
    ],
  },
  {
    title: words.reviewGroups.quality,
    items: [
      [words.reviewLineage, draft.lineageStatement],
      [words.reviewSources, bullets(draft.dataSources)],
      [words.reviewSteps, bullets(draft.processingSteps)],
    ],
  },
  {
    title: words.reviewGroups.constraints,
    items: [
      [words.useConditions, draft.useConditions],
      [words.accessConditions, draft.accessConditions],
    ],
  },
  {
    title: words.reviewGroups.distribution,
    items: [
      [words.fileOf, fileName],
      [
        words.reviewFormat,
        draft.distributionFormat && joined([draft.distributionFormat.name, draft.distributionFormat.version]),
      ],
      [words.downloadUrl, draft.additionalDownloadUrl],
      [words.informationUrl, draft.informationUrl],
      [
        words.webServices,
        draft.webServices?.map(({ protocol, url, layer }) => joined([protocol, url, layer])).join('\n'),
      ],
    ],
  },
  {
    title: words.reviewGroups.metadata,
    items: [
      [words.language, ofTable(languages, draft.language)],
      [words.date, draft.dateStamp],
      [words.reviewContact, partiesText(draft.contacts)],
    ],
  },
]

export const MetadataView = ({
  metadata,
  fileName,
  test,
}: {
  metadata: Draft
  fileName?: string | undefined
  test: string
}) => (
  <div class="review" data-test={test}>
    {groupsOf(metadata, fileName).map(({ title, items }) => {
      const given = items.filter(([, value]) => value !== undefined && value !== '')
      return given.length === 0 ? null : (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {given.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )
    })}
  </div>
)
