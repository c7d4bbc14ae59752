import { expect, test } from "vitest";
import { createOutlast } from "./outlast.ts";

test("a teardown waits for work that a cancelled test has given up, and for its failure", async () => {
  const outlast = createOutlast();
  const steps: string[] = [];
  const first = Promise.withResolvers<undefined>();
  const second = Promise.withResolvers<undefined>();
  const works = [first, second].map(({ promise }) => outlast.during(promise));
  const torn = outlast.after(() => {
    steps.push("torn down");
    return Promise.resolve();
  })();
  first.resolve(undefined);
  await works[0];
  steps.push("first ended");
  second.reject(new Error("interrupted"));
  await expect(works[1]).rejects.toThrow("interrupted");
  await torn;
  expect(steps).toEqual(["first ended", "torn down"]);
});

test("work that does not end is said, and does not keep the teardown from its own", async () => {
  const outlast = createOutlast(20);
  void outlast.during(new Promise(() => undefined));
  let torn = false;
  const teardown = outlast.after(() => {
    torn = true;
    return Promise.resolve();
  });
  await expect(teardown()).rejects.toThrow("waiting for the interrupted measurement to end");
  expect(torn).toBe(true);
});

test("without work a teardown continues at once", async () => {
  let torn = false;
  const teardown = createOutlast().after(() => {
    torn = true;
    return Promise.resolve();
  });
  await teardown();
  expect(torn).toBe(true);
});
