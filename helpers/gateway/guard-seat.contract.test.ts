/** A function behind a gateway that has the guard in its own process. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { vanilla } from "../../fixtures/variants/vanilla.ts";
import { poll } from "../base/deadline.ts";
import { admissionHeader } from "../contracts/admission.ts";
import { hookedDeployment } from "../guards/embedded/hook-settings.ts";
import { buildImages } from "../images/build-images.ts";
import { policyDocument } from "../kalium/core/policy-export.ts";
import { createLearner } from "../kalium/learn/learner.ts";
import { readVerdictLog } from "../kalium/proxy/verdict-log.ts";
import {
  type GuardProxyInfo,
  type GuardProxyOptions,
  readGuardStatus,
  registerInstance,
  resetGuards,
} from "../kalium/proxy/index.ts";
import { callDoor } from "../base/control-door.ts";
import { createClient, type GatewayClient } from "./client.ts";
import { type GuardSeat, openGuardSeat } from "./guard-seat.ts";
import { startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

const functionName = "teller";
const definition = {
  name: functionName,
  handler: new URL("../../fixtures/kalium/testing/telling-function.ts", import.meta.url),
  needs: [],
  tables: {},
  calls: {},
} as const;

/** POST is allowed, and nothing sent. */
function policyText(semantics: "strict" | "reference"): string {
  const facts = { function: functionName, peerAddress: "", peerPort: 0, hasBody: false };
  const of = { ...facts, invocation: "1", sessionId: "1", instanceId: "1" };
  const learner = createLearner({ semantics, normalise: "path" });
  const events = [
    { ...of, name: "GETE", url: "function/", method: "POST" } as const,
    { ...of, name: "ENDE", url: "function", method: "" } as const,
  ];
  learner.add({ request: "1", round: 1, events });
  return policyDocument(learner.policy());
}

let seat: GuardSeat;
let gateway: TestGateway;
let client: GatewayClient;
let guard: GuardProxyInfo;

/** Puts the guard into the gateway's seat and a function under it. */
async function seatGuard(service: string, semantics: "strict" | "reference", env: Record<string, string> = {}) {
  await callDoor(seat.door, "DELETE", "/guard-proxy");
  const policy = { path: "policy.json", text: policyText(semantics) };
  const options = { host: "127.0.0.1", semantics, action: "enforce" } satisfies Partial<GuardProxyOptions>;
  const logPath = join(gateway.imagesDirectory, `guard-${randomBytes(4).toString("hex")}.jsonl`);
  guard = await callDoor(seat.door, "PUT", "/guard-proxy", {
    ...options,
    controller: { peer: "inside", policy },
    logPath,
  });
  const token = randomBytes(32).toString("base64url");
  const tokenFile = join(gateway.imagesDirectory, `${service}-token`); // plain processes have no files of secrets
  await writeFile(tokenFile, token);
  await registerInstance(guard, service, { functionName, token, normalise: "path" });
  const { envVars: hook } = hookedDeployment({
    address: guard.address,
    tokenSecret: "",
    quietMs: semantics === "strict" ? 50 : 0,
    action: "enforce",
  });
  const envVars = { ...hook, KALIUM_GUARD_TOKEN_FILE: tokenFile, ...env };
  await client.deploy({ service, image: `kalium-bench/${functionName}:vanilla`, envVars });
  await client.waitReady(service);
  await resetGuards(guard);
  return logPath;
}

const call = (service: string, { json = {}, headers = {}, method = "POST" } = {}) =>
  client.invoke(service, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(json),
  });

/** Until every invocation has ended, or the wait has. */
async function statusAtRest(service: string, ended: number) {
  return poll({ what: `${ended} ends of ${service}`, timeoutMs: 60_000, intervalMs: 20 }, async () => {
    const { instances } = await readGuardStatus(guard);
    const status = instances[service];
    return status !== undefined && status.events.ENDE >= ended ? status : undefined;
  });
}

const idsOf = async (logPath: string, event: string): Promise<number[]> => {
  const ids: number[] = [];
  for await (const line of readVerdictLog(logPath))
    if (line.kind === "verdict" && line.event === event) ids.push(line.id);
  return ids;
};

beforeAll(async () => {
  seat = await openGuardSeat();
  gateway = await startTestGateway({ admit: seat.admit });
  await buildImages({ functions: [definition], variant: vanilla, imagesDirectory: gateway.imagesDirectory });
  client = createClient({ url: gateway.url });
});
afterAll(async () => {
  client.close();
  await gateway.close();
  await seat.close();
});
beforeEach(async () => {
  for (const { name } of await client.list()) await client.remove(name);
});

test("the verdict comes with the call: the hook asks nothing, the function sees nothing of it", async () => {
  const logPath = await seatGuard("kalium-teller", "strict");
  const answer = await call("kalium-teller");
  expect(answer.status).toBe(200);
  expect(answer.body.toString()).toContain("x-call-id");
  expect(answer.body.toString()).not.toContain(admissionHeader);
  expect(await statusAtRest("kalium-teller", 1)).toMatchObject({
    events: { GETE: 1, ENDE: 1 },
    denied: 0,
    openRequests: 0,
  });
  expect(await idsOf(logPath, "GETE")).toEqual([-1]);
});

