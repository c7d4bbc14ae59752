/** The one file that calls Vitest's experimental artifact API: how a measuring test hands what it recorded to the reporter. */
import { type RunnerTestCase, type TestArtifactBase, recordArtifact } from "vitest";

export const latencyArtifactType = "kalium-bench/latency";

interface LatencyArtifact extends TestArtifactBase {
  readonly type: typeof latencyArtifactType;
  /** The journal, absolute: `<results folder>/journal/<label>.jsonl`. */
  readonly path: string;
  /** Of the journal's bytes when it was closed, hexadecimal. */
  readonly sha256: string;
}

export const recordFileArtifactType = "kalium-bench/record-file";

interface RecordFileArtifact extends TestArtifactBase {
  readonly type: typeof recordFileArtifactType;
  /** A record that the test wrote itself, absolute, directly in the results folder. */
  readonly path: string;
}

declare const latencyKey: unique symbol;
declare const recordFileKey: unique symbol;
declare module "vitest" {
  interface TestArtifactRegistry {
    readonly [latencyKey]: LatencyArtifact;
    readonly [recordFileKey]: RecordFileArtifact;
  }
}

/**
 * Settles when the reporter has written `latency.<label>.json`; about 0.5 ms and the time of that write. Once per
 * function, after its journal is closed. @throws when the reporter refuses the journal
 */
export async function recordLatency(
  task: Readonly<RunnerTestCase>,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
): Promise<void> {
  await recordArtifact(task, { type: latencyArtifactType, path, sha256 });
}

/** Tells the reporter of a record that lies in the results folder already: the run has measured, and is drawn. */
export async function recordFile(task: Readonly<RunnerTestCase>, path: string): Promise<void> {
  await recordArtifact(task, { type: recordFileArtifactType, path });
}
