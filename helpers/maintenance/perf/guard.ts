/** What Kalium's embedded guard costs by itself: the local check in one process, the controller over ZeroMQ. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ascending, quantile } from "../../../reports/stats/quantile.ts";
import { nowNs } from "../../base/clock.ts";
import { connectController, type ControllerClient } from "../../kalium/controller/client.ts";
import { startController } from "../../kalium/controller/index.ts";
import { controllerSecurity, guardSecurity, makeRunKeys } from "../../kalium/controller/keys.ts";
import { encodeEvent } from "../../kalium/core/event.ts";
import type { Semantics } from "../../kalium/core/flow-graph.ts";
import { createGuard } from "../../kalium/core/guard.ts";
import { policyDocument } from "../../kalium/core/policy-export.ts";
import { forbiddenEvent, guardedRequest, guardedRequestPolicy } from "./guarded-request.ts";

export interface GuardPerfOptions {
  /** Requests of ten events each, one after the other. */
  readonly requests: number;
  readonly warmupRequests: number;
  /** Guards that ask at the same time, and the requests of each. */
  readonly clients: number;
  readonly requestsPerClient: number;
  readonly signal?: AbortSignal;
}

export const defaultGuardPerf: GuardPerfOptions = {
  requests: 1_000,
  warmupRequests: 200,
  clients: 64,
  requestsPerClient: 20,
};

export interface GuardTimes {
  readonly what: string;
  readonly count: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** The most that the median may be; absent: for information. */
  readonly goalNs?: number;
}

export interface GuardReport {
  readonly times: readonly GuardTimes[];
  /** Of the many guards' answers, those that were not what the policy says. */
  readonly wrongReplies: number;
}

const timeoutMs = 10_000;

export async function measureGuard(options: GuardPerfOptions = defaultGuardPerf): Promise<GuardReport> {
  const local = (["reference", "strict"] as const).map((semantics) => {
    const what = `local check, ${semantics}`;
    return timesOf(what, localChecks(semantics, options), 5_000);
  });
  const authenticated = await roundTrips(true, options);
  const open = await roundTrips(false, options);
  return {
    times: [
      ...local,
      timesOf("controller round trip, 1 guard", authenticated.alone, 200_000),
      timesOf(`controller round trip, ${options.clients} guards`, authenticated.together),
      timesOf("without authentication, 1 guard", open.alone, 200_000),
      timesOf(`without authentication, ${options.clients} guards`, open.together),
    ],
    wrongReplies: authenticated.wrong + open.wrong,
  };
}

/** Of single events, ns: hash, look-up and graph. */
function localChecks(semantics: Semantics, { requests, warmupRequests, signal }: GuardPerfOptions): readonly number[] {
  const policy = [...guardedRequestPolicy(semantics).locals.values()][0];
  const guard = createGuard({ policy, semantics, action: "enforce" });
  const latencies: number[] = [];
  for (let request = -10 * warmupRequests; request < 10 * requests; request++) {
    signal?.throwIfAborted();
    const id = String(request);
    for (const event of guardedRequest(id)) {
      const startNs = nowNs();
      const pending = guard.begin(event, id, 0);
      if (request >= 0) latencies.push(nowNs() - startNs);
      const { verdict } = guard.conclude(pending, { verdict: "allow", reason: "ok" });
      if (verdict === "deny") throw new TypeError(`${event.name} ${event.url} should pass`);
    }
  }
  return latencies;
}

interface RoundTrips {
  readonly alone: readonly number[];
  readonly together: readonly number[];
  readonly wrong: number;
}

/** From the question to the verdict, ns, against the controller's own process. */
async function roundTrips(authenticated: boolean, options: GuardPerfOptions): Promise<RoundTrips> {
  const { requests, warmupRequests, clients, requestsPerClient, signal } = options;
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "guard-perf-"));
  cleanup.defer(() => rm(directory, { recursive: true }));
  const policyPath = join(directory, "policy.json");
  await writeFile(policyPath, policyDocument(guardedRequestPolicy("strict")));
  const keys = makeRunKeys();
  const security = authenticated ? controllerSecurity(keys) : ({ kind: "none" } as const);
  const started = await startController({ host: "127.0.0.1", policyPath, semantics: "strict", security }, { signal });
  const { info } = cleanup.use(started);
  const connect = (): ControllerClient => {
    const client = connectController({
      address: info.address,
      functionName: "product-purchase",
      timeoutMs,
      security: authenticated ? guardSecurity(keys) : { kind: "none" },
      trust: "strict",
    });
    cleanup.defer(() => client.close());
    return client;
  };
  let wrong = 0;
  const ask = async (client: ControllerClient, session: string): Promise<readonly number[]> => {
    signal?.throwIfAborted();
    const events = guardedRequest(session);
    const latencies: number[] = [];
    for (const [at, event] of [...events.slice(0, 2), forbiddenEvent(session), ...events.slice(2)].entries()) {
      const text = encodeEvent(event);
      const startNs = nowNs();
      const answer = await client.check(text);
      latencies.push(nowNs() - startNs);
      const verdict = "failure" in answer ? answer.failure : answer.verdict;
      if (verdict !== (at === 2 ? "deny" : "allow")) wrong++;
    }
    return latencies;
  };
  const askMany = async (client: ControllerClient, count: number, name: string): Promise<readonly number[]> => {
    const latencies: number[] = [];
    for (let request = 0; request < count; request++) latencies.push(...(await ask(client, `${name}-${request}`)));
    return latencies;
  };

  const one = connect();
  await askMany(one, warmupRequests, "warm-up");
  const alone = await askMany(one, requests, "alone");
  const guards = Array.from({ length: clients }, connect);
  await Promise.all(guards.map((client, index) => askMany(client, 2, `warm-up-${index}`)));
  const each = await Promise.all(guards.map((client, index) => askMany(client, requestsPerClient, `guard-${index}`)));
  return { alone, together: each.flat(), wrong };
}

function timesOf(what: string, latencies: readonly number[], goalNs?: number): GuardTimes {
  const sorted = ascending(latencies);
  const [p50Ns, p95Ns] = [quantile(sorted, 0.5), quantile(sorted, 0.95)];
  return { what, count: latencies.length, p50Ns, p95Ns, ...(goalNs !== undefined && { goalNs }) };
}

/** A table for people; `--json` prints the report itself. */
export function guardTable({ times, wrongReplies }: GuardReport): string {
  const us = (ns: number): string => (ns / 1e3).toFixed(1).padStart(9);
  const goal = ({ p50Ns, goalNs }: GuardTimes): string =>
    goalNs === undefined ? "" : `${us(goalNs)}  ${p50Ns <= goalNs ? "met" : "missed"}`;
  return [
    `${"guard (µs)".padEnd(40)}${"p50".padStart(9)}${"p95".padStart(9)}${"goal".padStart(9)}`,
    ...times.map((row) => `${row.what.padEnd(40)}${us(row.p50Ns)}${us(row.p95Ns)}${goal(row)}`),
    "",
    `wrong replies: ${wrongReplies}`,
  ].join("\n");
}
