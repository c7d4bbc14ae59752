/**
 * Live progress from the measuring worker to the reporter: JSON lines in a file that the reporter names through
 * Vitest's `provide`. An append costs about 2 us and wakes nobody in the worker; annotations and artifacts cost 0.5 ms,
 * and `task.meta` arrives only at the test's end.
 */
import { openSync, writeSync } from "node:fs";
import { inject } from "vitest";
import { z } from "zod";

declare module "vitest" {
  interface ProvidedContext {
    /** Where progress goes; absent when nobody watches. */
    readonly progressFile?: string;
    /** Paths of the project's test files that run; absent when nobody says. Global set-up has it already. */
    readonly testFiles?: readonly string[];
  }
}

export const progressSchema = z.strictObject({
  taskId: z.string(),
  label: z.string(),
  /** Measured calls so far. */
  done: z.number().int().nonnegative(),
  /** In all; absent where nobody knows, because time decides or more are made than planned. 0: none yet, a hook is at work. */
  total: z.number().int().nonnegative().optional(),
  /** Ratios are shown relative to this system. */
  baseline: z.string().optional(),
  perSystem: z.record(z.string(), z.strictObject({ count: z.number().int(), medianNs: z.number().optional() })),
  /** Until this function is measured; absent while unknown. */
  etaMs: z.number().nonnegative().optional(),
  /** What is done between calls, which may take a minute; absent while calls are made. */
  stage: z.string().optional(),
});

export type Progress = z.infer<typeof progressSchema>;

let descriptor: number | undefined;

/** What a suite's hook is doing before its functions are measured. */
export const reportStage = (label: string, stage: string): void =>
  reportProgress({ id: label }, { label, done: 0, total: 0, perSystem: {}, stage });

/** Call it at most once per round, between calls. Does nothing when no reporter listens. */
export function reportProgress(task: { readonly id: string }, progress: Omit<Progress, "taskId">): void {
  const path = inject("progressFile");
  if (path === undefined) return;
  try {
    descriptor ??= openSync(path, "a");
    writeSync(descriptor, `${JSON.stringify({ taskId: task.id, ...progress })}\n`);
  } catch {
    // Progress is a courtesy: a full disk shows in the journal, which is written by the same worker.
  }
}
