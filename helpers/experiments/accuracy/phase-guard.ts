/** The guard of one phase of the experiment: a proxy, and a controller where something is to be checked. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { poll } from "../../base/deadline.ts";
import type { Action } from "../../kalium/core/guard.ts";
import type { Semantics } from "../../kalium/core/flow-graph.ts";
import {
  type GuardProxyInfo,
  type GuardProxyStatus,
  readGuardStatus,
  resetGuards,
  startGuardProxy,
} from "../../kalium/proxy/index.ts";
import { type VerdictLogLine, readVerdictLog } from "../../kalium/proxy/verdict-log.ts";
import type { Normalisation } from "../../kalium/core/normalise.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { strictQuietMs } from "../../guards/embedded/block.ts";
import { normalisationFor } from "./curve.ts";

export type VerdictLine = Extract<VerdictLogLine, { kind: "verdict" }>;

export interface PhaseGuard extends AsyncDisposable {
  readonly proxy: GuardProxyInfo;
  /** Silence after which an invocation is over; 0: its answer is the end, which a shared automaton needs. */
  readonly quietMs: number;
  readonly normalise: Normalisation;
  readonly action: Action;
  /** Resolves when every invocation that began has ended. @throws {KaliumError} E_TIMEOUT */
  readonly settled: () => Promise<void>;
  /** Forgets all requests and counters, in proxy and controller. */
  readonly reset: () => Promise<void>;
  /** Every verdict so far, in the order of the decisions. */
  readonly verdicts: () => Promise<readonly VerdictLine[]>;
}

export interface PhaseOptions {
  /** Of the log and the policy file. */
  readonly name: string;
  readonly semantics: Semantics;
  /** Text of a policy to enforce; absent: events are recorded, and nothing is checked. */
  readonly policy?: string;
}

const settleTimeoutMs = 60_000;
/** So long on a machine that is busy with many functions at once; a late answer would pass for a denial. */
const answerTimeoutMs = 4_000;

/** @throws {KaliumError} E_SERVICE, E_POLICY; nothing is left behind then */
export async function startPhaseGuard(
  { network, resultsDirectory }: Pick<Lab, "network" | "resultsDirectory">,
  { name, semantics, policy }: PhaseOptions,
): Promise<PhaseGuard> {
  await using stack = new AsyncDisposableStack();
  const host = network.hostAddress;
  const policyPath = join(resultsDirectory, `policy.${name}.json`);
  if (policy !== undefined) await writeFile(policyPath, policy);
  const action = policy === undefined ? "record" : "enforce";
  const logPath = join(resultsDirectory, `guard.${name}.jsonl`);
  const { info: proxy } = stack.use(
    await startGuardProxy({
      host,
      semantics,
      action,
      ...(policy !== undefined && { controller: { peer: "inside", policyPath } }),
      timeoutMs: answerTimeoutMs,
      logPath,
    }),
  );
  const owned = stack.move();
  return {
    proxy,
    normalise: normalisationFor(semantics),
    action,
    quietMs: semantics === "strict" ? strictQuietMs : 0,
    settled: async () => {
      let open: readonly string[] = [];
      const what = `all invocations under ${name} to end`;
      const lastReason = () => open.join(", ");
      await poll({ what, timeoutMs: settleTimeoutMs, intervalMs: 5, lastReason }, async () => {
        open = unended(await readGuardStatus(proxy));
        return open.length === 0 ? true : undefined;
      });
    },
    reset: () => resetGuards(proxy),
    verdicts: async () => {
      await readGuardStatus(proxy); // flushes the log
      const lines: VerdictLine[] = [];
      for await (const line of readVerdictLog(logPath)) if (line.kind === "verdict") lines.push(line);
      return lines;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Instances with invocations that began and did not end, each with their number. One that was refused has no end. */
const unended = ({ instances }: GuardProxyStatus): readonly string[] =>
  Object.entries(instances).flatMap(([id, { events, deniedBeginnings }]) => {
    const open = events.GETE - deniedBeginnings - events.ENDE;
    return open === 0 ? [] : [`${id}: ${open}`];
  });