test("a call that the policy does not allow is refused, and the next one is served", async () => {
  await seatGuard("kalium-teller", "strict");
  const denied = await call("kalium-teller", { method: "PUT" });
  expect([denied.status, denied.body.toString()]).toEqual([403, expect.stringContaining("denied by policy")]);
  expect((await call("kalium-teller")).status).toBe(200);
  const { instances } = await readGuardStatus(guard);
  expect(instances["kalium-teller"]?.lastDenials).toMatchObject([{ event: "GETE", method: "PUT", verdict: "deny" }]);
});

test("a caller's own verdict is worth nothing, and does not reach the function", async () => {
  const logPath = await seatGuard("kalium-teller", "strict");
  const headers = { [admissionHeader]: "AAAAAAAAAAAAAAAAAAAAAA g1 s allow ok" };
  const denied = await call("kalium-teller", { method: "PUT", headers });
  const allowed = await call("kalium-teller", { headers });
  expect([denied.status, allowed.status]).toEqual([403, 200]);
  expect(allowed.body.toString()).not.toContain(admissionHeader);
  await readGuardStatus(guard);
  expect(await idsOf(logPath, "GETE")).toEqual([-1, -2]);
});

test.each([
  ["so many headers that the function refuses it", ""],
  ["so long headers that the watchdog refuses it", "x".repeat(40)],
])("a call with %s is over for the guard", async (_, value) => {
  const logPath = await seatGuard("kalium-teller", "strict");
  const many = Object.fromEntries(Array.from({ length: 1_005 }, (_, at) => [`x${at.toString(36)}`, value]));
  const answer = await call("kalium-teller", { headers: { ...many, [admissionHeader]: "forged" } });
  expect([answer.status, answer.body.toString()]).toEqual([431, expect.not.stringContaining(admissionHeader)]);
  const { events, denied, openRequests } = await statusAtRest("kalium-teller", 1);
  expect([events.GETE, events.ENDE, denied, openRequests]).toEqual([1, 1, 0, 0]);
  expect(await idsOf(logPath, "GETE")).toEqual([-1]);
});

test("the guard hears nothing of what the platform answers itself", async () => {
  await seatGuard("kalium-teller", "strict");
  const options = { method: "GET", headers: {} };
  const health = await client.invoke("kalium-teller", { ...options, path: "/_/health" });
  const { instances } = await readGuardStatus(guard);
  expect([health.status, instances["kalium-teller"]?.events.GETE]).toEqual([200, 0]);
});

test("a call ends once, whoever cuts it: the client, or the watchdog's limit", async () => {
  await seatGuard("kalium-teller", "strict", { exec_timeout: "60s" });
  const limited = await call("kalium-teller", { json: { waitMs: 3_000 }, headers: { "X-Timeout": "1s" } });
  expect(limited.status).toBe(504);
  const body = JSON.stringify({ waitMs: 3_000 });
  const { hostname, port } = new URL(gateway.url);
  const caller = connect(Number(port), hostname).on("error", () => undefined);
  const head = ["POST /function/kalium-teller HTTP/1.1", "Host: h", "Content-Type: application/json"];
  caller.write(`${[...head, `Content-Length: ${body.length}`].join("\r\n")}\r\n\r\n${body}`);
  await poll({ what: "the call of the client that leaves", timeoutMs: 60_000, intervalMs: 5 }, async () => {
    const { instances } = await readGuardStatus(guard);
    return (instances["kalium-teller"]?.events.GETE ?? 0) >= 2 ? true : undefined;
  });
  caller.destroy();
  // A call that is cut before the function has it may be one of its own there: denied, or with an end of its own.
  const atRest = { what: "the end of every call", timeoutMs: 60_000, intervalMs: 20 };
  const { events, denied } = await poll(atRest, async () => {
    const status = (await readGuardStatus(guard)).instances["kalium-teller"];
    return status !== undefined && status.openRequests === 0 && status.events.ENDE >= 2 ? status : undefined;
  });
  expect(events.ENDE + denied).toBe(events.GETE);
});

test("a guard that left denies all, although the gateway lives", async () => {
  await seatGuard("kalium-teller", "strict");
  expect((await call("kalium-teller")).status).toBe(200);
  await callDoor(seat.door, "DELETE", "/guard-proxy");
  expect((await call("kalium-teller")).status).toBe(403);
});

test("a call that the watchdog turns away is over for the guard", async () => {
  await seatGuard("kalium-teller", "strict", { max_inflight: "1" });
  const answers = await Promise.all([1, 2, 3].map(() => call("kalium-teller", { json: { waitMs: 1_000 } })));
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toContain(200);
  const { events, denied, openRequests } = await statusAtRest("kalium-teller", 3);
  expect([events.GETE, events.ENDE, denied, openRequests]).toEqual([3, 3, 0, 0]);
});

test("where requests share an automaton, the hook asks", async () => {
  const logPath = await seatGuard("kalium-teller", "reference");
  for (let count = 0; count < 3; count++) expect((await call("kalium-teller")).status).toBe(200);
  expect(await statusAtRest("kalium-teller", 3)).toMatchObject({ denied: 0 });
  expect((await idsOf(logPath, "GETE")).every((id) => id > 0)).toBe(true);
});
