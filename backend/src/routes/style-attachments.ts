/** A style for several records at once (R7.6). */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { StyleAttaching } from '../services/style-attaching.ts'

export type StyleAttachmentRouteParts = { styleAttaching: StyleAttaching }

export const styleAttachmentHandlers = ({
  styleAttaching,
}: StyleAttachmentRouteParts): Handlers<Pick<operations, 'attachStyle'>> => ({
  attachStyle: async ({ path: { styleId }, body, actor, http }) => {
    const { recordIds, asDefault = false } = body
    const records = await styleAttaching.attach({ styleId, recordIds, asDefault }, { actor, ip: http.ip })
    return { status: 200, body: { styleId, records } }
  },
})
