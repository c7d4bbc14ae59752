import { expect, test } from "vitest";
import { hintFor } from "./runc.ts";

test("crun on a machine with both versions of control groups gets a hint that helps", () => {
  const hint = hintFor("the trial sandbox did not start: cgroups in hybrid mode not supported, drop all controllers");
  expect(hint).toMatch(/KALIUM_RUNC unset.*unified_cgroup_hierarchy=1/);
  expect(hint).not.toContain("npm run setup");
  expect(hintFor("exec format error")).toContain("npm run setup");
});
