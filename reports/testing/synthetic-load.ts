/** Load records for tests, made of what each call is to take; not measurements. */
import { clientSystem, type LoadCall, type LoadPlan, type LoadRecord } from "../records/load-record.ts";
import { syntheticRecord } from "./synthetic.ts";

const ms = 1e6;

export const loadPlan: LoadPlan = {
  loop: "open-rate",
  profile: "quick",
  seed: 1,
  blocks: 2,
  warmupRounds: 10,
  connection: "keepalive",
  ratesPerS: [20, 50, 100],
  windowMs: 10_000,
  arrivals: "constant",
  clients: 64,
  replicas: 3,
  boundMs: 50,
  quantile: 0.99,
  search: false,
  callTimeoutMs: 15_000,
};

export interface SyntheticLoad {
  /** Systems with the greatest rate at which they still answer at once. */
  readonly capacities?: Readonly<Record<string, number>>;
  readonly plan?: Partial<LoadPlan>;
  readonly change?: (call: LoadCall) => LoadCall;
  /** Processor time by system: of a call, ms, and at rest, ms per s. Absent: nobody could tell. */
  readonly cpu?: Readonly<Record<string, { readonly callMs: number; readonly rest: number }>>;
}

/** From before a step's first call to after its last. */
const usageWindowNs = 12e9;

/** Up to its capacity a system answers within 10 ms, above it the wait grows with every call; the client takes 1 ms. */
export function syntheticLoad({
  capacities = {},
  plan: changes,
  change = (call) => call,
  cpu,
}: SyntheticLoad = {}): LoadRecord {
  const plan = { ...loadPlan, ...changes };
  const latency = syntheticRecord({ rounds: 6, blocks: plan.blocks });
  const all = { gvisor: 70, native: 1_000, ...capacities };
  const steps: LoadRecord["steps"] = [];
  const samples: LoadCall[] = [];
  for (let block = 0; block < plan.blocks; block++) {
    for (const [at, ratePerS] of plan.ratesPerS.entries()) {
      for (const [system, capacity] of [[clientSystem, 1e6] as const, ...Object.entries(all)]) {
        const startedAtNs = (block * 1_000 + at * 100) * 1e9;
        const planned = (ratePerS * plan.windowMs) / 1e3;
        const cpuNs = Object.entries(cpu ?? {}).map(([name, { callMs, rest }]): [string, number] => {
          const own = name === system ? planned : 0; // each runs for 10 ms, after the one before
          return [name, Math.round(own * callMs * ms + ((usageWindowNs - own * 10 * ms) * rest) / 1e3)];
        });
        const usage = cpu && { usage: { windowNs: usageWindowNs, cpuNs: Object.fromEntries(cpuNs) } };
        steps.push({ system, block, ratePerS, startedAtNs, loopDelayP99Ns: 1, loopDelayMaxNs: 2, ...usage });
        for (let index = 0; index < planned; index++) {
          const lagMs = Math.max(0, index * (1e3 / capacity - 1e3 / ratePerS));
          const serviceNs = Math.round(((system === clientSystem ? 1 : 10) + lagMs) * ms);
          const dueAtNs = startedAtNs + Math.round((index * 1e9) / ratePerS);
          const times = { dueAtNs, sentAtNs: dueAtNs + ms, latencyNs: serviceNs + ms, serviceNs };
          const step = { system, block, ratePerS, phase: "measured" as const, index, waited: false };
          samples.push(change({ ...step, ...times, status: 200, outcome: "ok" }));
        }
      }
    }
  }
  const systems = Object.keys(all).map((name) => ({ name, variant: "vanilla" as const, runtime: name, guard: "none" }));
  const { runId, startedAt, endedAt, flow, label, starred, baseline, proofs, blocks } = latency;
  const facts = { runId, startedAt, endedAt, flow, label, starred, baseline, systems, plan };
  const journal = { path: `journal/load/${label}.jsonl`, sha256: "0" };
  return { schema: "kalium-bench/load@1", ...facts, proofs, blocks, voids: [], steps, samples, journal };
}
