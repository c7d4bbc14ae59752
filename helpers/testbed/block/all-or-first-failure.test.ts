import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { allOrFirstFailure } from "./all-or-first-failure.ts";

const never = { atOnce: 3, signal: new AbortController().signal };

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
  const working = allOrFirstFailure(["a", "b"], work, { atOnce: 2, signal: outside.signal });
  outside.abort(new Error("interrupted"));
  await expect(working).rejects.toThrow("interrupted");
});

test("no more than `atOnce` are under way, all are begun in their order, and none after a failure", async () => {
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    most = Math.max(most, ++underWay);
    await setImmediate();
    underWay--;
    if (item === 5) throw new Error("the gateway is full");
  };
  const first = [1, 2, 3, 4];
  await allOrFirstFailure(first, work, { ...never, atOnce: 2 });
  expect([begun, most]).toEqual([first, 2]);

  await expect(allOrFirstFailure([5, 6, 7], work, { ...never, atOnce: 1 })).rejects.toThrow("the gateway is full");
  expect(begun).toEqual([...first, 5]);
});
