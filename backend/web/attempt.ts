/** Something asked of the server by a press: whether it is under way, and the problem it ended in. */
import { useCallback, useState } from 'preact/hooks'
import { problemOf } from './problem-notice.tsx'
import type { Problem } from './session/api.ts'

export const useAttempt = () => {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const attempt = useCallback(async (act: () => Promise<void>) => {
    setBusy(true)
    setProblem(null)
    try {
      await act()
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }, [])
  return { attempt, problem, isBusy }
}
