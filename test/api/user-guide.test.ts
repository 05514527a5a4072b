/** The commands of the user guide, run as they stand there (R13.2): what a reader copies must work. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishExamples } from '../../backend/src/first-start.ts'
import { codeBlocksOf, readMarkdown } from '../../backend/src/http/markdown.ts'
import { silentLog } from '../helpers/database.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram, hasPythonModule } from '../helpers/programs.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'backend/docs/user-guide/07-programmatic-access.md'), 'utf8')
const blocks = codeBlocksOf(readMarkdown(guide)).filter((block) => block.flags.includes('check'))

/** What a block needs of the machine; without it the block is left out by name. */
const lacking = (text: string, language: string): string | null => {
  if (/\bogr(info|2ogr)\b/.test(text) && !hasProgram('ogr2ogr')) return 'GDAL is not installed'
  if (/\bcurl\b/.test(text) && !hasProgram('curl')) return 'curl is not installed'
  if (/\bjq\b/.test(text) && !hasProgram('jq')) return 'jq is not installed'
  if (language === 'python' && /owslib/.test(text) && !hasPythonModule('owslib'))
    return 'OWSLib is not installed'
  return null
}

let program: TestProgram
let folder: string
beforeAll(async () => {
  program = await testProgram()
  folder = mkdtempSync(join(tmpdir(), 'secims-guide-'))
  await publishExamples({
    credential: { url: program.url, token: program.tokenOf('administrator') },
    folder: join(root, 'examples'),
    log: silentLog,
    onProgress: () => {},
  })
})
afterAll(async () => {
  await program.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('chapter 7 has commands to check', () => expect(blocks.length).toBeGreaterThanOrEqual(10))

describe.each(blocks.map((block, at) => ({ at: at + 1, ...block })))(
  'chapter 7, block $at ($language)',
  ({ text, language }) => {
    const why = lacking(text, language)
    test.skipIf(why !== null)(`runs without an error${why ? ` (left out: ${why})` : ''}`, async () => {
      const command = text.replaceAll('http://localhost:8080', program.url)
      const [shell, flag] = language === 'python' ? ['python3', '-c'] : ['sh', '-ec']
      // A command that fails rejects; some complain and end well all the same.
      const { stderr } = await run(shell as string, [flag as string, command], {
        cwd: folder,
        maxBuffer: 64 * 1024 * 1024,
      })
      expect(stderr).not.toMatch(/ERROR|Traceback/)
    })
  },
)
