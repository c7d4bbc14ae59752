import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { filteredBridges } from "../sandboxes/bridge-filter.ts";
import { sweep } from "../sandboxes/sweep.ts";
import { gvisor } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc } from "./runc.ts";
import {
  askInstance,
  driverOf,
  openTestRun,
  patience,
  specFor,
  type TestRun,
  untilProbeReady,
} from "./testing/test-run.ts";

/** What a function reaches of this machine and its kernel. */
let run: TestRun;
beforeAll(async () => {
  run = await openTestRun();
});
afterAll(() => run[Symbol.asyncDispose]());

async function listening(host: string): Promise<number> {
  const server = createServer((socket) => socket.end()).listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

for (const runtime of [native, runc, gvisor]) {
  test(`under ${runtime.name} a function reaches what listens on the run's bridge alone`, async ({ skip }) => {
    const { network } = run.settings;
    if (network.kind !== "bridge") return skip(network.reason);
    if (network.unfiltered !== undefined) return skip(network.unfiltered);
    const opened = await runtime.open(run.settings, patience);
    if (!opened.available) return skip(opened.reason);
    const sandbox = await driverOf(opened).start(specFor(run), patience);
    onTestFinished(() => sandbox.stop(0));
    await untilProbeReady(sandbox);
    const reach = (host: string, port: number) => askInstance(sandbox, `/connect/${host}/${port}`);

    expect(await reach(network.hostAddress, await listening(network.hostAddress))).toBe("connected");
    expect(await reach(network.hostAddress, await listening("0.0.0.0"))).toBe("ECONNREFUSED");
    expect(await reach(network.hostAddress, await listening("::"))).toBe("ECONNREFUSED");
    const others = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
    const other = others.find(
      ({ family, internal, address }) => family === "IPv4" && !internal && address !== network.hostAddress,
    );
    if (other !== undefined) expect(await reach(other.address, await listening(other.address))).not.toBe("connected");
    expect(await reach("127.0.0.1", await listening("127.0.0.1"))).not.toBe("connected");
  });
}

test("runc keeps files and calls of the host's kernel from a function", async ({ skip }) => {
  const opened = await runc.open(run.settings, patience);
  if (!opened.available) return skip(opened.reason);
  const sandbox = await driverOf(opened).start(specFor(run), patience);
  onTestFinished(() => sandbox.stop(0));
  await untilProbeReady(sandbox);
  const status = (await askInstance(sandbox, "/status")) as string;
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(/^Seccomp:\t2$/m);
  expect(status).toMatch(/^CapBnd:\t0{16}$/m);
  expect(await askInstance(sandbox, "/keys")).toBe("");
  expect(await askInstance(sandbox, "/write-sys")).toMatch(/EROFS|EACCES/);
});

test("the rules go with the bridge, or with a sweep", async ({ skip }) => {
  const other = await openTestRun();
  const { network, runId } = other.settings;
  onTestFinished(() => other[Symbol.asyncDispose]());
  if (network.kind !== "bridge" || network.unfiltered !== undefined) return skip("no filter on this machine");
  expect(await filteredBridges()).toContain(network.bridge);
  const { swept } = await sweep({ runId });
  expect(swept[0]?.removed).toContain(`filter of ${network.bridge}`);
  expect(await filteredBridges()).not.toContain(network.bridge);
});
