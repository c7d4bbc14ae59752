import { expect, test } from "vitest";
import { moreBlocks } from "./more-blocks.ts";
import { seededRandom } from "./random.ts";

const log = (variance: number) => ({ mean: 0.1, variance, degrees: 4 });
const among = { blocks: 5, comparisons: 10 };

test("it is the fewest blocks with which the rule says something, up to 200", () => {
  const random = seededRandom(3);
  for (let trial = 0; trial < 200; trial++) {
    const wanted = Math.ceil(230 * random());
    // the degrees of freedom tell the rule how many blocks there are
    const said = ({ degrees }: { readonly degrees: number }) => (degrees - 4 >= wanted ? "slower" : undefined);
    expect(moreBlocks(log(0.01), among, said)).toBe(wanted > 200 ? undefined : wanted);
  }
});

test("a variance that is not known settles nothing", () => {
  expect(moreBlocks({ mean: 0.1, variance: undefined, degrees: 0 }, among, () => "slower")).toBeUndefined();
});
