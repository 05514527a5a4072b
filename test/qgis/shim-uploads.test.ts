/** Uploads of the plugin through everything that happens to lines, tokens, servers and QGIS (P6, issue 3). */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { type ServerProcess, serverProcess } from '../helpers/server-process.ts'
import { type ShimPackage, shimPackage } from './shim-package.ts'

type Pending = {
  pending: string
  fileName: string
  sentBytes: number
  sizeBytes: number
  note: object
  layer: string
}
type Told = {
  sha256: string
  outcome: {
    result?: { uploadId: string; sha256: string; sizeBytes: number }
    failure?: { code: string; message: string; remedy?: string; data?: { status: number } }
  }
  before: Pending[]
  pending: Pending[]
  progress: { call: number; stage: string; done: number; total: number; bytesPerSecond: number }[]
  gapMs: number
  outbox: string[]
  outboxMode: string
  tries: number
}
type Outcomes = Record<string, Told> & { trace: string[]; tokenInLog: boolean }

const kB = 1024
const sizeBytes = 640 * kB

/**
 * A line between QGIS and the server. `after(at, then)`: when so many bytes have gone up, nothing passes until `then` is
 * done; nor does anybody get through who comes meanwhile.
 */
const cuttableLine = async (targetPort: () => number) => {
  const sockets = new Set<Socket>()
  let isCut = false
  let up = 0
  let plan: { at: number; then: () => Promise<unknown> | undefined } | undefined
  let isBusy: Promise<unknown> | undefined
  const server = createServer(async (socket) => {
    socket.on('error', () => {})
    if (isCut) {
      socket.resetAndDestroy()
      return
    }
    socket.pause()
    await isBusy
    const other = connect(targetPort(), '127.0.0.1')
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        two.destroy()
      })
    }
    socket.on('data', async (bytes) => {
      up += bytes.length
      if (plan && up >= plan.at) {
        const { then } = plan
        plan = undefined
        socket.pause()
        isBusy = then()
        await isBusy
        isBusy = undefined
        socket.resume()
      }
      if (!other.destroyed) other.write(bytes)
    })
    other.on('data', (bytes) => socket.write(bytes))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false
    },
    after: (at: number, then: () => Promise<unknown> | undefined) => {
      up = 0
      plan = { at, then }
    },
    close: () => {
      cut()
      server.close()
    },
  }
}

