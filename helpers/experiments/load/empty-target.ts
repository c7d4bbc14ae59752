import { startService } from "../../base/child-service.ts";
import { createCaller } from "../../gateway/caller.ts";
import type { Hook } from "../../testbed/suite/hook.ts";
import { putUp } from "../../testbed/suite/hooks.ts";
import type { StepTarget } from "./run-step.ts";

/** A server that does nothing, in a process of its own: what the load generator can do by itself. */
export const startEmptyTarget: Hook<StepTarget> = async ({ lab: { config } }) => {
  await using stack = new AsyncDisposableStack();
  const entry = new URL("empty-target-service.ts", import.meta.url);
  const server = await startService<{ readonly url: string }>(entry, {}, { name: "empty target", timeoutMs: 120_000 });
  stack.use(server);
  const caller = createCaller({ connection: config.plan.connection, timeoutMs: config.callTimeoutMs });
  stack.defer(() => caller.close());
  const target: StepTarget = async () => {
    const { outcome, ...result } = await caller.call({ url: server.info.url, body: "{}" });
    return { ...result, outcome: outcome === "answered" ? "ok" : outcome };
  };
  return putUp(target, stack);
};
