import { beforeAll, describe, expect, test } from "vitest";
import { microbenchmark } from "../../fixtures/flows/microbenchmark.ts";
import { testbed } from "../../helpers/testbed/testbed.ts";

/** Figure 8, microbenchmark: one HTTPS download, nothing else. */
describe("microbenchmark", () => {
  const bed = testbed(microbenchmark);
  beforeAll(bed.startImageServer);
  beforeAll(bed.selectRuntimes);

  test.for(bed.titles)("%s", async (title, context) => {
    const { samples } = await bed.measure(title, context);
    expect(samples.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  });
});
