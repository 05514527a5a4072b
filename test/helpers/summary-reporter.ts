/**
 * Prints, as the last line, how many tests passed and failed, and by name what was left out and why. The files with a
 * failure are written, a line each, to the file that SECIMS_FAILED_FILES names, so that CI can begin them once more.
 */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

export const summaryReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const count = { passed: 0, failed: 0, skipped: 0 }
    const leftOut: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const state = test.result().state
        if (state === 'passed') count.passed += 1
        else if (state === 'failed') count.failed += 1
        else {
          count.skipped += 1
          leftOut.push(test.fullName)
        }
      }
      if (module.errors().length > 0) count.failed += 1
    }
    const failedFiles = modules.filter((module) => !module.ok()).map((module) => module.relativeModuleId)
    const path = process.env['SECIMS_FAILED_FILES']
    if (path) writeFileSync(path, failedFiles.map((file) => `${file}\n`).join(''))
    for (const name of leftOut) console.log(`left out: ${name}`)
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  },
}
