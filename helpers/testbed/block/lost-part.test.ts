import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { findLost, type Part, partsOf } from "./lost-part.ts";

const answers: Part = { name: "the gateway", code: "E_SERVICE", ask: () => Promise.resolve() };

test("a part that refuses is named, with the next command; the error ends the run", async () => {
  const gone: Part = { name: "the mail sink", code: "E_SERVICE", ask: () => Promise.reject(new Error("ECONNREFUSED")) };
  expect(await findLost([answers])).toBeUndefined();
  expect(await findLost([answers, gone])).toMatchObject({
    code: "E_SERVICE",
    message: expect.stringMatching(/^the mail sink no longer answers: ECONNREFUSED\n {2}-> .*npm run resume/) as string,
    details: { endsRun: true },
  });
});

test("a database server that takes connections and says nothing is lost", async () => {
  const silent = createServer();
  onTestFinished(() => void silent.close());
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = silent.address() as AddressInfo;
  const parts = partsOf({
    client: { alive: () => Promise.resolve() },
    lab: { runDirectory: tmpdir(), mysql: { endpoint: { host: "127.0.0.1", port } } },
    databases: {},
    systems: [],
  } as unknown as Parameters<typeof partsOf>[0]);
  expect(await findLost(parts, 200)).toMatchObject({
    code: "E_MYSQL",
    message: expect.stringContaining("the database server no longer answers: timed out") as string,
  });
});

const always = ["the measuring worker", "the folder of the run"];

test("a folder of the run that cannot be written is said so", async () => {
  const parts = partsOf({
    client: { alive: () => Promise.resolve() },
    lab: { runDirectory: "/proc/no-such-folder" },
    systems: [],
  } as unknown as Parameters<typeof partsOf>[0]);
  expect(await findLost(parts)).toMatchObject({
    code: "E_SERVICE",
    message: expect.stringMatching(/^the folder of the run cannot be written: ENOENT/) as string,
  });
});

test("a name server that is asked and says nothing is lost; one of a cluster is not asked", async () => {
  const services = {
    client: { alive: () => Promise.resolve() },
    lab: { runDirectory: tmpdir(), names: { gateway: "gateway.openfaas" }, network: { hostAddress: "127.0.0.1" } },
    systems: [],
  };
  const names = (parts: readonly Part[]): readonly string[] => parts.map(({ name }) => name);
  const of = (lab: object): readonly Part[] =>
    partsOf({ ...services, lab: { ...services.lab, ...lab } } as unknown as Parameters<typeof partsOf>[0]);
  expect(names(of({ cluster: {} }))).toEqual([...always, "the gateway"]);
  const silent = createSocket("udp4");
  onTestFinished(() => void silent.close());
  silent.bind(0, "127.0.0.1");
  await once(silent, "listening");
  const parts = of({ network: { hostAddress: `127.0.0.1:${silent.address().port}` } });
  expect(names(parts)).toEqual([...always, "the gateway", "the name server"]);
  expect(await findLost(parts, 200)).toMatchObject({
    code: "E_SERVICE",
    message: expect.stringContaining("the name server no longer answers: timed out") as string,
  });
});
