/** How long submissions are kept that nobody took up: their contact details are of no use to anybody then. */
import type { Knex } from 'knex'
import { submissions } from '../repositories/submissions.ts'
import { audit } from './audit.ts'

type Finding = { code: string; subject: string; message: string }

/** The job that removes them comes several times an hour; later than this it does not come at all. */
const graceDays = 2

export const createRetention = ({ db, days }: { db: Knex; days: number }) => ({
  /** Returned and rejected submissions, their private links and the mails about them. Files follow as unused uploads. */
  removeLapsedSubmissions: async (): Promise<number> => {
    const { lapsed } = await submissions(db).listLapsed(days)
    let removed = 0
    for (const reference of lapsed)
      removed += await db.transaction(async (trx) => {
        if (!(await submissions(trx).removeLapsed(reference, days))) return 0
        await audit(trx).add({
          actor: { kind: 'system', name: 'retention' },
          action: 'submission.removed',
          subject: reference,
          detail: { days },
        })
        return 1
      })
    return removed
  },

  /** For the doctor: those that should be gone. */
  findings: async (): Promise<{ checked: number; findings: Finding[] }> => {
    const { among } = await submissions(db).listLapsed(days)
    const { lapsed } = await submissions(db).listLapsed(days + graceDays)
    return {
      checked: among,
      findings: lapsed.map((reference) => ({
        code: 'submission-kept-too-long',
        subject: reference,
        message: `Submission ${reference} was returned or rejected, and has not changed for more than ${days} days (SUBMISSION_RETENTION_DAYS). It should have been removed: tidy up, and see whether a worker runs.`,
      })),
    }
  },
})

export type Retention = ReturnType<typeof createRetention>
