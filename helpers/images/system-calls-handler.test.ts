import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { operationNames } from "../../reports/records/system-call-record.ts";
import systemCalls, { operations } from "./system-calls-handler.ts";

test("the function has the operations that records name", () => {
  expect(Object.keys(operations)).toEqual([...operationNames]);
});

test.each(operationNames)("%s is done and timed", async (operation) => {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const echo = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  printNowhere();
  const { count, ns } = await systemCalls({ body: { operation, batches: 3, batchMs: 0.01, echo } });
  expect(count).toBeGreaterThanOrEqual(1);
  expect(ns).toHaveLength(3);
  for (const time of ns) expect(time).toBeGreaterThan(0);
});

/** Until the test's end. */
function printNowhere(): void {
  const [stdout, fd] = [process.stdout as { fd: number }, openSync("/dev/null", "w")];
  const before = stdout.fd;
  stdout.fd = fd;
  onTestFinished(() => {
    stdout.fd = before;
    closeSync(fd);
  });
}

test("what leaves the sandbox needs a server that the request names", async () => {
  const asked = systemCalls({ body: { operation: "tcp-out-64", batches: 1, batchMs: 1 } });
  await expect(asked).rejects.toThrow("the request names no echo server outside the sandbox");
});

test("an operation that it does not have is refused by its name", async () => {
  const asked = systemCalls({ body: { operation: "reboot", batches: 1, batchMs: 1 } });
  await expect(asked).rejects.toThrow("no operation is called reboot");
});
