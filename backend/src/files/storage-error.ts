/** What a full disk says, in our words; everything else passes as it is. */
import { generalProblems } from '../domain/problems/general.ts'

const fullCodes = new Set(['ENOSPC', 'EDQUOT'])

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

export const translateStorageError = (error: unknown): unknown =>
  fullCodes.has(codeOf(error) ?? '') ? generalProblems.diskFull(undefined, { cause: error }) : error
