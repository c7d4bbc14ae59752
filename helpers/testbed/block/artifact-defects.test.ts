/** Defects of the artifact's stack files and request loops that our deployments and calls could have, too. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import type { Sample } from "../../../reports/records/record.ts";
import type { System } from "../../contracts/system.ts";
import { createClient } from "../../gateway/client.ts";
import { readWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import type { PlannedCall } from "../../measure/plan.ts";
import { systemNamed, systems } from "../../config/systems.ts";
import { createCheckedCall } from "./checked-call.ts";
import { createDatabaseCheck } from "./database-check.ts";
import { deploymentOf, type SystemDeployment, type Surroundings } from "./deployment.ts";

const gatewayUrl = "http://10.201.1.1:8080";
const imageUrl = "https://10.201.1.1:4443/image.jpg";
const surroundings: Surroundings = {
  gatewayUrl,
  database: { host: "10.201.1.1", port: 3306, name: "kb_ab12cd_0", user: "u" },
  mail: { host: "10.201.1.1", port: 2525 },
  privateCa: true,
  imageUrl,
  variantSecrets: [],
  tlsVersion: "1.2",
  proxied: "wired",
  workload: "lean",
  chargeSeed: 1,
  paddingBytes: 12,
  memoryMiB: 512,
  callTimeoutMs: 15_000,
};
const deploymentsUnder = (system: System): readonly SystemDeployment[] =>
  functions.map((definition) => deploymentOf(definition, system, definition.name, surroundings));
const all = systems.flatMap((system) => deploymentsUnder(system).map((deployment) => ({ system, deployment })));
const urlsIn = ({ envVars }: SystemDeployment): readonly URL[] =>
  Object.values(envVars).flatMap((value) =>
    [...value.matchAll(/https?:\/\/[^\s"'\\,]+/g)].map(([found]) => new URL(found)),
  );

/** Calls one function through something that answers in place of the gateway. */
async function callAnswered(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { label = "product-purchase-publish", system = "gvisor", callTimeoutMs = 5_000 } = {},
): Promise<Sample> {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = createClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    callTimeoutMs,
  });
  onTestFinished(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  const measured = measuredFunctions.find((candidate) => candidate.label === label);
  if (measured === undefined) throw new TypeError(`${label} is not measured`);
  const selected = systems.filter(({ name }) => name === system);
  const call: PlannedCall = { system, block: 0, round: 0, position: 0, phase: "measured" };
  return (await createCheckedCall(measured, { client, systems: selected }, { seed: 1, block: 0 })(call)).sample;
}

test("D-B2: a fast error or a wrong body is a wrong answer with its reason; a lost connection, and what the platform says, an error", async () => {
  const failed = await callAnswered((_request, response) => response.writeHead(500).end("ServerError"));
  expect(failed).toMatchObject({
    outcome: "wrong-answer",
    status: 500,
    reason: expect.stringMatching(/^status 500/) as string,
  });
  const wrong = await callAnswered((_request, response) => response.end("{}"));
  expect(wrong).toMatchObject({
    outcome: "wrong-answer",
    status: 200,
    reason: expect.stringMatching(/^wrong body/) as string,
  });
  const unreachable = await callAnswered((_request, response) =>
    response.writeHead(500, { "X-OpenFaaS-Internal": "proxy" }).end("Can't reach service for: f."),
  );
  expect(unreachable).toMatchObject({
    outcome: "error",
    status: 500,
    reason: "proxy answered 500 in the function's place: Can't reach service for: f.",
  });
  const late = await callAnswered((_request, response) => response.writeHead(502).end());
  expect(late).toMatchObject({ outcome: "error", reason: "gateway answered 502 in the function's place" });
  const own = await callAnswered((_request, response) => response.writeHead(502).end("no payment"));
  expect(own).toMatchObject({ outcome: "wrong-answer", status: 502 });
  const lost = await callAnswered((request) => request.socket.destroy());
  expect(lost).toMatchObject({ outcome: "error", status: 0, reason: expect.stringMatching(/socket|reset/i) as string });
});

test("D-B3: an answer that does not come in time is a time-out of at least the limit", async () => {
  const sample = await callAnswered(() => undefined, { callTimeoutMs: 30 });
  expect(sample).toMatchObject({ outcome: "timeout", status: 0, reason: "no complete answer within 30 ms" });
  expect(sample.latencyNs).toBeGreaterThan(25e6); // the timer's own resolution
});

