import { describe, expect, test } from "vitest";
import { findTestCluster, clusterTitle } from "./test-cluster.ts";

const cluster = await findTestCluster();

describe.skipIf(!cluster.available)(clusterTitle(cluster, "the test cluster"), () => {
  test("answers with the version of a supported API server", () => {
    expect(cluster.available && cluster.version).toMatch(/^v1\.\d+/);
  });
});
