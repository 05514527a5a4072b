/**
 * A full QGIS on a screen of its own, with the plugin installed from its zip, for tests that work in it as an analyst
 * does: by mouse, by keys, and by looking. The driver inside QGIS (test/qgis/app/control.py) only finds things and reads
 * the project; it is no part of the plugin. In all three hosts the panel is worked through the same `Panel`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Screen, startScreen } from './xvfb.ts'

export type Host = 'webkit' | 'webengine' | 'browser'
export const hosts: readonly Host[] = ['webkit', 'webengine', 'browser']

/** On a machine that does other things too, anything may take its time. */
const patienceMs = 60_000
const startMs = 120_000

const driver = join(import.meta.dirname, '../qgis/app/driver.py')
const size = { width: 1500, height: 950 }

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

const pythonHas = (module: string) =>
  spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0

/** What is missing on this machine for QGIS with its window and this host; null when nothing is. */
export const missingFor = (host: Host): string | null => {
  const programs = ['qgis.bin', 'Xvfb', 'xdotool', 'import'].filter((program) => !has(program))
  if (programs.length > 0) return `${programs.join(', ')} not installed`
  if (host === 'browser') return chromiumPath === undefined ? 'Chromium not installed' : null
  const module = host === 'webkit' ? 'PyQt5.QtWebKitWidgets' : 'PyQt5.QtWebEngineWidgets'
  return pythonHas(module) ? null : `${module} not installed`
}

/** In CI everything is there, but QtWebKit in the QGIS of newer Debians. */
export const canRun = (host: Host): boolean => {
  const missing = missingFor(host)
  const isGone = host === 'webkit' && process.env['SECIMS_NO_QTWEBKIT'] === '1'
  if (missing !== null && process.env['CI'] && !isGone)
    throw new Error(`QGIS with its window cannot be tested in CI: ${missing}`)
  return missing === null
}

export type Rect = { x: number; y: number; width: number; height: number }

export type Widget = {
  name: string
  kind: string
  text: string
  isEnabled: boolean
  isChecked: boolean | null
  rect: Rect
}

export type Window = { name: string; kind: string; title: string; isModal: boolean; widgets: Widget[] }

/** A control: the value of its `data-test`, or any selector; `text` is what it says, for one of several. */
export type Target = string | { selector: string; text?: string }

type Found = {
  rect: Rect
  text: string
  value: string | null
  isEnabled: boolean
  isChecked: boolean | null
  /** Whether a click in the middle would reach it. */
  isReachable: boolean
}

export type Panel = {
  /** Waits until it can be pressed, presses it with the mouse, and sees that the press arrived. */
  press: (target: Target) => Promise<void>
  /** Empties a field and types into it with keys. */
  type: (target: Target, text: string) => Promise<void>
  /** Chooses in a list by its value. */
  choose: (target: Target, value: string) => Promise<void>
  /** Waits until it is there and returns its text. */
  see: (target: Target, withinMs?: number) => Promise<string>
  /** Waits until a screen of this name is shown. */
  screen: (name: string, withinMs?: number) => Promise<void>
  has: (target: Target) => Promise<boolean>
  find: (target: Target) => Promise<Found | null>
  /** The texts of all that match. */
  texts: (selector: string) => Promise<string[]>
  /** All that is to be read. */
  text: () => Promise<string>
  /** The value of a JavaScript expression. */
  evaluate: (expression: string) => Promise<unknown>
}

export type QgisApp = {
  host: Host
  profile: string
  panel: Panel
  /** A command of the driver. */
  call: <T = unknown>(command: string, parameters?: object) => Promise<T>
  /** Presses the plugin's button in the toolbar and waits for the panel. */
  openPanel: () => Promise<void>
  /** Waits for a window whose object name, title or text matches. */
  window: (pattern: RegExp, withinMs?: number) => Promise<Window>
  /** Waits until no such window is there. */
  noWindow: (pattern: RegExp) => Promise<void>
  /** Types into a field of a window, by the field's name. */
  fill: (window: RegExp, field: string, text: string) => Promise<void>
  /** Presses a button of a window, by its name or by what is written on it. */
  pressIn: (window: RegExp, button: string | RegExp) => Promise<void>
  /** Keeps a picture of the screen, and of the browser where the panel is there. */
  shot: (name: string) => Promise<void>
  isRunning: () => boolean
  output: () => string
  kill9: () => Promise<void>
  quit: () => Promise<number | null>
  /** Ends everything; the profile goes too when it was made here. */
  close: () => Promise<void>
}

