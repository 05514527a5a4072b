/** A screen that nobody looks at: Xvfb on a display of its own, with real mouse clicks, real keys and pictures of it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Screen = {
  /** As in the environment variable DISPLAY. */
  display: string
  click: (x: number, y: number) => Promise<void>
  /** Types a text into whatever has the focus. */
  type: (text: string) => Promise<void>
  /** Presses keys by their X names, for example `ctrl+a`. */
  key: (...names: string[]) => Promise<void>
  /** Writes a PNG of the whole screen. */
  picture: (path: string) => Promise<void>
  stop: () => Promise<void>
}

const startMs = 30_000

const displayOf = async (child: ChildProcess): Promise<string> => {
  const pipe = child.stdio[3]
  if (pipe === null || pipe === undefined || !('setEncoding' in pipe)) throw new Error('Xvfb has no pipe')
  pipe.setEncoding('utf8')
  let said = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Xvfb did not start within ${startMs} ms`)), startMs)
    pipe.on('data', (text: string) => {
      said += text
      if (!said.includes('\n')) return
      clearTimeout(timer)
      resolve(`:${said.trim()}`)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code} before it had a display`)))
  })
}

export const startScreen = async ({ width = 1500, height = 950 } = {}): Promise<Screen> => {
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '+extension', 'GLX'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const display = await displayOf(child)
  const environment = { ...process.env, DISPLAY: display }
  const xdotool = async (...args: string[]) => {
    await run('xdotool', args, { env: environment, timeout: 60_000 })
  }
  return {
    display,
    click: (x, y) => xdotool('mousemove', String(Math.round(x)), String(Math.round(y)), 'click', '1'),
    type: (text) => xdotool('type', '--delay', '8', '--', text),
    key: (...names) => xdotool('key', '--delay', '8', ...names),
    picture: async (path) => {
      await run('import', ['-window', 'root', path], { env: environment, timeout: 60_000 })
    },
    stop: async () => {
      process.off('exit', endWithUs)
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
