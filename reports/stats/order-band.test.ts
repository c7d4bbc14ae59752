import { expect, test } from "vitest";
import { orderBand } from "./order-band.ts";
import { wilsonInterval } from "./wilson.ts";

test("a point per round: median, 5 % and 95 % over the orders, and the median's own interval", () => {
  const curves = Array.from({ length: 21 }, (_, order) => [order, 0]);
  const [first, second] = orderBand(curves, 100);
  expect(first).toEqual({
    rounds: 1,
    median: 0.1,
    orders: { low: 0.01, high: 0.19 },
    interval: wilsonInterval(10, 100),
  });
  expect(second).toEqual({ rounds: 2, median: 0, orders: { low: 0, high: 0 }, interval: wilsonInterval(0, 100) });
});

test("the number of orders may be even, and one order has no band but an interval", () => {
  expect(orderBand([[1], [2]], 10)[0]?.median).toBeCloseTo(0.15);
  expect(orderBand([[3]], 10)[0]).toMatchObject({ median: 0.3, orders: { low: 0.3, high: 0.3 } });
});

test("no order, no band", () => {
  expect(() => orderBand([], 10)).toThrow("at least one order");
});