const until = async <T>(
  what: () => string,
  look: () => Promise<T | null | undefined | false>,
  withinMs = patienceMs,
): Promise<T> => {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what()}; waited ${withinMs / 1000} s`)
    await pause(60)
  }
}

const selectorOf = (target: Target) =>
  typeof target === 'string' ? `[data-test="${target}"]` : target.selector

const nameOf = (target: Target) =>
  typeof target === 'string' ? target : `${target.selector} ${target.text ?? ''}`.trim()

/** Written for the oldest engine, QtWebKit. The element found is kept for what follows. */
const finder = (target: Target) => `(function () {
  var all = document.querySelectorAll(${JSON.stringify(selectorOf(target))}), wanted = ${JSON.stringify(
    typeof target === 'string' ? '' : (target.text ?? ''),
  )}
  for (var i = 0; i < all.length; i++) {
    var element = all[i], rect = element.getBoundingClientRect()
    if (rect.width === 0 || rect.height === 0) continue
    if (wanted && element.textContent.indexOf(wanted) < 0) continue
    return element
  }
  return null
})()`

const looking = (target: Target) => `JSON.stringify((function (element) {
  if (element === null) return null
  var rect = element.getBoundingClientRect()
  var middle = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2)
  if (middle === null || !(element.contains(middle) || middle.contains(element))) {
    element.scrollIntoView()
    rect = element.getBoundingClientRect()
    middle = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2)
  }
  return {
    rect: { x: rect.left, y: rect.top, width: rect.width, height: rect.height },
    text: element.innerText === undefined ? element.textContent : element.innerText,
    value: element.value === undefined ? null : String(element.value),
    isEnabled: !element.disabled && element.getAttribute('aria-disabled') !== 'true',
    isChecked: element.checked === undefined ? null : element.checked,
    isReachable: middle !== null && (element.contains(middle) || middle.contains(element))
  }
})(${finder(target)}))`

/** Notes whether the next press reaches the element; it may well disappear thereby. */
const watching = (target: Target) => `JSON.stringify((function (element) {
  window.secimsTestPressed = false
  if (element === null) return false
  document.addEventListener('click', function seen(event) {
    document.removeEventListener('click', seen, true)
    window.secimsTestPressed = element.contains(event.target) || event.target.contains(element)
  }, true)
  return true
})(${finder(target)}))`

const choosing = (target: Target, value: string) => `JSON.stringify((function (element) {
  if (element === null || element.disabled) return false
  element.value = ${JSON.stringify(value)}
  if (element.value !== ${JSON.stringify(value)}) return false
  ;['input', 'change'].forEach(function (name) {
    var event = document.createEvent('Event')
    event.initEvent(name, true, true)
    element.dispatchEvent(event)
  })
  return true
})(${finder(target)}))`

const matches =
  (pattern: RegExp) =>
  ({ name, title, widgets }: Window) =>
    [name, title].concat(widgets.map(({ text }) => text)).some((text) => pattern.test(text))

type Hands = {
  /** The value of an expression that makes a text; null when there is no panel. */
  evaluate: (code: string) => Promise<string | null>
  click: (x: number, y: number) => Promise<void>
  type: (text: string) => Promise<void>
  key: (name: string) => Promise<void>
}

const panelBy = (hands: Hands): Panel => {
  const ask = async (code: string): Promise<unknown> => {
    const answer = await hands.evaluate(code)
    return answer === null || answer === undefined || answer === '' ? null : JSON.parse(answer)
  }
  const find = async (target: Target) => (await ask(looking(target))) as Found | null
  const text = async () => String((await ask('JSON.stringify(document.body.innerText)')) ?? '')
  const around = async () => `\nThe panel says:\n${(await text()).slice(0, 3000)}`

  const waitFor = async <T>(
    what: string,
    look: () => Promise<T | null | undefined | false>,
    withinMs = patienceMs,
  ) => {
    try {
      return await until(() => what, look, withinMs)
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : what}${await around()}`, { cause: error })
    }
  }

  /** Where it is once it is enabled, in reach, and at rest. */
  const atRest = (target: Target): Promise<Found> => {
    let before = ''
    return waitFor(`'${nameOf(target)}' cannot be pressed`, async () => {
      const found = await find(target)
      const now = JSON.stringify(found?.rect)
      const isAtRest = found?.isEnabled === true && found.isReachable && now === before
      before = now
      return isAtRest && found
    })
  }

  const press = async (target: Target) => {
    const deadline = performance.now() + patienceMs
    for (;;) {
      const { rect } = await atRest(target)
      await ask(watching(target))
      await hands.click(rect.x + rect.width / 2, rect.y + rect.height / 2)
      const arrived = await until(
        () => '',
        async () => (await ask('JSON.stringify(window.secimsTestPressed === true)')) === true,
        5_000,
      ).catch(() => false)
      if (arrived) return
      if (performance.now() > deadline) throw new Error(`'${nameOf(target)}' was not reached by the mouse`)
    }
  }

  return {
    press,
    find,
    text,
    type: async (target, wanted) => {
      const deadline = performance.now() + patienceMs
      for (;;) {
        await press(target)
        await hands.key('ctrl+a')
        if (wanted === '') await hands.key('Delete')
        else await hands.type(wanted)
        const typed = await until(
          () => '',
          async () => (await find(target))?.value === wanted,
          5_000,
        ).catch(() => false)
        if (typed) return
        if (performance.now() > deadline) throw new Error(`'${nameOf(target)}' did not take the keys`)
      }
    },
    choose: async (target, value) => {
      await waitFor(`'${value}' cannot be chosen in '${nameOf(target)}'`, () =>
        ask(choosing(target, value)).then((chosen) => chosen === true),
      )
    },
    see: async (target, withinMs) =>
      (await waitFor(`'${nameOf(target)}' is not shown`, () => find(target), withinMs)).text,
    screen: async (name, withinMs) => {
      const shown = { selector: `[data-screen="${name}"]` }
      await waitFor(`the screen '${name}' is not shown`, () => find(shown), withinMs)
    },
    has: async (target) => (await find(target)) !== null,
    texts: async (selector) =>
      (await ask(
        `JSON.stringify(Array.prototype.map.call(document.querySelectorAll(${JSON.stringify(selector)}), function (e) { return e.innerText }))`,
      )) as string[],
    evaluate: (expression) => ask(`JSON.stringify(${expression})`),
  }
}

