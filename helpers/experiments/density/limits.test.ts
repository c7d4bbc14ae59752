import { expect, test } from "vitest";
import { fitsOneMore, hasSettled, isPoint, rotatedOrder } from "./limits.ts";

test("instances are read at powers of two", () => {
  expect([1, 2, 3, 4, 6, 8, 12, 16].filter(isPoint)).toEqual([1, 2, 4, 8, 16]);
});

test("memory has settled when a reading is within 0.5 % of the one before; what nobody knows is not waited for", () => {
  expect(hasSettled({ instanceBytes: [500, 500] }, { instanceBytes: [504, 500] })).toBe(true);
  expect(hasSettled({ instanceBytes: [500, 500] }, { instanceBytes: [505, 500] })).toBe(false);
  expect(hasSettled({ availableBytes: 1_000 }, { availableBytes: 990 })).toBe(false);
  expect(hasSettled({}, {})).toBe(true);
});

test("one more instance must stay within the user's limit, by what the instances themselves take", () => {
  const taken = { instances: 3, workingSetBytes: 75, lessAvailableBytes: 400 };
  expect(fitsOneMore(taken, { memoryBytes: 100, availableBytes: 1_000 })).toBe(true);
  expect(fitsOneMore(taken, { memoryBytes: 99, availableBytes: 1_000 })).toBe(false);
  expect(fitsOneMore({ ...taken, workingSetBytes: undefined }, { memoryBytes: 500, availableBytes: 2_000 })).toBe(
    false,
  );
});

test("never more than half of the free memory, whoever takes it; where nobody knows, the number is the limit", () => {
  const taken = { instances: 10, workingSetBytes: 450, lessAvailableBytes: 100 };
  expect(fitsOneMore(taken, { availableBytes: 990 })).toBe(true);
  expect(fitsOneMore(taken, { availableBytes: 989 })).toBe(false);
  expect(fitsOneMore({ ...taken, lessAvailableBytes: 451 }, { availableBytes: 990 })).toBe(false);
  const unknown = { instances: 10, workingSetBytes: undefined, lessAvailableBytes: undefined };
  expect(fitsOneMore(unknown, { availableBytes: undefined })).toBe(true);
});

test("in as many blocks as there are systems each is once in every place, in an order of the seed", () => {
  const systems = ["gvisor", "gvisor-aa", "native", "kalium"];
  const orders = systems.map((_, block) => rotatedOrder({ seed: 5, label: "f" }, systems, block));
  for (const system of systems) {
    expect(orders.map((order) => order.indexOf(system)).sort()).toEqual([0, 1, 2, 3]);
  }
  expect(rotatedOrder({ seed: 5, label: "f" }, systems, 4)).toEqual(orders[0]);
  const firsts = new Set(Array.from({ length: 20 }, (_, seed) => rotatedOrder({ seed, label: "f" }, systems, 0)[0]));
  expect(firsts.size).toBeGreaterThan(1);
});
