import { expect, test } from "vitest";
import { parseGroupUsage, parseInterfaces, parseProcessCpu } from "./parse.ts";

/** Of Linux 6.18: a group in which a shell read a program's file and a Python touched 20 MB and looped. */
const v1 = {
  cpu: "438868160\n",
  memory: "2527232\n",
  memoryPeak: "30343168\n",
  memoryStat: [
    "cache 1896448",
    "rss 118784",
    "inactive_anon 36864",
    "active_anon 4096",
    "inactive_file 430080",
    "active_file 1466368",
    "hierarchical_memory_limit 9223372036854771712",
    "total_cache 1896448",
    "total_rss 118784",
    "total_inactive_anon 36864",
    "total_inactive_file 438272",
    "total_active_file 1466368",
    "",
  ].join("\n"),
};

/** The same in the tree of version 2, where memory.stat has bytes of the whole tree below the group. */
const v2 = {
  cpu: "usage_usec 432044\nuser_usec 234584\nsystem_usec 197460\nnice_usec 0\n",
  memory: "2527232\n",
  memoryPeak: "30343168\n",
  memoryStat:
    "anon 118784\nfile 1896448\nkernel 512000\ninactive_anon 36864\ninactive_file 430080\nactive_file 1466368\n",
};

test("version 1: processor time in ns, the working set of the group and all below it, the peak", () => {
  expect(parseGroupUsage(1, v1)).toEqual({
    cpuNs: 438_868_160,
    workingSetBytes: 2_527_232 - 438_272,
    peakBytes: 30_343_168,
  });
});

test("version 2: processor time in us, the working set, the peak", () => {
  expect(parseGroupUsage(2, v2)).toEqual({
    cpuNs: 432_044_000,
    workingSetBytes: 2_527_232 - 430_080,
    peakBytes: 30_343_168,
  });
});

test.each([
  ["no peak before Linux 5.19", 2, { ...v2, memoryPeak: undefined }, ["cpuNs", "workingSetBytes"]],
  ["no memory controller in the tree of version 2 of a machine with both", 2, { cpu: v2.cpu }, ["cpuNs"]],
  ["no processor times where cpuacct is not mounted", 1, { ...v1, cpu: undefined }, ["workingSetBytes", "peakBytes"]],
  ["no working set without its statistics", 1, { ...v1, memoryStat: undefined }, ["cpuNs", "peakBytes"]],
  ["a version's texts are not the other's", 1, v2, ["peakBytes"]],
  ["texts without a number", 2, { cpu: "", memory: "max\n", memoryStat: v2.memoryStat, memoryPeak: "-1\n" }, []],
  ["nothing", 1, {}, []],
] as const)("what cannot be read is absent, never 0: %s", (_, version, texts, fields) => {
  expect(Object.keys(parseGroupUsage(version, texts))).toEqual(fields);
});

test("a counter of 0 is 0", () => {
  expect(parseGroupUsage(1, { cpu: "0\n" })).toEqual({ cpuNs: 0 });
});

test("a working set is never below 0: its two files are read one after the other", () => {
  expect(parseGroupUsage(2, { memory: "4096\n", memoryStat: "inactive_file 8192\n" })).toEqual({ workingSetBytes: 0 });
});

test("a process: user and system time in ticks, whatever its name", () => {
  const stat = "12591 (a) b (c) S 12360 12360 26216 0 -1 4194304 92 14977 0 3 7 5 25 17 20 0 1 0 5154733 2654208 367";
  expect(parseProcessCpu(stat)).toBe(120_000_000);
  expect(parseProcessCpu(stat, 1000)).toBe(12_000_000);
  expect([parseProcessCpu(undefined), parseProcessCpu("")]).toEqual([undefined, undefined]);
});

/** Of Linux 6.18. */
const interfaces = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 36042130   41839    0    0    0     0          0         0 36042130   41839    0    0    0     0       0          0
kb0a1b2ch17:    1200      14    0    0    0     0          0         0   905311     640    0    1    0     0       0          0
`;

test("an interface: what this machine's end receives, the sandbox has sent", () => {
  const found = parseInterfaces(interfaces);
  expect([...found.keys()]).toEqual(["lo", "kb0a1b2ch17"]);
  expect(found.get("kb0a1b2ch17")).toEqual({
    ...{ sentBytes: 1_200, sentPackets: 14 },
    ...{ receivedBytes: 905_311, receivedPackets: 640 },
  });
  expect(parseInterfaces("").size).toBe(0);
  expect(parseInterfaces("eth0: 1 2 3\n").size).toBe(0);
});
