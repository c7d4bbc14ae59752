import { expect, test } from "vitest";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import type { LatencyRecord } from "../../reports/records/record.ts";
import { recordHead } from "./record-head.ts";

const [measured] = measuredFunctions;
if (measured === undefined) throw new TypeError("there are measured functions");
const run = { runId: "1", config: { baseline: "gvisor" }, watchdog: { name: "kalium-bench", digest: "sha256:1" } };
const headOf = (...images: readonly string[]) => {
  const application = { functions: images.map((image) => ({ image })) } as unknown as LatencyRecord["application"];
  return recordHead(measured, [], run as never, images.length === 0 ? undefined : application);
};

test("the record names our watchdog where all instances have it; images of others bring their own", () => {
  expect(headOf().watchdog).toEqual(run.watchdog);
  expect(headOf("hello-retail/empty").watchdog).toEqual(run.watchdog);
  expect(headOf("hello-retail/empty", "me/greet:1")).not.toHaveProperty("watchdog");
});
