import { expect, test } from "vitest";
import { judgeAgreement, publishedFactor } from "./agreement.ts";

const exact = (ratio: number, half = 0.01) => ({
  ratio,
  interval: { low: ratio / (1 + half), high: ratio * (1 + half) },
  noiseFloor: undefined,
});
const value = { ratio: 2, cut: false };
const verdict = (...[ours, published]: Parameters<typeof judgeAgreement>) => judgeAgreement(ours, published).verdict;

test("the published value's range is what 20 calls gave where the truth was 1.65", () => {
  expect(publishedFactor).toBeCloseTo(Math.sqrt(2.13 / 1.36), 2);
});

test("an interval within the published range agrees, one beside it differs and says where it is", () => {
  expect(verdict(exact(2.2), value)).toBe("agrees");
  expect(verdict(exact(1.7), value)).toBe("agrees");
  expect(judgeAgreement(exact(2.6), value)).toEqual({ verdict: "differs", reason: "ours is higher" });
  expect(judgeAgreement(exact(1.5), value)).toEqual({ verdict: "differs", reason: "ours is lower" });
});

test("an interval that reaches over the range's end cannot tell, however near its ratio is", () => {
  expect(verdict(exact(2.49), value)).toBe("cannot tell");
  expect(verdict(exact(2, 0.3), value)).toBe("cannot tell");
});

test("without an interval there is no verdict", () => {
  expect(verdict({ ...exact(2), interval: undefined }, value)).toBe("cannot tell");
  expect(verdict({ ...exact(9), interval: undefined }, value)).toBe("cannot tell");
});

test("the noise floor widens a narrow interval, and leaves a wide one as it is", () => {
  const noiseFloor = Math.log(1.2);
  expect(verdict({ ...exact(2.2), noiseFloor }, value)).toBe("cannot tell");
  expect(verdict({ ...exact(2.6), noiseFloor }, value)).toBe("cannot tell");
  expect(verdict({ ...exact(3.2), noiseFloor }, value)).toBe("differs");
  expect(verdict({ ...exact(2, 0.2), noiseFloor: 0.01 }, value)).toBe("agrees");
});

test("a cut value has no upper end: anything above agrees", () => {
  const cut = { ratio: 5, cut: true };
  expect(verdict(exact(40), cut)).toBe("agrees");
  expect(verdict(exact(4.5), cut)).toBe("agrees");
  expect(verdict(exact(4), cut)).toBe("cannot tell");
  expect(judgeAgreement(exact(3), cut)).toEqual({ verdict: "differs", reason: "ours is lower" });
});
