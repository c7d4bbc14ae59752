import { once } from "node:events";
import { expect, test } from "vitest";
import { allOrFirstFailure } from "./all-or-first-failure.ts";

const never = new AbortController().signal;

test("all results, in the order of the items", async () => {
  const double = (item: number): Promise<number> => Promise.resolve(2 * item);
  expect(await allOrFirstFailure([1, 2, 3], double, never)).toEqual([2, 4, 6]);
});

test("after a failure the others are stopped and waited for, and the first failure is reported", async () => {
  const ended: string[] = [];
  const work = async (item: string, stop: AbortSignal): Promise<void> => {
    if (item === "refused") throw new Error("the gateway is full");
    await once(stop, "abort");
    await Promise.resolve();
    ended.push(item);
    throw new Error("stopped");
  };
  await expect(allOrFirstFailure(["a", "refused", "b"], work, never)).rejects.toThrow("the gateway is full");
  expect(ended).toEqual(["a", "b"]);
});

test("a stop from outside reaches all", async () => {
  const outside = new AbortController();
  const work = async (_: string, stop: AbortSignal): Promise<void> => {
    await once(stop, "abort");
    throw stop.reason as Error;
  };
  const working = allOrFirstFailure(["a", "b"], work, outside.signal);
  outside.abort(new Error("interrupted"));
  await expect(working).rejects.toThrow("interrupted");
});
