import { mkdtemp, rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { loadConfig } from "../../config/config.ts";
import { KaliumError } from "../../base/errors.ts";
import { ownedFolder } from "../../sandboxes/sweep-folders.ts";
import { startLab } from "./start-lab.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Why the smoke suite cannot run on this machine; absent when it can. */
    readonly labMissing: string | undefined;
  }
}

/**
 * Vitest's global set-up of the smoke project: the smallest lab, whose records nobody keeps. A machine without a
 * database or a baseline skips the suite with that reason, except in CI, where it fails.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const resultsDirectory = await mkdtemp(await ownedFolder("smoke"));
  const removeResults = (): Promise<void> => rm(resultsDirectory, { recursive: true, force: true });
  const local = (process.env["KALIUM_PLATFORM"] ?? "local") === "local";
  const baseline = local && process.env["KALIUM_SYSTEMS"] === undefined ? { KALIUM_BASELINE: "native" } : {};
  const settings = {
    ...baseline,
    KALIUM_PROFILE: "smoke",
    KALIUM_BLOCKS: "1",
    KALIUM_ROUNDS: "1",
    KALIUM_LOAD_REPLICAS: "2",
    // A machine that is busy must not fail a test: what hangs is still found, later.
    KALIUM_CALL_TIMEOUT_MS: "120000",
    KALIUM_RESULTS: resultsDirectory,
  };
  try {
    const started = await startLab(loadConfig({ ...process.env, ...settings }));
    project.provide("lab", started.lab);
    project.provide("labMissing", undefined);
    return async () => {
      await started[Symbol.asyncDispose]();
      await removeResults();
    };
  } catch (error) {
    await removeResults();
    const lacking = error instanceof KaliumError && ["E_MYSQL", "E_RUNTIME_UNAVAILABLE"].includes(error.code);
    if (!lacking || process.env["CI"] !== undefined) throw error;
    project.provide("labMissing", `skipped: ${error.message}`);
    return () => Promise.resolve();
  }
}
