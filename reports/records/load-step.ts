/** What a step of a load measurement says: who was served, how fast, and whether the bound was held. Pure. */
import { clientSystem, type LoadCall, type LoadPlan } from "./load-record.ts";
import { ascending, minimumCount, quantile } from "../stats/quantile.ts";
import { formatDigits } from "./format-digits.ts";

export const quotedQuantiles = [0.5, 0.9, 0.99, 0.999] as const;
/** A step that completes less than this share of the offered rate is saturated; it must lack more than a few calls. */
const servedShare = 0.95;
const fewCalls = 2;
/**
 * The load generator may send later than this share of the bound although a client is free, in one of twenty calls. With
 * more, a bound that was lost may be the generator's loss. One that was held nevertheless was held: latencies count from
 * when a call was due.
 */
const lateShare = 0.2;
const lateCallsShare = 0.05;

export interface StepSummary {
  readonly ratePerS: number;
  readonly planned: number;
  readonly ok: number;
  readonly failed: Readonly<Record<"wrong-answer" | "error" | "timeout" | "unsent", number>>;
  /** Calls for which every client was busy when they were due. */
  readonly waited: number;
  /** Of right answers, from when they were due, ns, in the order of `quotedQuantiles`; absent: too few calls. */
  readonly latenciesNs: readonly (number | undefined)[];
  /** The same from when they were sent. */
  readonly servicesNs: readonly (number | undefined)[];
  readonly completedPerS: number;
  readonly saturated: boolean;
  /** Share of all planned calls that were answered right within the bound. */
  readonly within: number;
  /** So many that the bound is held, and not saturated: there a longer step would lose it. */
  readonly holds: boolean;
  /** Of sends for which a client was free: how late 19 of 20 were at most. Absent: there were none. */
  readonly lateP95Ns: number | undefined;
  /** Calls for which a client was free, and which were sent later than a fifth of the bound after they were due. */
  readonly late: number;
}

type Rules = Pick<LoadPlan, "boundMs" | "quantile" | "windowMs">;

/** `calls`: the measured ones of one step, or of the same step in several blocks (`steps`). At least one. */
export function summariseStep(ratePerS: number, calls: readonly LoadCall[], rules: Rules, steps = 1): StepSummary {
  const right = calls.filter(({ outcome }) => outcome === "ok");
  const failures = (outcome: LoadCall["outcome"]): number => calls.filter((call) => call.outcome === outcome).length;
  const within = right.filter(({ latencyNs }) => latencyNs <= rules.boundMs * 1e6).length / calls.length;
  const late = calls.flatMap(({ waited, dueAtNs, sentAtNs }) =>
    waited || sentAtNs === undefined ? [] : [Math.max(0, sentAtNs - dueAtNs)],
  );
  const inTime = completed(calls, right, rules);
  const saturated = inTime < servedShare * calls.length && inTime < calls.length - fewCalls * steps;
  return {
    ratePerS,
    planned: calls.length,
    ok: right.length,
    failed: {
      "wrong-answer": failures("wrong-answer"),
      error: failures("error"),
      timeout: failures("timeout"),
      unsent: failures("unsent"),
    },
    waited: calls.filter(({ waited }) => waited).length,
    latenciesNs: quoted(right.map(({ latencyNs }) => latencyNs)),
    servicesNs: quoted(right.flatMap(({ serviceNs }) => (serviceNs === undefined ? [] : [serviceNs]))),
    completedPerS: inTime / ((steps * rules.windowMs) / 1e3),
    saturated,
    within,
    holds: within >= rules.quantile && !saturated,
    lateP95Ns: late.length === 0 ? undefined : quantile(ascending(late), 0.95),
    late: late.filter((lateNs) => lateNs > lateShare * rules.boundMs * 1e6).length,
  };
}

/**
 * Right answers until as long after the step's window as the quickest took, so that an answer that takes long, but no
 * longer than at rest, is not taken for a queue that grows. Of several steps at once: each by its own window.
 */
