import { writeSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { TestModule } from "vitest/node";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Tests by outcome. A file, a hook or a background error that failed without failing a test counts as one failure, so
 * a run that exits with an error never reports 0 failures. Tests that did not get their turn count as skipped.
 */
export function countTests(modules: readonly TestModule[], errors: readonly SerializedError[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === "pending" ? "skipped" : state]++;
    }
    if (module.state() === "failed" && counts.failed === failedBefore) counts.failed++;
  }
  if (counts.failed === 0 && errors.length > 0) counts.failed++;
  return counts;
}

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Writes the line when the process ends: after Vitest's own summary and whatever a teardown prints. Where the run has an
 * exit code of its own, it replaces Vitest's: 130 (128 + SIGINT) of an interrupted run, as shells expect, or an error's.
 */
export function printAtExit(
  { fd }: { readonly fd: number },
  state: () => { readonly counts: Counts; readonly exitCode: number | undefined },
): void {
  process.once("exit", () => {
    const { counts, exitCode } = state();
    if (exitCode !== undefined) process.exitCode = exitCode;
    try {
      writeSync(fd, `${closingLine(counts)}\n`);
    } catch {
      // nobody reads our output any more
    }
  });
}
