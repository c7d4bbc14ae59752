import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { startLoadCheck } from "./load-check.ts";

/** Of a block that takes 1 s, with these figures at its start and end. */
async function loadOf(...stealMs: readonly (number | null)[]) {
  const [states, clock] = [stealMs.values(), [0, 1_000].values()];
  const read = () => Promise.resolve({ average: [1.5, 1, 1], stealMs: states.next().value ?? null });
  const end = await startLoadCheck(read, () => clock.next().value ?? NaN);
  return end();
}
const processors = availableParallelism();

test("little stolen time is recorded and no reason for a flag", async () => {
  expect(await loadOf(100, 100 + 40 * processors)).toEqual({ loadAverage: 1.5, stealMs: 40 * processors });
});

test("more than 5 % of the processors is one", async () => {
  expect((await loadOf(100, 100 + 60 * processors)).reason).toBe("the machine's host took 6 % of the processor time");
});

test("where the kernel does not tell, nothing is claimed", async () => {
  expect(await loadOf(null, null)).toEqual({ loadAverage: 1.5 });
});

test("it reads this machine", async () => {
  const load = await (await startLoadCheck())();
  expect(load.loadAverage).toBeGreaterThanOrEqual(0);
  expect(load.stealMs ?? 0).toBeGreaterThanOrEqual(0);
});