test("D-B3, D-C15: one limit holds for every function under every system, where the watchdog reads it", () => {
  const limits = all.map(({ deployment }) => {
    const { execTimeoutMs, readTimeoutMs, writeTimeoutMs } = readWatchdogSettings(deployment.envVars, undefined);
    return [execTimeoutMs, readTimeoutMs, writeTimeoutMs];
  });
  expect(new Set(limits.flat())).toEqual(new Set([surroundings.callTimeoutMs]));
});

test("D-B5: every system gets the same bytes", async () => {
  const bodies = await Promise.all(
    systems.map(async ({ name }) => {
      let body: Promise<string> = Promise.resolve("");
      await callAnswered(
        (request, response) => {
          body = text(request);
          void body.then(() => response.end());
        },
        { system: name },
      );
      return body;
    }),
  );
  expect(bodies[0]).not.toBe("");
  expect(new Set(bodies).size).toBe(1);
});

test("D-B7, D-C11: a function calls functions that are deployed, under its own system", () => {
  const deployed = new Set(all.map(({ deployment }) => deployment.service));
  for (const { system, deployment } of all) {
    const called = urlsIn(deployment)
      .filter(({ pathname }) => pathname.startsWith("/function/"))
      .map(({ pathname }) => pathname.slice("/function/".length));
    for (const name of called) {
      expect(deployed, `${deployment.service} calls ${name}`).toContain(name);
      expect(name.startsWith(`${system.name}-product`), `${deployment.service} calls ${name}`).toBe(true);
    }
  }
  const master = all.find(({ deployment }) => deployment.service === "gvisor-product-photos-master");
  expect(master && urlsIn(master.deployment).length).toBeGreaterThanOrEqual(6);
});

test("D-B11: every function has exactly one instance", () => {
  for (const { deployment } of all) {
    expect(deployment.labels).toEqual({ "com.openfaas.scale.min": "1", "com.openfaas.scale.max": "1" });
  }
});

test("D-B12: a system whose rows are not the seed at the start of a block is void", async () => {
  const compared = [systemNamed("gvisor"), systemNamed("native")];
  const changedTables = ({ name }: System) => Promise.resolve(name === "native" ? ["storedPhotosTable"] : []);
  const voids = await createDatabaseCheck({ changedTables }, compared, functions).before();
  expect(voids).toEqual([{ system: "native", reason: expect.stringContaining("storedPhotosTable") as string }]);
});

test("D-C12: no two deployments have the same name", () => {
  expect(new Set(all.map(({ deployment }) => deployment.service)).size).toBe(all.length);
});

test("D-C14: systems of one variant differ in their names and their runtime alone, the images included", () => {
  const neutral = (name: string): string =>
    JSON.stringify(deploymentsUnder(systemNamed(name)))
      .replaceAll(`${name}-`, "X-")
      .replaceAll(`"com.openfaas.profile":"${systemNamed(name).runtime}"`, "");
  for (const name of ["native", "runc", "gvisor-aa"]) expect(neutral(name)).toBe(neutral("gvisor"));
});

test("D-C16: every function names the runtime of its system, none is left to a default", () => {
  for (const { system, deployment } of all) {
    expect(deployment.annotations, deployment.service).toMatchObject({ "com.openfaas.profile": system.runtime });
  }
});

test("D-C17: no function gets an address of another run", () => {
  const own = new Set([gatewayUrl, imageUrl].map((url) => new URL(url).host));
  for (const { deployment } of all) {
    for (const { host } of urlsIn(deployment)) expect(own, deployment.service).toContain(host);
  }
});

test("D-C20: passwords reach a function as files, by the name of the secret only", () => {
  const assign = all.find(({ deployment }) => deployment.service === "gvisor-product-photos-1-assign");
  expect(assign?.deployment.secrets).toContain("gvisor-database-password");
  expect(assign?.deployment.envVars["PASS_FILE"]).toBe("/var/openfaas/secrets/gvisor-database-password");
  for (const { deployment } of all) expect(Object.keys(deployment.envVars)).not.toContain("PASS");
});

test("functions are deployed without debug output", () => {
  for (const { deployment } of all) {
    expect(Object.keys(deployment.envVars).filter((name) => /debug/i.test(name))).toEqual([]);
  }
});