function completed(calls: readonly LoadCall[], right: readonly LoadCall[], { windowMs }: Rules): number {
  const leastNs = right.reduce((least, { serviceNs = Infinity }) => Math.min(least, serviceNs), Infinity);
  const startNs = new Map<number, number>();
  for (const { block, dueAtNs } of calls) startNs.set(block, Math.min(startNs.get(block) ?? Infinity, dueAtNs));
  return right.filter(
    ({ block, dueAtNs, latencyNs }) =>
      dueAtNs + latencyNs <= (startNs.get(block) ?? 0) + windowMs * 1e6 + Math.max(leastNs, 1e6),
  ).length;
}

function quoted(valuesNs: readonly number[]): readonly (number | undefined)[] {
  const sorted = ascending(valuesNs);
  return quotedQuantiles.map((p) => (sorted.length < minimumCount(p) ? undefined : quantile(sorted, p)));
}

/**
 * Why a step says nothing about its system; `undefined` when it does. It lost the bound, and the load generator may have
 * been the reason. `client`: the empty target at the same rate.
 */
export function stepVoid(step: StepSummary, client: StepSummary | undefined, { boundMs }: Rules): string | undefined {
  if (step.holds) return undefined;
  const at = `${step.ratePerS}/s`;
  if (client === undefined) return `whether the client can send ${at} was not tried`;
  if (client.saturated) return `the client alone reached ${formatDigits(client.completedPerS, 3)} of ${at}`;
  const tooLate = ({ late, planned }: StepSummary): boolean => late > lateCallsShare * planned;
  const saying = ({ late, planned }: StepSummary): string =>
    `sent ${late} of ${planned} calls later than ${Number((lateShare * boundMs).toPrecision(3))} ms after they were due`;
  if (tooLate(client)) return `the client alone ${saying(client)}`;
  if (tooLate(step)) return `the client ${saying(step)}, although one was free`;
  return undefined;
}

/** The calls of one step. */
export const callsOfStep = (
  calls: readonly LoadCall[],
  step: { readonly system: string; readonly block: number; readonly ratePerS: number },
): readonly LoadCall[] =>
  calls.filter(
    ({ system, block, ratePerS, phase }) =>
      phase === "measured" && system === step.system && block === step.block && ratePerS === step.ratePerS,
  );

/** A step that was judged: with its reason when it is void. */
export interface JudgedStep extends StepSummary {
  readonly system: string;
  readonly block: number;
  readonly voided: string | undefined;
}

/** @returns `undefined` for a step without calls */
export function judgeStep(
  calls: readonly LoadCall[],
  step: { readonly system: string; readonly block: number; readonly ratePerS: number },
  rules: Rules,
): JudgedStep | undefined {
  const own = callsOfStep(calls, step);
  if (own.length === 0) return undefined;
  const clients = callsOfStep(calls, { ...step, system: clientSystem });
  const summary = summariseStep(step.ratePerS, own, rules);
  const client = clients.length === 0 ? undefined : summariseStep(step.ratePerS, clients, rules);
  const { system, block } = step;
  return { system, block, ...summary, voided: stepVoid(summary, client, rules) };
}

/** Between which rates the bound is lost. */
export interface Bracket {
  /** Greatest rate that held, with all lower ones; absent: not even the least did. */
  readonly heldPerS?: number;
  /** Least rate that did not; absent: all held. */
  readonly lostPerS?: number;
}

/** Steps of one system in one block. Void ones say nothing. */
export function bracketOf(steps: readonly Pick<JudgedStep, "ratePerS" | "holds" | "voided">[]): Bracket {
  const sound = steps.filter(({ voided }) => voided === undefined);
  const lost = Math.min(...sound.filter(({ holds }) => !holds).map(({ ratePerS }) => ratePerS));
  const held = Math.max(...sound.filter(({ holds, ratePerS }) => holds && ratePerS < lost).map((s) => s.ratePerS));
  return { ...(Number.isFinite(held) && { heldPerS: held }), ...(Number.isFinite(lost) && { lostPerS: lost }) };
}
