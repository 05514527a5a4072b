/** Problems with tokens and domains. */
import { defineProblems } from '../problem.ts'

export const tokenProblems = defineProblems({
  custodianNeedsDomain: {
    status: 422,
    title: 'Role and domain do not fit',
    detail: (given: { role: string }) =>
      given.role === 'domain_custodian'
        ? 'A domain custodian looks after one data domain; name it in domainId.'
        : `The role '${given.role}' has no data domain; leave domainId out.`,
  },
  domainUnknown: {
    status: 422,
    title: 'Data domain not known',
    detail: (given: { domainId: string }) =>
      `There is no data domain '${given.domainId}'. List them with GET /api/v1/domains, or add it first.`,
  },
})
