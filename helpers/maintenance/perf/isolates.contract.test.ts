import { expect, test } from "vitest";
import { isolatesTable, measureIsolates } from "./isolates.ts";

test("measures each isolation on each runtime of this machine, and a fresh isolate costs time", async () => {
  const report = await measureIsolates({ seed: 7, rounds: 30, warmupRounds: 10 });
  const native = report.times.filter(({ runtime }) => runtime === "native");
  expect(native.map(({ isolation }) => isolation)).toEqual(["plain", "node:vm", "isolated-vm"]);
  const [plain, , isolate] = native;
  expect(plain?.ratio).toBe(1);
  expect(isolate?.addedNs).toBeGreaterThan(0);
  expect(isolatesTable(report)).toMatch(/native, isolated-vm +\d+\.\d{3} +\d+\.\d{3} +\d+\.\d{3} +\d+\.\d\d\n/);
});
