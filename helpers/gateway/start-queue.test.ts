import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { messageOf } from "../base/errors.ts";
import { lackingResource } from "./lacking-resource.ts";
import { createStartQueue } from "./start-queue.ts";

const gib = 2 ** 30;
const never = new AbortController().signal;

/** A thousand starts that are under way until they are let go, on a machine with so much free memory. */
function thousandStarts({ most, bytes, each = 0 }: { most: number; bytes: number; each?: number }) {
  let used = 0;
  const queue = createStartQueue({ most, freeBytes: () => bytes - used });
  const begun: number[] = [];
  const letGo: (() => void)[] = [];
  let [open, highest] = [0, 0];
  const runs = Array.from({ length: 1_000 }, (_, index) =>
    queue.run(never, async () => {
      begun.push(index);
      highest = Math.max(highest, ++open);
      await new Promise<void>((resolve) => letGo.push(resolve));
      used += each;
      open -= 1;
    }),
  );
  const settled = Promise.allSettled(runs);
  const finish = async (): Promise<readonly PromiseSettledResult<void>[]> => {
    let done = 0;
    do {
      for (const go of letGo.slice(done)) go();
      done = letGo.length;
      await setImmediate(); // those that follow begin, or are refused
    } while (done < letGo.length);
    return settled;
  };
  return { begun, finish, highest: () => highest };
}

test("a thousand instances start in turn, and never more at a time than allowed", async () => {
  const starts = thousandStarts({ most: 32, bytes: 64 * gib });
  const results = await starts.finish();
  expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
  expect(starts.highest()).toBe(32);
  expect(starts.begun).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
});

test("where memory ends, starts wait for each other, and the rest is refused as a lack of memory", async () => {
  const starts = thousandStarts({ most: 32, bytes: gib, each: 40 * 2 ** 20 });
  const results = await starts.finish();
  const refusals = results.flatMap((result) => (result.status === "rejected" ? [messageOf(result.reason)] : []));
  expect(starts.highest()).toBe(14); // 128 MiB and 14 x 64 MiB are 1 GiB
  expect(starts.begun.length).toBe(21); // 192 MiB are left for the 21st
  expect(refusals).toHaveLength(1_000 - 21);
  for (const refusal of refusals) expect(lackingResource(refusal)).toBe("memory");
  expect(refusals.at(-1)).toMatch(
    /^ENOMEM: this machine has 184 MiB of free memory, and another instance needs 192 MiB/,
  );
});

test("memory that comes back is noticed while another start is under way", async () => {
  let bytes = 200 * 2 ** 20;
  const queue = createStartQueue({ most: 32, freeBytes: () => bytes });
  const first = Promise.withResolvers<string>();
  const slow = queue.run(never, () => first.promise);
  const second = queue.run(never, () => Promise.resolve("second"));
  bytes = gib;
  expect(await second).toBe("second");
  first.resolve("first");
  expect(await slow).toBe("first");
});

test("what is removed before its turn does not start, and holds nobody up", async () => {
  const queue = createStartQueue({ most: 1, freeBytes: () => gib });
  const first = Promise.withResolvers<string>();
  const removed = new AbortController();
  const runs = [
    queue.run(never, () => first.promise),
    queue.run(removed.signal, () => Promise.resolve("second")),
    queue.run(never, () => Promise.resolve("third")),
    queue.run(AbortSignal.abort(new Error("gone")), () => Promise.resolve("fourth")),
  ];
  const results = Promise.allSettled(runs);
  removed.abort(new Error("removed"));
  first.resolve("first");
  const ends = (await results).map((result) => ("value" in result ? result.value : messageOf(result.reason)));
  expect(ends).toEqual(["first", "removed", "third", "gone"]);
});