/** The line to the driver: requests are answered by number. */
const talkTo = (socket: Socket) => {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let count = 0
  let rest = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    rest += text
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string }
      if (error === undefined) waiting.get(id)?.resolve(result)
      else waiting.get(id)?.reject(new Error(`QGIS: ${error}`))
      waiting.delete(id)
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('QGIS has ended'))
    waiting.clear()
  })
  return (command: string, parameters: object) =>
    new Promise<unknown>((resolve, reject) => {
      count += 1
      const id = count
      const timer = setTimeout(() => {
        waiting.delete(id)
        reject(new Error(`QGIS did not answer '${command}' within ${startMs / 1000} s`))
      }, startMs)
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          settle(value)
        }
      waiting.set(id, { resolve: done(resolve), reject: done(reject) })
      socket.write(`${JSON.stringify({ id, do: command, with: parameters })}\n`)
    })
}

const ini = (host: Host) => `[PythonPlugins]
processing=true

[secims_bridge]
host=${host}

[locale]
overrideFlag=true
userLocale=en_US

[app]
projections/defaultBehavior=UseProjectCrs
`

/** A profile for `qgisApp`, kept over several lives of QGIS. */
export const newProfile = async (host: Host): Promise<string> => {
  const profile = await mkdtemp(join(tmpdir(), 'secims-qgis-app-'))
  await mkdir(join(profile, 'profiles/default/QGIS'), { recursive: true })
  await mkdir(join(profile, 'run'), { mode: 0o700 })
  await writeFile(join(profile, 'profiles/default/QGIS/QGIS3.ini'), ini(host))
  return profile
}

const connectTo = (path: string): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })

let shots = 0

