import { expect, test } from "vitest";
import { type FamilyMember, judgeFamily } from "./judge-family.ts";
import { lookFactor } from "./looks.ts";

/** t is 2.086 with 20 degrees of freedom, and p of t = 3 is 0.0071. */
const member = (t: number, changes: Partial<FamilyMember> = {}): FamilyMember => ({
  log: { mean: t * 0.05, variance: 0.05 ** 2, degrees: 20 },
  blocks: 5,
  noiseFloor: 0,
  ...changes,
});
const single: FamilyMember = { log: { mean: 0.5, variance: undefined, degrees: 0 }, blocks: 1, noiseFloor: 0 };
const verdictsOf = (...members: readonly FamilyMember[]) =>
  judgeFamily(members).map(({ judgement }) => judgement.verdict);

test("what is significant alone is not so among many", () => {
  expect(verdictsOf(member(3))).toEqual(["slower"]);
  expect(verdictsOf(member(3), ...Array.from({ length: 9 }, () => member(0.1)))[0]).toBe("not settled");
});

test("a cell without replication is not counted among the comparisons", () => {
  expect(verdictsOf(member(3), ...Array.from({ length: 9 }, () => single))[0]).toBe("slower");
  expect(judgeFamily([single])[0]?.adjustedP).toBeUndefined();
});

test("looks at growing data share the level: all together spend 5 % at the most", () => {
  const looks = Array.from({ length: 60 }, (_, index) => index + 1);
  expect(looks.reduce((sum, look) => sum + 1 / lookFactor(look), 0)).toBeLessThanOrEqual(1);
  expect(verdictsOf(member(3, { looks: 2 }))).toEqual(["not settled"]);
  expect(judgeFamily([member(3, { looks: 2 })])[0]?.adjustedP).toBeCloseTo(
    (judgeFamily([member(3)])[0]?.adjustedP ?? NaN) * (lookFactor(2) / lookFactor(1)),
    12,
  );
});

test("the blocks that would settle a cell count what the next look costs", () => {
  const more = (looks: number) => judgeFamily([member(1.8, { looks })])[0]?.judgement.moreBlocks ?? NaN;
  expect(more(2)).toBeGreaterThan(more(1));
});
