/**
 * The program with its example layers, in a data folder that goes when it ends, for suites that want a URL. Says the
 * address and waits to be ended: `node test/conformance/serve.ts [folder with csw:Record files]`. With a folder it has
 * those records instead: the suite for CSW counts on dates that no two of them share.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import { publishExamples } from '../../backend/src/first-start.ts'
import { testProgram } from '../helpers/program.ts'
import { addSuiteRecords } from './csw-records.ts'

const folder = process.argv[2]
const say = (text: string) => process.stdout.write(`${text}\n`)

const program = await testProgram({}, { log: pino({ level: 'error' }, pino.destination(2)) })
const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
if (folder) say(`${await addSuiteRecords(program.database, folder)} records of the suite for CSW`)
else
  await publishExamples({
    credential: { url: program.url, token: program.tokenOf('administrator') },
    folder: join(import.meta.dirname, '../../examples'),
    log: pino({ level: 'error' }, pino.destination(2)),
    onProgress: (done, total, name) => say(`${done}/${total} ${name}`),
  })
say(`ready ${program.url}`)
await ended
await program.stop()
