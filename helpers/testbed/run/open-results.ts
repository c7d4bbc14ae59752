import { createHash } from "node:crypto";
import { seedDigest } from "../../../fixtures/hello-retail/database/index.ts";
import type { RunRecord } from "../../../reports/records/record.ts";
import { createResults, writeRun } from "../../../reports/records/store.ts";
import type { Config } from "../../config/config.ts";
import { publicSettings } from "../../config/recorded-settings.ts";
import { compareWithRun, readResumable } from "./resume.ts";
import { dumpSha256 } from "../../services/mysql/index.ts";

export interface OpenedResults {
  readonly folder: string;
  /** The record's, which a resumed run keeps. */
  readonly runId: string;
  readonly session: number;
}

/** What is known of a start of a run once everything is up. */
export interface Start {
  readonly config: Config;
  readonly startedAt: string;
  /** Of the temporary folder, the sandboxes and the databases. */
  readonly sandboxRunId: string;
  readonly leftOut: RunRecord["leftOut"];
  readonly environment: RunRecord["environment"];
  /** Measured functions of the run. */
  readonly labels: readonly string[];
  /** The user's; absent: Hello, Retail! */
  readonly application?: RunRecord["application"];
  /** Vitest's, to be given again by `resume`. */
  readonly vitestArguments: readonly string[];
}

/**
 * Makes the results folder of a new run, or opens that of the run to resume once more.
 * @throws {KaliumError} E_CONFIG when that run cannot be continued
 * @throws {RecordError} when the folder cannot be written or read
 */
export async function openResults(start: Start): Promise<OpenedResults> {
  const { config, startedAt, sandboxRunId, leftOut, environment, labels, application, vitestArguments } = start;
  const session = { startedAt, runId: sandboxRunId, differences: [] };
  if (config.resume === undefined) {
    const runId = `${startedAt.slice(0, 19).replaceAll(/[-:]/g, "")}-${sandboxRunId}`;
    const folder = await createResults(config.resultsDirectory, {
      schema: "kalium-bench/run@1",
      runId,
      startedAt,
      outcome: "running",
      settings: { ...publicSettings(config) },
      leftOut,
      environment,
      selected: [...labels],
      ...(application && { application }),
      planHash: experimentHash(config, labels, leftOut),
      variables: { ...config.variables },
      arguments: [...vitestArguments],
      sessions: [session],
    });
    return { folder, runId, session: 0 };
  }
  const { folder, allowMixed, settleMinutes } = config.resume;
  const run = await readResumable(folder, { settle: settleMinutes !== undefined });
  const found = compareWithRun(run, { config, environment, allowMixed });
  const sessions = [...(run.sessions ?? []), { ...session, differences: [...found] }];
  const continued: RunRecord = { ...run, outcome: "running", sessions };
  delete continued.endedAt;
  delete continued.records;
  await writeRun(folder, continued);
  return { folder, runId: run.runId, session: sessions.length - 1 };
}

/** Equal for runs that measure the same cells with the same calls in the same order. */
function experimentHash(
  { plan, baseline, systems, application }: Config,
  labels: readonly string[],
  leftOut: Start["leftOut"],
): string {
  const absent = new Set(leftOut.map(({ system }) => system));
  const measured = systems.filter((system) => !absent.has(system));
  return createHash("sha256")
    .update(JSON.stringify([labels, baseline, measured, plan, ...(application ? [application.sha256] : [])]))
    .digest("hex");
}

/** SHA-256 of what every database is filled with. */
export async function seedSha256({ mysql, app }: Config): Promise<string> {
  if (mysql.dump !== undefined) return dumpSha256(mysql.dump);
  return app === undefined ? seedDigest() : "none: the databases are empty";
}
