/** Test runner settings: one process per file, because each file owns a database. */
import { defineConfig } from 'vitest/config'
import { summaryReporter } from './helpers/summary-reporter.ts'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['backend/src/**/*.test.ts', 'test/**/*.test.ts', 'qgis-bridge/**/*.test.ts'],
    exclude: ['test/bench/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', summaryReporter],
  },
})
