/** Prints, as the last line, how many tests passed and failed, and by name what was left out and why. */
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
    for (const name of leftOut) console.log(`left out: ${name}`)
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
  },
}
