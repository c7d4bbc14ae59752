import { expect, test } from "vitest";
import { soak, soakTable } from "./soak.ts";

test("a steady load for a short while: every call is answered, and what is watched has a row", async () => {
  const report = await soak({ minutes: 0.1, rate: 20 });
  expect(report.failed).toBe(0);
  expect(report.calls).toBeGreaterThan(20);
  const watched = report.rows.map(({ part, quantity }) => `${part}: ${quantity}`);
  expect(watched).toEqual(
    expect.arrayContaining([
      "gateway: memory",
      "gateway: descriptors",
      "client: memory",
      "native: median",
      "native, guard: median",
    ]),
  );
  expect(soakTable(report)).toMatch(/^gateway +memory \(MB\) +\d/m);
});
