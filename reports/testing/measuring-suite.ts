/** Small runs of our reporter for its tests. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readResults } from "../records/store.ts";

export const globalSetup = `
  import { createResults } from "{reports}/records/store.ts";
  import { syntheticRunRecord } from "{reports}/testing/synthetic.ts";
  export default async (project) => {
    const run = syntheticRunRecord({ outcome: "running" });
    console.log("set-up knows", project.getProvidedContext().testFiles);
    const resultsDirectory = await createResults("{folder}/results", run).catch(() => "{folder}/results/" + run.runId);
    project.provide("lab", { resultsDirectory });
    return () => console.log("teardown speaks");
  };`;

export const measuringTest = (body: string): string => `
  import { inject, test } from "vitest";
  import { recordLatency } from "{reports}/records/artifact.ts";
  import { reportProgress } from "{reports}/records/progress.ts";
  import { syntheticRecord, writeJournal } from "{reports}/testing/synthetic.ts";
  const write = (label) => writeJournal(inject("lab").resultsDirectory, syntheticRecord({ label, rounds: 8 }));
  ${body}`;

export const tinyResults = async (folder: string) => {
  const [run = ""] = await readdir(join(folder, "results"));
  return readResults(join(folder, "results", run));
};

export const lastLine = (output: string): string | undefined => output.trimEnd().split("\n").at(-1);
