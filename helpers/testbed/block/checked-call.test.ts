import { expect, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { systemNamed } from "../../config/systems.ts";
import type { CallRequest, CallResult } from "../../gateway/caller.ts";
import type { Services } from "../suite/services.ts";
import { createCheckedCall } from "./checked-call.ts";

const system = systemNamed("native");
const publish = measuredFunctions.find(({ label }) => label === "product-purchase-publish");

/** Calls a function whose instance does not answer, or answers right; gives the limit of each call. */
async function limitsOf(answers: readonly ("right" | "none")[], latencyNs = 5e6): Promise<(number | undefined)[]> {
  if (publish === undefined) throw new TypeError("publish is measured");
  const limits: (number | undefined)[] = [];
  const remaining = answers.values();
  const invoke = (_name: string, { timeoutMs }: Partial<CallRequest> = {}): Promise<CallResult> => {
    limits.push(timeoutMs);
    const right = remaining.next().value === "right";
    return Promise.resolve({
      outcome: right ? "answered" : "timeout",
      ...(right ? {} : { reason: "no complete answer" }),
      ...{ status: right ? 200 : 0, startedAtNs: 0, latencyNs },
      ...{ headers: {}, body: Buffer.alloc(0) },
    });
  };
  const services = { client: { invoke }, systems: [system] } as unknown as Pick<Services, "client" | "systems">;
  const measured = { ...publish, check: () => undefined };
  const call = createCheckedCall(measured, services, { seed: 1, block: 0 });
  for (const round of answers.keys()) {
    await call({ system: system.name, block: 0, round, position: 0, phase: "measured" });
  }
  return limits;
}

test("an instance that failed three calls in a row is waited for a second, until it answers right", async () => {
  const answers = ["right", "none", "none", "right", "none", "none", "none", "none", "right", "none"] as const;
  const usual = undefined;
  expect(await limitsOf(answers)).toEqual([usual, usual, usual, usual, usual, usual, usual, 1_000, 1_000, usual]);
});

test("the limit leaves a slow function the time that it takes", async () => {
  const limits = await limitsOf(["right", "none", "none", "none", "none"], 2e9 + 1);
  expect(limits.slice(-1), "timers take whole milliseconds").toEqual([8_001]);
});
