import { variantNamed } from "../../../fixtures/variants/index.ts";
import type { Sample } from "../../../reports/records/record.ts";
import type { Answer, CallPlace, MeasuredFunction } from "../../contracts/application.ts";
import type { CallResult } from "../../gateway/caller.ts";
import { nsToMs } from "../../base/clock.ts";
import { guards } from "../../guards/index.ts";
import type { PlannedCall } from "../../measure/plan.ts";
import { platformWords } from "./platform-words.ts";
import { serviceName } from "../../config/systems.ts";
import type { Services } from "../suite/services.ts";

/** A guarded instance that hangs does so for ever, and its block is void for that system: no further call is worth a longer wait. */
const hungPatienceMs = 100;

/**
 * An instance that failed so many calls in a row is waited for no longer than this, or than four times its slowest right
 * answer: else each call of the block takes the whole limit, and a block half an hour.
 */
const failuresInRow = 3;
const failingPatienceMs = 1_000;
const overSlowest = 4;

export interface CheckedCall {
  readonly sample: Sample;
  /** Why it is not the right answer, perhaps in several lines; `undefined` when it is. */
  readonly problem: string | undefined;
}

/**
 * Makes one planned call through the gateway and checks its answer, outside the clock. The request is the same
 * for every system of a round. What is not the right answer is a sample with a reason, never a fast one.
 */
export function createCheckedCall(
  measured: MeasuredFunction,
  { client, systems, images }: Pick<Services, "client" | "systems" | "images">,
  place: Pick<CallPlace, "seed" | "block">,
): (call: PlannedCall) => Promise<CheckedCall> {
  const testbed = { imageUrl: images?.imageUrl ?? "" };
  const { entry, path } = measured;
  const usual = { method: "POST", body: measured.input(testbed), headers: { "content-type": "application/json" } };
  const made = new Map<string, number>();
  const calls = new Map(
    systems.map((system) => {
      const variant = variantNamed(system.variant);
      const headers = variant.requestHeaders?.(measured);
      const { check } = variant.expectation?.(measured) ?? measured;
      const hangs = guards[system.guard].losesInstances === true;
      return [system.name, { service: serviceName(system, entry), headers, check, hangs }];
    }),
  );
  const hung = new Set<string>();
  const failures = new Map<string, number>();
  const slowestNs = new Map<string, number>();
  const patienceOf = (system: string): { readonly timeoutMs?: number } => {
    if (hung.has(system)) return { timeoutMs: hungPatienceMs };
    if ((failures.get(system) ?? 0) < failuresInRow) return {};
    return { timeoutMs: Math.max(failingPatienceMs, Math.ceil(overSlowest * nsToMs(slowestNs.get(system) ?? 0))) };
  };
  return async (call) => {
    const planned = calls.get(call.system);
    if (planned === undefined) throw new TypeError(`${call.system} is not a system of this stage`);
    const iteration = made.get(call.system) ?? 0;
    made.set(call.system, iteration + 1);
    const { method, headers, body } = measured.request?.(testbed, { ...place, iteration }) ?? usual;
    const result = await client.invoke(planned.service, {
      ...{ path, method, headers: { ...headers, ...planned.headers } },
      body: typeof body === "string" ? body : Buffer.from(body),
      ...patienceOf(call.system),
    });
    if (planned.hangs && result.outcome === "timeout") hung.add(call.system);
    const answered = checked(call, result, (answer) => planned.check(answer, testbed));
    const isRight = answered.problem === undefined;
    failures.set(call.system, isRight ? 0 : (failures.get(call.system) ?? 0) + 1);
    if (isRight) slowestNs.set(call.system, Math.max(slowestNs.get(call.system) ?? 0, result.latencyNs));
    return answered;
  };
}

function checked(call: PlannedCall, result: CallResult, check: (answer: Answer) => string | undefined): CheckedCall {
  const { outcome, status, headers, body, startedAtNs, latencyNs, firstByteNs, supervisorNs } = result;
  const lost = outcome === "answered" ? platformWords(result) : result.reason;
  const wrong =
    outcome === "answered" && lost === undefined
      ? check({ status, contentType: headers["content-type"], body: body.toString(), bytes: body })
      : undefined;
  const problem = wrong ?? lost;
  const reason = problem?.replaceAll(/\n\s*/g, "; ");
  const sample: Sample = {
    ...call,
    startedAtNs,
    latencyNs,
    ...(firstByteNs !== undefined && { firstByteNs }),
    status,
    outcome: outcomeOf(outcome, { wrong, lost }),
    ...(reason !== undefined && { reason }),
    ...(supervisorNs !== undefined && { supervisorNs }),
  };
  return { sample, problem };
}

function outcomeOf(
  outcome: CallResult["outcome"],
  { wrong, lost }: { readonly wrong: string | undefined; readonly lost: string | undefined },
): Sample["outcome"] {
  if (outcome !== "answered") return outcome;
  if (lost !== undefined) return "error";
  return wrong === undefined ? "ok" : "wrong-answer";
}
