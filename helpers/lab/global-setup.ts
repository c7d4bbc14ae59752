import type { TestProject } from "vitest/node";
import { loadConfig } from "../config/config.ts";
import { startLab } from "./start-lab.ts";

/** Vitest's global set-up of the measuring project: starts the lab, hands it to the worker, returns the teardown. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const started = await startLab(loadConfig());
  project.provide("lab", started.lab);
  return async () => {
    await started[Symbol.asyncDispose]();
  };
}
