/** The words of these pages in the reader's language. */
import { language } from '../context.ts'
import { submissionWordsIn } from '../words/submission.ts'

export const told = submissionWordsIn(language)
