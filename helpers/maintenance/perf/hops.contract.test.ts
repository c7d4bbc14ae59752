import { expect, test } from "vitest";
import { openDoors } from "./empty-function-gateway.ts";
import { hopsTable, measureHops } from "./hops.ts";

test("measures all ways, and a way with more hops takes longer", async () => {
  const report = await measureHops({ seed: 7, rounds: 150, warmupRounds: 50 });
  expect(report.ways.map(({ name }) => name)).toEqual(["bare loop", "direct", "via watchdog", "via gateway"]);
  for (const { p50Ns, p95Ns } of report.ways) {
    expect(p50Ns).toBeGreaterThan(0);
    expect(p95Ns).toBeGreaterThanOrEqual(p50Ns);
  }
  const [, watchdog, gateway] = report.differences;
  expect(watchdog?.p50Ns).toBeGreaterThan(0);
  expect(gateway?.p50Ns).toBeGreaterThan(0);
  expect(hopsTable(report)).toMatch(/via gateway +\d+\.\d{3} +\d+\.\d{3}/);
});

test("leaves no gateway and no function behind", async () => {
  const doors = await openDoors();
  expect((await fetch(doors.gateway, { method: "POST" })).status).toBe(200);
  await doors[Symbol.asyncDispose]();
  for (const url of [doors.gateway, doors.watchdog, doors.function]) await expect(fetch(url)).rejects.toThrow();
});
