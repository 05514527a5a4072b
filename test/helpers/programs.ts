/** Which programs of the host a test may use. */
import { spawnSync } from 'node:child_process'

/** Whether a program is installed; in CI a missing one is an error, because CI installs them all. */
export const hasProgram = (name: string): boolean => {
  const isThere = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
  if (!isThere && process.env['CI']) throw new Error(`${name} is missing in CI`)
  return isThere
}

/** Whether the Python that `python3` starts has a module. */
export const hasPythonModule = (name: string): boolean =>
  spawnSync('python3', ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0
