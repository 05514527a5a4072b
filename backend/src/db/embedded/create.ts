/**
 * Fills the cache folder: `node create.ts [cache]`, at installation or on first need. A process of its own, because the gigabyte this takes is given
 * back to the system only when the process ends.
 */
import { cacheFolder, makeOnce, makePostgisBundle, templateCluster } from './cluster.ts'
import { extensionNames, openEngine } from './engine.ts'

const cache = process.argv[2] ?? (await cacheFolder('data'))

const postgisBundle = await makePostgisBundle(cache)
await makeOnce(templateCluster(cache), async (folder) => {
  const engine = await openEngine({ folder, postgisBundle, searchPath: 'public' })
  for (const name of extensionNames) await engine.exec(`create extension ${name} schema public`)
  for (const step of ['vacuum (analyze)', 'checkpoint']) await engine.exec(step)
  await engine.close()
})
process.exit(0)
