/**
 * Fills the cache folder: `node create.ts <cache>`. A process of its own, because the gigabyte this takes is given
 * back to the system only when the process ends.
 */
import { makeOnce, makePostgisBundle, templateCluster } from './cluster.ts'
import { extensionNames, openEngine } from './engine.ts'

const [cache] = process.argv.slice(2)
if (!cache) throw new Error('usage: create.ts <cache folder>')

const postgisBundle = await makePostgisBundle(cache)
await makeOnce(templateCluster(cache), async (folder) => {
  const engine = await openEngine({ folder, postgisBundle, searchPath: 'public' })
  for (const name of extensionNames) await engine.exec(`create extension ${name} schema public`)
  for (const step of ['vacuum (analyze)', 'checkpoint']) await engine.exec(step)
  await engine.close()
})
process.exit(0)
