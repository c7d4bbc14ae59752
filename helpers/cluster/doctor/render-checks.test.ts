import { expect, test } from "vitest";
import { type Check, runIsUp } from "./check.ts";
import { renderChecks } from "./render-checks.ts";

const server: Check = { subject: "API server", state: "good", found: "v1.30" };

test("the next command is `up`, or a measurement where the cluster is prepared", () => {
  expect(renderChecks([server])).toMatch(/\n\nMeasuring is possible: npm run cluster -- up$/);
  const run: Check = { subject: "run 06d81b3b", state: "note", found: runIsUp };
  expect(renderChecks([server, run])).toMatch(/Measuring is possible: KALIUM_PLATFORM=kubernetes npm run bench -- /);
  const cut: Check = { ...run, found: "is not complete: `up` continues it, `down` removes it" };
  expect(renderChecks([server, cut])).toMatch(/npm run cluster -- up$/);
});

test("what is missing is counted and has its next command below it", () => {
  const text = renderChecks([server, { subject: "nodes", state: "missing", found: "none", next: "Add one." }]);
  expect(text).toContain("MISSING  nodes       none\n                     -> Add one.");
  expect(text).toMatch(/1 missing: no measurement is possible yet\.$/);
});
