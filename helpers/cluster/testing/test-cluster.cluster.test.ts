import { describe, expect, test } from "vitest";
import { findTestCluster, titleOf } from "./test-cluster.ts";

const cluster = await findTestCluster();

describe.skipIf(!cluster.available)(titleOf(cluster, "the test cluster"), () => {
  test("answers with the version of a supported API server", () => {
    expect(cluster.available && cluster.version).toMatch(/^v1\.\d+/);
  });
});
