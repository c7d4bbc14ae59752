import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
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
    lab: { mysql: { endpoint: { host: "127.0.0.1", port } } },
    databases: {},
    systems: [],
  } as unknown as Parameters<typeof partsOf>[0]);
  expect(await findLost(parts, 200)).toMatchObject({
    code: "E_MYSQL",
    message: expect.stringContaining("the database server no longer answers: timed out") as string,
  });
});