describe.skipIf(!hasQgis())(`uploads from QGIS${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  let server: ServerProcess
  let line: Awaited<ReturnType<typeof cuttableLine>>
  let control: HttpServer
  let shim: ShimPackage
  let told: Outcomes
  let resumedAfterKill: Outcomes
  let killed: unknown
  const tokens: { id: string; token: string }[] = []
  /** What QGIS's uploads were on the server when a step began. */
  const listedAt: Record<string, number> = {}

  const issue = async () => {
    const { details, token } = await server.administrator.expectOk(
      server.administrator.api.POST('/tokens', {
        body: { role: 'editor', name: 'Ana Joseph', organisation: 'Test', email: 'ana@test.lc' },
      }),
    )
    tokens.push({ id: details.id, token })
  }
  const secondPerson = () => server.as(tokens[1]?.token)
  const half = sizeBytes / 2
  let restarts = 0
  let breaks = 0
  const restart = async () => {
    await server.kill9()
    await server.start({ DISK_RESERVE_MB: '0' })
    restarts += 1
  }
  /** What happens before a step, or in its middle. */
  const events: Record<string, () => unknown> = {
    plain: () => restart(),
    restart: () => line.after(half, restart),
    short: () =>
      line.after(half, () => {
        line.cut()
        breaks += 1
        setTimeout(line.mend, 120)
        return undefined
      }),
    long: () =>
      line.after(half, () => {
        line.cut()
        return undefined
      }),
    longResumed: () => line.mend(),
    revoked: () =>
      line.after(half, () =>
        server.administrator.expectOk(
          server.administrator.api.DELETE('/tokens/{tokenId}', {
            params: { path: { tokenId: tokens[0]?.id ?? '' } },
          }),
        ),
      ),
    discarded: async () => {
      listedAt['discarded'] = (
        await secondPerson().expectOk(secondPerson().api.GET('/uploads'))
      ).uploads.length
    },
    changed: async () => {
      listedAt['changed'] = (await secondPerson().expectOk(secondPerson().api.GET('/uploads'))).uploads.length
    },
  }
  const qgis = (steps: object[]) =>
    runPyQgis(
      'shim_uploads.py',
      {
        plugins: shim.plugins,
        url: line.url,
        control: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
        tokens: tokens.map(({ token }) => token),
        bytes: sizeBytes,
        steps,
      },
      { home: shim.home, timeoutMs: 240_000 },
    ) as Promise<Outcomes>

  beforeAll(async () => {
    shim = shimPackage()
    // Its first life has no room for anything.
    server = await serverProcess({ environment: { DISK_RESERVE_MB: '10000000' } })
    await issue()
    await issue()
    line = await cuttableLine(() => Number(new URL(server.url).port))
    control = createHttpServer(async (request, response) => {
      await events[request.url?.slice(1) ?? '']?.()
      response.end()
    })
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
    told = await qgis([
      { name: 'disk', mode: 'send' },
      { name: 'plain', mode: 'resume', pieceBytes: 200 * kB },
      { name: 'restart', mode: 'send' },
      { name: 'short', mode: 'send' },
      { name: 'long', mode: 'send' },
      { name: 'longResumed', mode: 'resume' },
      { name: 'revoked', mode: 'send' },
      { name: 'newToken', mode: 'resume', token: 1 },
      { name: 'cancelled', mode: 'send', cancelAt: 0.4 },
      { name: 'discarded', mode: 'discard' },
      { name: 'changed', mode: 'send', cancelAt: 0.4 },
      { name: 'changedResumed', mode: 'resume', breakFile: true },
      { name: 'refused', mode: 'send', content: 'this is no GeoPackage', fileName: 'roads.gpkg' },
    ])
    killed = await qgis([{ name: 'killed', mode: 'send', killAt: 0.5 }]).catch(
      (error: Error) => error.message,
    )
    resumedAfterKill = await qgis([{ name: 'resumed', mode: 'resume' }])
  }, 300_000)
  afterAll(async () => {
    line?.close()
    control?.close()
    await server?.drop()
    shim?.remove()
  })

  const step = (name: string) => told[name] as Told
  /** The server has every byte, and QGIS knows nothing of the upload any more. */
  const isWhole = async ({ sha256, outcome, pending }: Told, person = secondPerson()) => {
    expect(outcome.failure).toBeUndefined()
    const { uploadId = '', ...rest } = outcome.result ?? {}
    expect(rest).toEqual({ sha256, sizeBytes })
    expect(pending).toEqual([])
    const upload = await person.expectOk(
      person.api.GET('/uploads/{uploadId}', { params: { path: { uploadId } } }),
    )
    expect(upload).toMatchObject({ sha256, state: 'ready', fileName: 'größe.csv', receivedBytes: sizeBytes })
  }

  test('a file arrives in pieces, with progress (P6)', async () => {
    const { progress, gapMs, outboxMode } = step('plain')
    await isWhole(step('plain'), server.administrator)
    expect(outboxMode).toBe('0o700')
    expect(progress.length).toBeGreaterThan(3)
    expect(
      progress.every(({ call, stage, total }) => call === 7 && stage === 'upload' && total === sizeBytes),
    ).toBe(true)
    expect(progress.at(-1)).toMatchObject({ done: sizeBytes })
    expect(progress.at(-1)?.bytesPerSecond).toBeGreaterThan(0)
    console.info(`QGIS's longest stall while uploading: ${gapMs} ms`)
    expect(told.trace).toEqual([])
    expect(told.tokenInLog).toBe(false)
  })

  test('QGIS is killed in the middle of an upload; the next QGIS goes on and the bytes are equal (P6)', async () => {
    expect(killed).toMatch(/ended with code null/)
    const resumed = resumedAfterKill['resumed'] as Told
    expect(resumed.before).toMatchObject([
      { fileName: 'größe.csv', layer: 'layer_1', note: { step: 'data' }, sizeBytes },
    ])
    const [pending] = resumed.before
    expect(pending?.sentBytes).toBeGreaterThan(sizeBytes / 3)
    // It went on where it was, and did not begin anew.
    expect(resumed.progress[0]?.done).toBeGreaterThanOrEqual(pending?.sentBytes ?? 0)
    await isWhole(resumed)
  })

  test('a short break of the line is bridged without anybody noticing (P6)', async () => {
    expect(breaks).toBe(1)
    await isWhole(step('short'), server.administrator)
  })

  test('a long break pauses the upload with a sentence; later it goes on (P6)', async () => {
    const { tries, outcome, pending } = step('long')
    expect(tries).toBe(5)
    expect(outcome.failure).toMatchObject({
      code: 'offline',
      message: expect.stringMatching(/could not be reached. [1-9]\d % are stored/),
      remedy: expect.stringContaining('goes on where it stopped'),
    })
    expect(pending).toHaveLength(1)
    await isWhole(step('longResumed'), server.administrator)
  })

  test('the server is killed and started again in the middle of an upload; it goes on (P2, P6)', async () => {
    // Once before the step 'plain', and once in the middle of this one.
    expect(restarts).toBe(2)
    await isWhole(step('restart'), server.administrator)
  })

  test('a token revoked in the middle pauses the upload; with another the file still arrives whole (P6)', async () => {
    const { outcome, pending, tries } = step('revoked')
    expect(outcome.failure).toMatchObject({
      code: 'token-refused',
      remedy: expect.stringContaining('continue the upload'),
    })
    expect([pending.length, tries]).toEqual([1, 0])
    await isWhole(step('newToken'))
  })

  test('a full disk on the server pauses the upload with a sentence; with room it goes on', () => {
    expect(step('disk').outcome.failure).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('no room left'),
      data: { status: 507 },
    })
    expect(step('disk').pending).toHaveLength(1)
    expect(step('plain').before[0]?.pending).toBe(step('disk').pending[0]?.pending)
  })

  test('cancelling keeps an upload pending; discarding ends it here and on the server', () => {
    const { outcome, pending } = step('cancelled')
    expect(outcome.failure).toMatchObject({
      code: 'cancelled',
      message: expect.stringContaining('continued later'),
    })
    expect(pending).toHaveLength(1)
    expect(step('discarded').outcome).toEqual({ result: {} })
    expect(step('discarded').pending).toEqual([])
    expect(step('discarded').outbox).toHaveLength(step('cancelled').outbox.length - 1)
    expect((listedAt['discarded'] ?? 0) - (listedAt['changed'] ?? 0)).toBe(1)
  })

  test('a file the server refuses is a problem with its reason, and nothing stays pending', () => {
    const { outcome, pending } = step('refused')
    expect(outcome.failure).toMatchObject({
      code: 'problem',
      data: { problem: { title: expect.any(String) } },
    })
    expect(pending).toEqual([])
  })

  test('a file that has changed since is not sent', () => {
    const { outcome, pending } = step('changedResumed')
    expect(outcome.failure).toMatchObject({ code: 'no-file', remedy: 'Publish the layer again.' })
    expect(pending).toEqual([])
  })
})
