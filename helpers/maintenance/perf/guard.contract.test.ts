import { expect, test } from "vitest";
import { guardTable, measureGuard } from "./guard.ts";

test("measures local checks and round trips, all with the right verdicts", async () => {
  const report = await measureGuard({ requests: 5, warmupRequests: 1, clients: 4, requestsPerClient: 2 });
  expect(report.wrongReplies).toBe(0);
  expect(report.times.map(({ count }) => count)).toEqual([500, 500, 55, 88, 55, 88]);
  for (const { p50Ns, p95Ns } of report.times) {
    expect(p50Ns).toBeGreaterThan(0);
    expect(p95Ns).toBeGreaterThanOrEqual(p50Ns);
  }
  expect(guardTable(report)).toMatch(/local check, strict +\d+\.\d +\d+\.\d +5\.0 {2}(met|missed)\n/);
});
