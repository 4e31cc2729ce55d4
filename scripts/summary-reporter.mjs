/**
 * A reporter for vitest that ends a run with what was skipped and why, and one line `N passed, N failed, N skipped`.
 * Errors outside of tests (a file that does not load, an unhandled rejection) count as failed.
 */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const reasons = new Map();
    for (const module of modules) {
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') count.passed++;
        else if (result.state === 'failed') count.failed++;
        else if (result.state === 'skipped') {
          count.skipped++;
          const reason = `${module.relativeModuleId}: ${result.note ?? `${suiteName(test)} (no reason given)`}`;
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
      }
      // A file or suite whose set-up failed has tests that never ran; they are reported as its error.
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    const lines = [...reasons].map(([reason, n]) => `  skipped ${n} × ${reason}`);
    process.stdout.write(
      ['', ...lines, `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`, ''].join(
        '\n',
      ),
    );
    // A run in which nothing ran proves nothing.
    if (count.passed + count.failed + count.skipped === 0) process.exitCode = 1;
  }
}

function suiteName(test) {
  return test.parent.type === 'suite' ? test.parent.fullName : test.fullName;
}
