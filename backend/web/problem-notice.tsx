/** What the server refused, in its own words: they say what was found, expected and to be done. */
import { words } from './context.ts'
import { isRefusal, type Problem, unreachable } from './session/api.ts'
import { Notice } from './ui/blocks.tsx'

export const problemOf = (thrown: unknown): Problem =>
  isRefusal(thrown)
    ? thrown.problem
    : ({
        title: 'Error',
        status: -1,
        detail: thrown instanceof Error ? thrown.message : String(thrown),
      } as Problem)

export const textOf = (problem: Problem): string =>
  problem.status === unreachable ? words.serverUnreachable : (problem.detail ?? problem.title)

export const ProblemNotice = ({
  problem,
  title,
  test,
}: {
  problem: Problem
  title?: string
  test: string
}) => (
  <Notice tone="bad" title={title ?? textOf(problem)} test={test} isAlert>
    {title === undefined ? null : <p>{textOf(problem)}</p>}
  </Notice>
)
