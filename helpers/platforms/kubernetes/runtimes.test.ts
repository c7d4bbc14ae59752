import { expect, test } from "vitest";
import { someFacts } from "../../cluster/testing/some-facts.ts";
import { selectSystems } from "../../config/select-systems.ts";
import { loadConfig } from "../../config/config.ts";
import { systemNamed } from "../../config/systems.ts";
import { clusterRuntimes, commonNodes } from "./runtimes.ts";

const onCluster = (settings: Record<string, string> = {}) => loadConfig({ KALIUM_PLATFORM: "kubernetes", ...settings });

test("by default a cluster compares what it can run, and says why native is not there", () => {
  const config = onCluster();
  const { systems, leftOut } = selectSystems(config, clusterRuntimes(config, someFacts));
  expect(systems.map(({ name }) => name)).toEqual(["gvisor", "gvisor-aa", "runc", "kalium", "valve", "trapeze"]);
  expect(leftOut).toEqual([{ system: "native", reason: "a cluster runs pods, never bare processes" }]);
});

test("a system that is named and cannot run is an error with the next step", () => {
  const native = onCluster({ KALIUM_SYSTEMS: "gvisor,native" });
  expect(() => selectSystems(native, clusterRuntimes(native, someFacts))).toThrow(/native.*never bare processes/);
  const stock = onCluster({ KALIUM_SYSTEMS: "gvisor,gvisor-ref", KALIUM_RUNSC_REF: process.execPath });
  expect(() => selectSystems(stock, clusterRuntimes(stock, someFacts))).toThrow(/gvisor-ref.*\n.*cluster -- up/);
});

test("the artifact's guard needs its controller on the cluster", () => {
  const config = onCluster({ KALIUM_SYSTEMS: "kalium-artifact" });
  const [gvisor] = someFacts.runtimes;
  if (gvisor === undefined) throw new TypeError("facts without a runtime");
  const facts = { runtimes: [{ ...gvisor, runtime: "kalium" }] };
  expect(() => selectSystems(config, clusterRuntimes(config, facts))).toThrow(
    /controller does not run.*\n.*KALIUM_BUILD/,
  );
  const controller = { address: "10.0.0.1:5000", sha256: "ab" };
  expect(clusterRuntimes(config, { ...facts, controller }).get("kalium")).toMatchObject({ available: true });
});

test("a block may be on any node that has all runtimes of its systems", () => {
  const [node] = someFacts.nodes;
  const [gvisor, runc] = someFacts.runtimes;
  if (node === undefined || gvisor === undefined || runc === undefined) throw new TypeError("facts without a node");
  const nodes = ["c", "a", "b"].map((name) => ({ ...node, name }));
  const systems = ["gvisor", "valve", "runc"].map((name) => systemNamed(name));
  const facts = (nodesOfRunc: string[]) => ({
    nodes,
    runtimes: [
      { ...gvisor, nodes: ["a", "b"] },
      { ...runc, nodes: nodesOfRunc },
    ],
  });
  expect(commonNodes(systems, facts(["c", "b", "a"]))).toEqual(["a", "b"]);
  expect(() => commonNodes(systems, facts(["c"]))).toThrow(/gvisor on a, b; valve on a, b; runc on c/);
});
