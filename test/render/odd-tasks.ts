/** A thread for tests: tasks that answer, fail, hang, die, and fill memory. */
import { answerTasks } from '../../backend/src/render/thread-tasks.ts'

export type OddTask =
  | { echo: string }
  | { fail: string }
  | { hang: true }
  | { exit: true }
  | { fill: true }
  | { untilCancelled: true }

const fill = () => {
  const kept: string[][] = []
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, at) => `${at} ${kept.length}`))
}

const hang = () => {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
}

answerTasks<OddTask, string>(
  async (task, isCancelled) => {
    if ('fail' in task) throw new Error(task.fail)
    if ('hang' in task) hang()
    if ('exit' in task) process.exit(3)
    if ('fill' in task) fill()
    if ('untilCancelled' in task) {
      while (!isCancelled()) await new Promise((resolve) => setTimeout(resolve, 5))
      return 'cancelled'
    }
    return 'echo' in task ? task.echo : ''
  },
  () => [],
)
