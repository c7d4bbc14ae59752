import { variantNamed } from "../../../fixtures/variants/index.ts";
import type { Sample } from "../../../reports/records/record.ts";
import type { Answer, MeasuredFunction } from "../../contracts/application.ts";
import type { CallResult } from "../../gateway/caller.ts";
import { guards } from "../../guards/index.ts";
import type { PlannedCall } from "../../measure/plan.ts";
import { serviceName } from "../../config/systems.ts";
import type { Services } from "../suite/services.ts";

/** A guarded instance that hangs does so for ever, and its block is void for that system: no further call is worth a longer wait. */
const hungPatienceMs = 100;

/**
 * Makes one planned call through the gateway and checks its answer, outside the clock. The body of the request is the
 * same for every system. What is not the right answer is a sample with a reason, never a fast one.
 */
export function createCheckedCall(
  measured: MeasuredFunction,
  { client, systems, images }: Pick<Services, "client" | "systems" | "images">,
): (call: PlannedCall) => Promise<Sample> {
  const testbed = { imageUrl: images?.imageUrl ?? "" };
  const { entry, path } = measured;
  const body = measured.input(testbed);
  const calls = new Map(
    systems.map((system) => {
      const variant = variantNamed(system.variant);
      const headers = { "content-type": "application/json", ...variant.requestHeaders?.(measured) };
      const { check } = variant.expectation?.(measured) ?? measured;
      const hangs = guards[system.guard].losesInstances === true;
      return [system.name, { service: serviceName(system, entry), request: { path, body, headers }, check, hangs }];
    }),
  );
  const hung = new Set<string>();
  return async (call) => {
    const planned = calls.get(call.system);
    if (planned === undefined) throw new TypeError(`${call.system} is not a system of this stage`);
    const request = hung.has(call.system) ? { ...planned.request, timeoutMs: hungPatienceMs } : planned.request;
    const result = await client.invoke(planned.service, request);
    if (planned.hangs && result.outcome === "timeout") hung.add(call.system);
    return { ...call, ...sampleOf(result, (answer) => planned.check(answer, testbed)) };
  };
}

function sampleOf(result: CallResult, check: (answer: Answer) => string | undefined) {
  const { outcome, status, headers, body, startedAtNs, latencyNs, firstByteNs, supervisorNs } = result;
  const wrong =
    outcome === "answered" ? check({ status, contentType: headers["content-type"], body: body.toString() }) : undefined;
  const reason = wrong ?? result.reason;
  return {
    startedAtNs,
    latencyNs,
    ...(firstByteNs !== undefined && { firstByteNs }),
    status,
    outcome: outcome !== "answered" ? outcome : wrong === undefined ? ("ok" as const) : ("wrong-answer" as const),
    ...(reason !== undefined && { reason }),
    ...(supervisorNs !== undefined && { supervisorNs }),
  };
}
