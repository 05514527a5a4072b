/**
 * Places where tests make the program fail on purpose: `SECIMS_FAILPOINTS=commit.afterMove=crash`. Without the
 * variable, and always when NODE_ENV is production, a failpoint does nothing.
 */

/** Every place, in the order a publication passes them; a test fails when one is never exercised. */
export const failpoints = [
  'accept.beforeCommit',
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
  'delete.beforeCommit',
  'garbage.beforeDrop',
  'garbage.beforeUnlink',
] as const
export type Failpoint = (typeof failpoints)[number]

const plan = new Map(
  (process.env['NODE_ENV'] === 'production' ? '' : (process.env['SECIMS_FAILPOINTS'] ?? ''))
    .split(',')
    .filter(Boolean)
    .map((entry) => entry.split('=') as [string, string]),
)

export const failpoint = async (name: Failpoint): Promise<void> => {
  const mode = plan.get(name)
  if (mode === undefined) return
  if (mode === 'crash') process.kill(process.pid, 'SIGKILL')
  if (mode === 'throw') throw new Error(`failpoint ${name}`)
  if (mode === 'enospc') throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  if (mode.startsWith('sleep'))
    await new Promise((resolve) => setTimeout(resolve, Number(mode.slice(5)) || 1000))
}
