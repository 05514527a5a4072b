/** Test runner settings: one process per file, because each file owns a database. */
import { defineConfig } from 'vitest/config'
import { summaryReporter } from './helpers/summary-reporter.ts'

/** What runs alike on every database; CI runs it once (TEST_SCOPE=database leaves it out the second time). */
const sameOnEveryDatabase = [
  'backend/src/**',
  'backend/web/**',
  'qgis-bridge/**',
  'test/render/**',
  'test/styles/**',
  // Pages ask the API, which is tested on both; catalogue and submission bring queries of their own.
  'test/web/{admin,analyst,editor,figures,map,my,record,review,screens,small,style}*',
  'test/qgis/{app,panel,plugin,pyqt6,shim,style,user}*',
]
/** CI runs days in a full QGIS on their own (TEST_SCOPE=no-app leaves them out before). */
const leftOut: Record<string, string[]> = {
  database: sameOnEveryDatabase,
  'no-app': ['test/qgis/app*'],
}

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: [
      'backend/src/**/*.test.ts',
      'backend/web/**/*.test.ts',
      'test/**/*.test.ts',
      'qgis-bridge/**/*.test.ts',
    ],
    exclude: ['test/bench/**', 'node_modules/**', ...(leftOut[process.env['TEST_SCOPE'] ?? ''] ?? [])],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // In CI the two workers share two cores with servers, databases and QGIS; vitest says which test needed a second try.
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', summaryReporter],
  },
})
