import { expect, test } from "vitest";
import type { Sandbox } from "../contracts/sandbox.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import { explainPorts, whyNotReady } from "./not-ready.ts";

const at = (port: number, loopbackOnly = false) => ({ port, loopbackOnly });

test.each([
  [[], [], /listens on no port$/, /watchdog/],
  [[], ["3000/tcp"], /no port; its image exposes 3000\/tcp/, /watchdog/],
  [[at(3000), at(3000), at(22)], [], /listens on port 22, 3000, and calls come in on port 8080/, /port 8080/],
  [[at(8080, true)], [], /port 8080 of its own loopback alone/, /0\.0\.0\.0:8080/],
  [[at(8080), at(3000)], [], /listens on port 8080, and does not answer/, /log/],
])("of %j, with %j exposed, says what keeps it from being ready", (listening, exposed, reason, hint) => {
  const found = explainPorts(listening, 8080, exposed);
  expect(found.reason).toMatch(reason);
  expect(found.hint).toMatch(hint);
});

test("only another port will not change with another start", () => {
  expect(explainPorts([at(3000)], 8080, []).lasting).toBe(true);
  expect(explainPorts([], 8080, []).lasting).toBeUndefined();
});

test("says that a function writes to a read-only root file system", async () => {
  const plan = {
    image: { kind: "fetched", config: { exposedPorts: [] } },
    deployment: { readOnlyRootFilesystem: true },
  } as unknown as DeploymentPlan;
  const sandbox = { port: 8080 } as Sandbox;
  const seen = await whyNotReady(sandbox, plan, ["OSError: [Errno 30] Read-only file system: '/x'"]);
  expect(seen?.hint).toContain("readonly_root_filesystem");
  expect(await whyNotReady(sandbox, plan, ["hello"])).toBeUndefined();
});