export const qgisApp = async (options: {
  host: Host
  /** The plugin's zip; not installed again where the profile has it. */
  zip: string
  profile?: string
  environment?: Record<string, string>
  /** Stands in the names of the pictures. */
  title?: string
}): Promise<QgisApp> => {
  const { host, zip } = options
  const profile = options.profile ?? (await newProfile(host))
  const screen = await startScreen(size)
  const socketPath = join(profile, 'run', `driver-${process.pid}-${Date.now()}`)
  let said = ''
  const child: ChildProcess = spawn(
    'qgis.bin',
    ['--noversioncheck', '--nologo', '--profiles-path', profile, '--code', driver],
    {
      // A group of its own, so that a kill takes the web view's processes too.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}`,
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        HOME: profile,
        XDG_RUNTIME_DIR: join(profile, 'run'),
        TMPDIR: join(profile, 'run'),
        DISPLAY: screen.display,
        PYTHONDONTWRITEBYTECODE: '1',
        SECIMS_TEST_SOCKET: socketPath,
        SECIMS_TEST_DRIVER: driver,
        ...(host === 'webengine'
          ? // Chromium's sandbox refuses root, and tests in CI are root.
            { SECIMS_TEST_WEBENGINE: '1', QTWEBENGINE_DISABLE_SANDBOX: '1', QT_QUICK_BACKEND: 'software' }
          : {}),
        ...options.environment,
      },
    },
  )
  let isEnded = false
  const ended = once(child, 'exit').then(([code]) => {
    isEnded = true
    return code as number | null
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-200_000)
    })
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  process.once('exit', killGroup)

  /** QGIS has the debugger tell where it died. */
  const lastWords = async () => {
    const deadline = performance.now() + 20_000
    while (!said.includes('gdb returned') && performance.now() < deadline) await pause(100)
    const lines = said.split('\n').filter((line) => /^(#|ERROR|QGIS)/.test(line))
    return `QGIS crashed.\n${lines.map((line) => line.slice(0, 200)).join('\n')}`
  }

  let browser: Browser | undefined
  let page: Page | undefined
  const close = async () => {
    process.off('exit', killGroup)
    await browser?.close().catch(() => {})
    killGroup()
    await ended
    await screen.stop()
    if (options.profile === undefined)
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  try {
    const socket = await until(
      () => `QGIS did not start: ${said.slice(-4000)}`,
      () => {
        if (isEnded) throw new Error(`QGIS ended while starting: ${said.slice(-4000)}`)
        return connectTo(socketPath)
      },
      startMs,
    )
    const talk = talkTo(socket)
    const call = async <T>(command: string, parameters: object = {}) => {
      // QGIS then shows a window of its own, and answers no more.
      if (/QGIS died on signal/.test(said)) throw new Error(await lastWords())
      return (await talk(command, parameters)) as T
    }
    await call('reset_window', size)
    const { active } = await call<{ active: string[] }>('plugins')
    if (!active.includes('secims_bridge')) {
      const installing = call<{ active: string[] }>('install', { path: zip })
      let installed: { active: string[] } | undefined
      installing.then(
        (it) => {
          installed = it
        },
        () => {},
      )
      await until(
        () => 'the plugin was not installed',
        async () => {
          if (installed !== undefined) return true
          // QGIS tells of an error in a window, and waits until somebody closes it.
          const [first] = await call<Window[]>('windows')
          if (first?.isModal)
            throw new Error(`${first.title}\n${first.widgets.map(({ text }) => text).join('\n')}`)
          return false
        },
        startMs,
      )
      await installing
      if (!installed?.active.includes('secims_bridge'))
        throw new Error(`QGIS did not take the plugin: ${said.slice(-4000)}`)
    }

    const activate = () =>
      until(
        () => 'no window of QGIS takes the keys',
        async () => (await call<{ isActive: boolean }>('activate')).isActive,
      )
    const inDock: Hands = {
      evaluate: (code) => call<string | null>('evaluate', { code }),
      click: async (x, y) => {
        const view = await call<Rect | null>('panel')
        if (view !== null) await screen.click(view.x + x, view.y + y)
      },
      type: async (text) => {
        await activate()
        await screen.type(text)
      },
      key: async (name) => {
        await activate()
        await screen.key(name)
      },
    }
    type Tool = { rect: Rect; presses: number }
    const pressTool = (name: string) => {
      let before = ''
      return until(
        () => `'${name}' in a toolbar of QGIS cannot be pressed`,
        async () => {
          const tool = await call<Tool | null>('tool_button', { name })
          const now = JSON.stringify(tool?.rect)
          const isAtRest = now === before
          before = now
          if (tool === null || !isAtRest) return false
          await screen.click(tool.rect.x + tool.rect.width / 2, tool.rect.y + tool.rect.height / 2)
          return until(
            () => '',
            async () => ((await call<Tool | null>('tool_button', { name }))?.presses ?? 0) > tool.presses,
            5_000,
          ).catch(() => false)
        },
      )
    }
    const pageOrFail = () => {
      if (page === undefined) throw new Error('the panel has not been opened in the browser')
      return page
    }
    const inBrowser: Hands = {
      evaluate: async (code) =>
        page === undefined ? null : ((await page.evaluate(code).catch(whileLoading)) as string | null),
      click: (x, y) => pageOrFail().mouse.click(x, y),
      type: (text) => pageOrFail().keyboard.type(text),
      key: (name) => pageOrFail().keyboard.press(name.replace('ctrl', 'Control').replace(/a$/, 'A')),
    }
    const panel = panelBy(host === 'browser' ? inBrowser : inDock)

    let seen = ''
    const window = (pattern: RegExp, withinMs?: number) =>
      until(
        () => `no window ${pattern}; there are: ${seen}`,
        async () => {
          const all = await call<Window[]>('windows')
          seen = all.map(({ name, title }) => title || name).join(', ') || 'none'
          return all.find(matches(pattern))
        },
        withinMs,
      )

    const app: QgisApp = {
      host,
      profile,
      panel,
      call,
      window,
      openPanel: async () => {
        await pressTool('SecimsBridgeAction')
        if (host === 'browser') {
          const url = await until(
            () => 'QGIS opened no page for the panel',
            async () =>
              (await call<string[]>('opened_urls')).findLast((it) => it.startsWith('http://127.0.0.1:')),
          )
          browser ??= await chromium.launch({
            ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
            args: ['--no-sandbox'],
          })
          page = await browser.newPage({ viewport: { width: 520, height: 900 }, locale: 'en' })
          await page.goto(url)
        }
        await panel.see({ selector: '[data-screen]' })
      },
      noWindow: async (pattern) => {
        await until(
          () => `the window ${pattern} stays`,
          async () => !(await call<Window[]>('windows')).some(matches(pattern)),
        )
      },
      fill: async (pattern, field, text) => {
        const widgetNow = async () =>
          (await window(pattern)).widgets.find(({ name, isEnabled }) => name === field && isEnabled)
        await until(
          () => `the field '${field}' did not take the keys`,
          async () => {
            const widget = await widgetNow()
            if (widget === undefined) return false
            const { rect } = widget
            await activate()
            await screen.click(rect.x + Math.min(20, rect.width / 2), rect.y + rect.height / 2)
            await screen.key('ctrl+a')
            await screen.type(text)
            return until(
              () => '',
              async () => (await widgetNow())?.text === text,
              3_000,
            ).catch(() => false)
          },
        )
      },
      pressIn: async (pattern, button) => {
        const widget = await until(
          () => `no button ${button} in ${pattern}`,
          async () =>
            (await window(pattern)).widgets.find(
              ({ name, text, isEnabled }) =>
                isEnabled &&
                (typeof button === 'string' ? name === button : button.test(text.replace('&', ''))),
            ),
        )
        const { rect } = widget
        await screen.click(rect.x + rect.width / 2, rect.y + rect.height / 2)
      },
      shot: async (name) => {
        const folder = process.env['SECIMS_SCREENSHOTS']
        if (!folder) return
        await mkdir(folder, { recursive: true })
        shots += 1
        const path = join(folder, `${options.title ?? host}-${String(shots).padStart(2, '0')}-${name}`)
        await screen.picture(`${path}.png`)
        await page?.screenshot({ path: `${path}-browser.png`, fullPage: true })
      },
      isRunning: () => !isEnded,
      output: () => said,
      kill9: async () => {
        killGroup()
        await ended
      },
      quit: async () => {
        await call('quit')
        const code = await ended
        if (/QGIS died on signal/.test(said)) throw new Error(await lastWords())
        return code
      },
      close,
    }
    return app
  } catch (error) {
    await close()
    throw error
  }
}

/** A page that is being loaded has no answer yet. */
const whileLoading = (error: unknown): null => {
  if (/context was destroyed|navigation/i.test(String(error))) return null
  throw error
}

export type { Screen }
