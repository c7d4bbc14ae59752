import { expect, test } from "vitest";
import { operationNames } from "../../reports/records/system-call-record.ts";
import systemCalls, { operations } from "./system-calls-handler.ts";

test("the function has the operations that records name", () => {
  expect(Object.keys(operations)).toEqual([...operationNames]);
});

test.each(operationNames)("%s is done and timed", async (operation) => {
  const { count, ns } = await systemCalls({ body: { operation, batches: 3, batchMs: 0.01 } });
  expect(count).toBeGreaterThanOrEqual(1);
  expect(ns).toHaveLength(3);
  for (const time of ns) expect(time).toBeGreaterThan(0);
});

test("an operation that it does not have is refused by its name", async () => {
  const asked = systemCalls({ body: { operation: "reboot", batches: 1, batchMs: 1 } });
  await expect(asked).rejects.toThrow("no operation is called reboot");
});
