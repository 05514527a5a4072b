/**
 * Places where tests make the program fail on purpose: `SECIMS_FAILPOINTS=commit.afterMove=crash`, or
 * `SECIMS_FAILPOINTS=@file`, where the file says the same and is read anew each time, so that a running server can
 * be armed and disarmed. Without the variable, and always when NODE_ENV is production, a failpoint does nothing.
 */
import { readFileSync } from 'node:fs'

/** Every place, in the order a publication, an edit and a deletion pass them; a test fails when one is never exercised. */
export const failpoints = [
  'accept.beforeCommit',
  'idempotency.beforeAnswer',
  'stage.begin',
  'stage.afterLoad',
  'verify.done',
  'style.done',
  'commit.begin',
  'commit.afterMove',
  'commit.afterCollection',
  'commit.afterDistributions',
  'commit.afterEntry',
  'commit.beforeCommit',
  'commit.afterCommit',
  'precompute.beforeCommit',
  'edit.afterRows',
  'edit.beforeCommit',
  'edit.afterCommit',
  'delete.beforeCommit',
  'garbage.beforeDrop',
  'garbage.beforeUnlink',
  'blob.afterUnlink',
] as const
export type Failpoint = (typeof failpoints)[number]

const said = process.env['NODE_ENV'] === 'production' ? '' : (process.env['SECIMS_FAILPOINTS'] ?? '')

const modeOf = (name: Failpoint): string | undefined => {
  const text = said.startsWith('@') ? readFileSync(said.slice(1), 'utf8').trim() : said
  return text
    .split(',')
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

export const failpoint = async (name: Failpoint): Promise<void> => {
  if (said === '') return
  const mode = modeOf(name)
  if (mode === undefined) return
  if (mode === 'crash') {
    process.kill(process.pid, 'SIGKILL')
    // The signal may take a moment; nothing happens after it.
    await new Promise(() => {})
  }
  if (mode === 'throw') throw new Error(`failpoint ${name}`)
  if (mode === 'enospc') throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  if (mode.startsWith('sleep'))
    await new Promise((resolve) => setTimeout(resolve, Number(mode.slice(5)) || 1000))
}
