import { expect, test } from "vitest";
import type { LatencyRecord, ProofRecord } from "../records/record.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { placementTable } from "./placement-table.ts";

const at = (block: number, node: string, runtimeClass?: string): ProofRecord => ({
  system: runtimeClass === undefined ? "runc" : "gvisor",
  block,
  function: "f",
  instance: `f-${block}-${node}`,
  runtime: "gvisor",
  version: "1",
  sha256: "0",
  network: "netstack",
  hostArgv: [],
  hostKernelAddresses: [],
  procVersion: "",
  procCmdline: "",
  dmesg: "",
  nodeVersion: "",
  startNs: 1,
  placement: { node, pod: "p", podIp: "10.0.0.1", ...(runtimeClass !== undefined && { runtimeClass }) },
});
const withProofs = (proofs: ProofRecord[]): LatencyRecord => ({ ...syntheticRecord({ blocks: 1, rounds: 3 }), proofs });

test("a run without a cluster has no rows", () => {
  expect(placementTable([syntheticRecord({ blocks: 1, rounds: 3 })]).rows).toEqual([]);
});

test("blocks and instances are counted by node, and a block on two nodes is reported", () => {
  const record = withProofs([at(0, "a", "gvisor"), at(0, "a"), at(1, "b", "gvisor"), at(2, "a"), at(2, "b", "gvisor")]);
  expect(placementTable([record]).rows).toEqual([
    ["a", "2", "1", "3", "gvisor, the node's default"],
    ["b", "2", "1", "2", "gvisor"],
  ]);
});
