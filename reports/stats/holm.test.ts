import { expect, test } from "vitest";
import { holmAdjust } from "./holm.ts";
import { seededRandom } from "./random.ts";

test("agrees with R's p.adjust", () => {
  // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
  const adjusted = holmAdjust([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, index) => expect(adjusted[index]).toBeCloseTo(p, 12));
});

test("never lowers a p value, keeps their order and stays within 1", () => {
  const random = seededRandom(3);
  for (let round = 0; round < 100; round++) {
    const p = Array.from({ length: 1 + Math.floor(random() * 20) }, random);
    const adjusted = holmAdjust(p);
    p.forEach((value, index) => {
      expect(adjusted[index]).toBeGreaterThanOrEqual(value);
      expect(adjusted[index]).toBeLessThanOrEqual(1);
    });
    const order = (values: readonly number[]) =>
      p.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (p[a] ?? 0) - (p[b] ?? 0));
    expect(order(adjusted)).toEqual(order(p));
  }
});

test("adjusts nothing when there is nothing", () => {
  expect(holmAdjust([])).toEqual([]);
});
