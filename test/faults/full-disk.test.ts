/** A disk that is really full: a small file system of its own, where the machine lets us make one (reliability L5). */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.skipIf(!canMount)(
  'uploads on a full disk are 507 and leave nothing; reading goes on (needs the right to mount)',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secims-full-'))
    try {
      const script = join(import.meta.dirname, 'full-disk-child.ts')
      const { stdout, stderr } = spawnSync(
        'unshare',
        [
          '-m',
          'sh',
          '-c',
          `mount -t tmpfs -o size=8m none "$0" && exec "$1" "$2" "$0"`,
          folder,
          process.execPath,
          script,
        ],
        { encoding: 'utf8', timeout: 60_000 },
      )
      expect(stdout, stderr).toMatch(/^\{/)
      expect(JSON.parse(stdout)).toEqual({
        small: [201, 'ready'],
        large: [507, 'disk-full'],
        afterLarge: { uploads: 0, blobs: 1 },
        style: [507, 'disk-full'],
        announced: [507, 'disk-full'],
        created: 201,
        piece: [507, 'disk-full'],
        // What there was room for may stay, because the upload can go on; and it is what the file has.
        offsetIsSizeOfFile: true,
        reading: 200,
        afterTermination: { uploads: 0, blobs: 1 },
        again: [201, 'ready'],
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
