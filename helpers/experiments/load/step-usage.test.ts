import { expect, test } from "vitest";
import type { BlockUsage } from "../../measure/price.ts";
import { watchUsage } from "./step-usage.ts";

/** Counters that have these values, one reading after the other. */
function readings(source: BlockUsage["source"], ...all: readonly Readonly<Record<string, number>>[]) {
  let reads = 0;
  const usage: BlockUsage = {
    ...{ source, systems: new Map(), shared: new Map() },
    read: () => ({
      systems: new Map(Object.entries(all[reads++] ?? {}).map(([name, cpuNs]) => [name, { cpuNs }])),
      sharedCpuNs: new Map(),
    }),
  };
  return { usage, reads: () => reads };
}

test("a step has what every system has used since before its first call", async () => {
  const { usage, reads } = readings("cgroup-v1", { gvisor: 5, native: 7 }, { gvisor: 25, native: 7 });
  const end = await watchUsage(usage);
  expect(reads()).toBe(1);
  const { usage: used } = await end();
  expect(used?.cpuNs).toEqual({ gvisor: 20, native: 0 });
  expect(used?.windowNs).toBeGreaterThan(0);
});

test("a counter that ran backwards or is gone is absent, and a step without any has no usage", async () => {
  const { usage } = readings("cgroup-v2", { gvisor: 5, native: 7, runc: 1 }, { gvisor: 25, native: 3 });
  expect((await (await watchUsage(usage))()).usage?.cpuNs).toEqual({ gvisor: 20 });
  expect(await (await watchUsage(readings("cgroup-v2", { gvisor: 5 }, {}).usage))()).toEqual({});
  expect(await (await watchUsage(undefined))()).toEqual({});
});

test("kubelets are not asked: a step would wait for them", async () => {
  const { usage, reads } = readings("kubelet", { gvisor: 5 });
  expect(await (await watchUsage(usage))()).toEqual({});
  expect(reads()).toBe(0);
});
