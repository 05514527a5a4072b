/** Plans for layers that are still in QGIS; scripts and models ask for them, the panel makes the same ones itself. */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import { say } from '../preflight/words.ts'
import type { PublicationPlans } from '../services/publication-plans.ts'

type Operations = Pick<operations, 'planPublication'>

export const publicationPlanHandlers = ({
  publicationPlans,
}: {
  publicationPlans: PublicationPlans
}): Handlers<Operations> => ({
  planPublication: async ({ body, actor, http }) => {
    const planned = await publicationPlans.plan(body.layers, { actor, siteUrl: http.siteUrl })
    return {
      status: 200,
      headers: { 'Cache-Control': 'no-store' },
      body: {
        layers: planned.map(({ findings, styleReport, ...layer }) => ({
          ...layer,
          findings: findings.map((finding) => ({ ...finding, ...say(finding.message) })),
          styleReport: styleReport && {
            ...styleReport,
            items: styleReport.items.map((item) => ({ ...item, ...say(item.message) })),
          },
        })),
      },
    }
  },
})
