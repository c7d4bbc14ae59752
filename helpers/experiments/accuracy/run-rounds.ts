/** Rounds of the workload through the deployed application, each request under a call id that says its round. */
import { escape } from "mysql2";
import type { StoredRow } from "../../../fixtures/hello-retail/database/seed.ts";
import { type WorkloadRequest, workloadRound } from "../../../fixtures/workload/round.ts";
import { seededRandom } from "../../../reports/stats/random.ts";
import { KaliumError } from "../../base/errors.ts";
import { collectTraces, type ObservedEvent, roundsOf } from "../../kalium/learn/trace.ts";
import { serviceName } from "../../config/systems.ts";
import type { PhaseGuard, VerdictLine } from "./phase-guard.ts";
import type { AccuracySurroundings } from "./surroundings.ts";
import type { Round } from "../../kalium/learn/accuracy.ts";

export interface RoundsPlan {
  /** Part of every call id: phases do not mix. */
  readonly prefix: string;
  readonly rounds: number;
  readonly seed: number;
  /** One request after the other, each to its end; else entry points are called at the same time. */
  readonly oneByOne?: boolean;
}

export const requestsPerRound = workloadRound(() => 0.5, "https://127.0.0.1/image.jpg").length;

/**
 * Resolves when all invocations have ended. Requests to one function follow one another, so that what they write does
 * not collide. @throws {KaliumError} E_INVOKE when a request gets no answer, E_TIMEOUT
 */
export async function runRounds(around: AccuracySurroundings, guard: PhaseGuard, plan: RoundsPlan): Promise<void> {
  const random = seededRandom(plan.seed);
  const rounds = Array.from({ length: plan.rounds }, () => workloadRound(random, around.images.imageUrl));
  const requests = rounds.flatMap((of, round) =>
    of.map((request, at) => ({ request, callId: `${plan.prefix}.${round + 1}.${at + 1}` })),
  );
  if (plan.oneByOne === true) {
    for (const { request, callId } of requests) {
      await send(around, request, callId);
      await guard.settled();
    }
    return;
  }
  const lanes = Map.groupBy(requests, ({ request }) => request.entry);
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const { request, callId } of lane) await send(around, request, callId);
    }),
  );
  await guard.settled();
}

async function send(around: AccuracySurroundings, request: WorkloadRequest, callId: string): Promise<void> {
  const { entry, path, body, rows } = request;
  if (rows !== undefined) await around.databases.execute(around.system, replaceSql(rows));
  await invoke(around, { entry, path, body }, callId);
}

/** Any status will do: rare branches fail on purpose. @throws {KaliumError} E_INVOKE */
export async function invoke(
  { client, system }: Pick<AccuracySurroundings, "client" | "system">,
  { entry, path, body }: Pick<WorkloadRequest, "entry" | "path" | "body">,
  callId: string,
): Promise<number> {
  const headers = { "content-type": "application/json", "x-call-id": callId };
  const answer = await client.invoke(serviceName(system, entry), { path, headers, body: JSON.stringify(body) });
  if (answer.outcome === "answered") return answer.status;
  throw new KaliumError("E_INVOKE", `${entry}${path} gave no answer: ${answer.reason ?? answer.outcome}`);
}

const replaceSql = (rows: readonly StoredRow[]): string =>
  [
    "BEGIN",
    ...new Set(rows.map(({ table }) => `DELETE FROM \`${table}\``)),
    ...rows.map(
      ({ table, rowkey, rowvalues }) =>
        `INSERT INTO \`${table}\` (rowkey, rowvalues) VALUES (${escape(rowkey)}, ${escape(rowvalues)})`,
    ),
    "COMMIT",
  ].join(";");

/** Traces of the plan's rounds, in their order. @throws {KaliumError} E_RECORD when a request left no trace */
export function tracedRounds(verdicts: readonly VerdictLine[], { prefix, rounds }: RoundsPlan): readonly Round[] {
  const own = verdicts.filter(({ sessionId }) => sessionId.startsWith(`${prefix}.`));
  const traces = collectTraces(own.map(observed), { roundOf: (callId) => Number(callId.split(".").at(-2)) });
  const expected = rounds * requestsPerRound;
  if (traces.length !== expected) {
    throw new KaliumError("E_RECORD", `the guards saw ${traces.length} requests of ${expected}`, {
      hint: "Check that every guard is running and that each function passes the call id on.",
    });
  }
  return roundsOf(traces);
}

/** What the log does not keep of an event counts for no trace. */
const observed = ({ event: name, ...rest }: VerdictLine): ObservedEvent => ({
  ...rest,
  name,
  peerAddress: "",
  peerPort: 0,
  hasBody: false,
});
