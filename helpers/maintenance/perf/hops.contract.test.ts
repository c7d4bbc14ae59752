import { expect, test } from "vitest";
import { openDoors } from "./empty-function-gateway.ts";
import { hopsTable, measureHops } from "./hops.ts";

const ownWays = ["bare loop", "direct", "via watchdog", "via gateway"];

test("measures all ways, and says what each has more than the way before", async () => {
  const report = await measureHops({ seed: 7, rounds: 150, warmupRounds: 50 });
  expect(report.ways.map(({ name }) => name)).toEqual(ownWays);
  expect(report.ratio).toBeUndefined();
  for (const { p50Ns, p95Ns } of report.ways) {
    expect(p50Ns).toBeGreaterThan(0);
    expect(p95Ns).toBeGreaterThanOrEqual(p50Ns);
  }
  expect(report.differences).toHaveLength(3);
  for (const { p50Ns, p95Ns, goalNs, met } of report.differences) {
    expect(p95Ns).toBeGreaterThanOrEqual(p50Ns); // on a busy machine a way with more hops may take less time
    expect(met).toBe(p50Ns <= (goalNs ?? Number.NaN));
  }
  expect(hopsTable(report)).toMatch(/via gateway +\d+\.\d{3} +\d+\.\d{3}/);
});

test("calls another chain in the same rounds, and says what ours adds relative to it", async () => {
  await using doors = await openDoors();
  const report = await measureHops({ seed: 7, rounds: 20, warmupRounds: 5, against: doors.gateway });
  expect(report.ways.map(({ name }) => name)).toEqual([...ownWays, "via --against"]);
  const [ours, theirs] = report.differences.slice(-2);
  expect(theirs?.what).toBe("--against (- direct)");
  expect(theirs).not.toHaveProperty("met");
  expect(report.ratio?.ratio).toBe((ours?.p50Ns ?? 0) / (theirs?.p50Ns ?? 0));
  expect(hopsTable(report)).toMatch(/by ours \/ by --against: \S+ \(goal 0\.45\) (?:met|missed)/);
  const missing = `${doors.gateway}-missing`;
  await expect(measureHops({ seed: 7, rounds: 1, warmupRounds: 0, against: missing })).rejects.toThrow("status 404");
});

test("each way goes through what it says", async () => {
  await using doors = await openDoors();
  const headers = async (url: string): Promise<readonly boolean[]> => {
    const answer = await fetch(url, { method: "POST" });
    return ["x-duration-seconds", "x-call-id"].map((name) => answer.headers.has(name));
  };
  expect(await headers(doors.function)).toEqual([false, false]);
  expect(await headers(doors.watchdog)).toEqual([true, false]);
  expect(await headers(doors.gateway)).toEqual([true, true]);
});

test("leaves no gateway and no function behind", async () => {
  const doors = await openDoors();
  expect((await fetch(doors.gateway, { method: "POST" })).status).toBe(200);
  await doors[Symbol.asyncDispose]();
  for (const url of [doors.gateway, doors.watchdog, doors.function]) await expect(fetch(url)).rejects.toThrow();
});
