/** A function in a sandbox, under guard, that is made to call a URL outside its policy. */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundleFunction } from "../../fixtures/hello-retail/testing/bundle-function.ts";
import { request } from "../../fixtures/hello-retail/testing/request.ts";
import { startHttp, type TestServer } from "../../fixtures/hello-retail/testing/start-http.ts";
import type { SandboxDriver } from "../contracts/sandbox.ts";
import { createBundler } from "../images/bundler.ts";
import { gvisor } from "../runtimes/gvisor.ts";
import { native } from "../runtimes/native.ts";
import { openTestRun, patience, specFor, type TestRun } from "../runtimes/testing/test-run.ts";
import { untilReady } from "../gateway/readiness.ts";
import { startController } from "./controller/index.ts";
import { controllerSecurity, guardSecurity, makeRunKeys } from "./controller/keys.ts";
import type { EventName } from "./core/event.ts";
import { policyDocument } from "./core/policy-export.ts";
import { createLearner } from "./learn/learner.ts";
import { type GuardProxyInfo, readGuardStatus, registerInstance, startGuardProxy } from "./proxy/index.ts";

const hook = fileURLToPath(new URL("../../fixtures/kalium/hook/index.ts", import.meta.url));
const handler = new URL("../../fixtures/kalium/testing/sending-function.ts", import.meta.url);
const functionName = "shop";

/** An order goes to the catalog, and nowhere else. */
function policyText(): string {
  const steps: readonly (readonly [EventName, string, string])[] = [
    ["GETE", "function/", "POST"],
    ["SEND", "catalog/order", "POST"],
    ["RESP", "catalog/order", "POST"],
    ["ENDE", "function", ""],
  ];
  const facts = { function: functionName, peerAddress: "", peerPort: 0, hasBody: false };
  const events = steps.map(([name, url, method]) => ({
    ...facts,
    ...{ name, url, method, invocation: "1", sessionId: "1", instanceId: "1" },
  }));
  const learner = createLearner({ semantics: "strict", normalise: "path" });
  learner.add({ request: "1", round: 1, events });
  return policyDocument(learner.policy());
}

/** Controller and proxy of the run; they end with the test. */
async function startGuard(run: TestRun, action: "enforce" | "monitor"): Promise<GuardProxyInfo> {
  const policyPath = join(run.settings.runDirectory, "policy.json");
  await writeFile(policyPath, policyText());
  const keys = makeRunKeys();
  const security = controllerSecurity(keys);
  const controller = await startController({ host: "127.0.0.1", policyPath, semantics: "strict", security });
  onTestFinished(() => controller.stop());
  const proxy = await startGuardProxy({
    host: run.settings.network.hostAddress,
    semantics: "strict",
    action,
    controller: { address: controller.info.address, security: guardSecurity(keys), peer: "embedded" },
  });
  onTestFinished(() => proxy.stop());
  return proxy.info;
}

/** The function's URL. */
async function startShop(
  run: TestRun,
  driver: SandboxDriver,
  { proxy, catalog }: { readonly proxy: GuardProxyInfo; readonly catalog: TestServer },
): Promise<string> {
  const imageDirectory = join(run.settings.runDirectory, "shop-image");
  await mkdir(imageDirectory);
  await bundleFunction(handler, join(imageDirectory, "index.cjs"));
  await writeFile(
    join(imageDirectory, "guard.cjs"),
    await createBundler()({ code: `import ${JSON.stringify(hook)};` }),
  );
  const token = randomBytes(32).toString("base64url");
  const peers = { [new URL(catalog.url).host]: "catalog" };
  await registerInstance(proxy, functionName, { functionName, token, peers });
  const spec = specFor(run, {
    imageDirectory,
    command: ["node", "index.cjs"],
    env: {
      NODE_OPTIONS: "--require=./guard.cjs",
      KALIUM_GUARD_ADDRESS: proxy.address,
      KALIUM_GUARD_TOKEN_FILE: "/var/openfaas/secrets/guard-token",
      KALIUM_GUARD_QUIET_MS: "300",
    },
    secrets: { "guard-token": token },
  });
  const sandbox = await driver.start(spec, patience);
  onTestFinished(() => sandbox.stop(0));
  await untilReady(sandbox, "/_/health", { hint: patience, timeoutMs: 120_000, signal: patience });
  return `http://${sandbox.host}:${sandbox.port}/`;
}

describe.each([native, gvisor])("on $name", (runtime) => {
  test.for(["enforce", "monitor"] as const)("%s", async (action, { skip }) => {
    const run = await openTestRun();
    onTestFinished(() => run[Symbol.asyncDispose]());
    const opened = await runtime.open(run.settings, patience);
    if (!opened.available) return skip(`${runtime.name}: ${opened.reason}`);
    const { hostAddress } = run.settings.network;
    const [catalog, elsewhere] = [
      await startHttp(() => ({ body: "ordered" }), hostAddress),
      await startHttp(() => ({ body: "stolen" }), hostAddress),
    ];
    onTestFinished(async () => {
      for (const server of [catalog, elsewhere]) await server[Symbol.asyncDispose]();
    });
    const proxy = await startGuard(run, action);
    const url = await startShop(run, opened.driver, { proxy, catalog });
    const order = async (...urls: readonly string[]): Promise<unknown> =>
      JSON.parse((await request(url, { body: { urls } })).body);
    const [ordering, stealing] = [`${catalog.url}/order`, `${elsewhere.url}/steal`];
    const ordered = { status: 200, body: "ordered" };

    expect(await order(ordering)).toEqual([ordered]);
    const [stolen, afterwards] = (await order(stealing, ordering)) as readonly unknown[];
    expect(await order(ordering)).toEqual([ordered]);

    // What the policy allows continues, in the same invocation and in the next.
    expect(afterwards).toEqual(ordered);
    expect(catalog.requests).toHaveLength(3);
    const { instances } = await readGuardStatus(proxy);
    const { denied, lastDenials = [] } = instances[functionName] ?? {};
    expect(lastDenials[0]).toMatchObject({ event: "SEND", method: "POST", verdict: "deny", reason: "unknown-event" });
    if (action === "enforce") {
      expect(stolen).toMatch(/denied by policy: SEND POST .*unknown-event/);
      expect([elsewhere.requests.length, denied]).toEqual([0, 1]); // not one byte of it
    } else {
      expect(stolen).toEqual({ status: 200, body: "stolen" });
      expect([elsewhere.requests.length, denied]).toEqual([1, 2]); // and its answer, reported as well
    }
  });
});
