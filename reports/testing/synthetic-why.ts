/** Operations and counted system calls for tests, made of what each call is to take; not measurements. */
import type { CallCountRecord } from "../records/call-count-record.ts";
import { type OperationName, operationNames, type SystemCallRecord } from "../records/system-call-record.ts";

/** What each call takes more under gVisor, us: operations are sums of these. */
export const syntheticCallUs = {
  entry: 2,
  wait: 5,
  stat: 4,
  open: 6,
  read: 3,
  write: 7,
  send: 20,
  connect: 300,
  wake: 15,
  fault: 1,
};
const more: Readonly<Record<OperationName, number>> = {
  getppid: syntheticCallUs.entry,
  clock: 0,
  stat: syntheticCallUs.stat,
  "open-close": 2 * syntheticCallUs.open,
  read: syntheticCallUs.read,
  write: syntheticCallUs.write,
  fsync: syntheticCallUs.write + 30,
  stdout: 9,
  map: 40,
  "page-faults": 40 + 256 * syntheticCallUs.fault,
  "event-loop": syntheticCallUs.wait,
  "thread-pool": syntheticCallUs.stat + 2 * syntheticCallUs.entry + syntheticCallUs.wait + 2 * syntheticCallUs.wake,
  "unix-socket": 4 * 8 + 2 * syntheticCallUs.wait,
  connect: 100,
  "tcp-64": 4 * 10 + 2 * syntheticCallUs.wait,
  "tcp-4k": 60,
  "tcp-64k": 200,
  "connect-out": syntheticCallUs.connect,
  "tcp-out-64": 2 * syntheticCallUs.send + syntheticCallUs.wait,
  exec: 5_000,
};

export const syntheticOperations = (blocks = 4): SystemCallRecord => ({
  schema: "kalium-bench/system-calls@1",
  runId: "20261124T030000Z-0000000",
  baseline: "native",
  systems: ["native", "gvisor"].map((name) => ({ name, variant: "vanilla", runtime: name, guard: "none" })),
  plan: { profile: "quick", seed: 7, blocks },
  series: Array.from({ length: blocks }, (_, block) =>
    operationNames.flatMap((operation) =>
      ["native", "gvisor"].map((system) => {
        const us = 10 + (system === "gvisor" ? more[operation] * (1 + 0.01 * (block % 2)) : 0);
        return { system, block, operation, count: 100, ns: [us * 1e3, us * 1e3, us * 1e5] };
      }),
    ),
  ).flat(),
});

export const syntheticCounts: CallCountRecord = {
  schema: "kalium-bench/call-counts@1",
  runId: "20261124T030000Z-0000000",
  label: "product-purchase-publish",
  system: "native",
  tracer: "strace -- version 6.1",
  besideThreads: ["V8Worker"],
  calls: [
    { call: "connect", on: "tcp-outside", counts: [1, 1] },
    { call: "epoll_pwait", on: "event", counts: [9, 11] },
    { call: "futex-wake", counts: [3, 5] },
    { call: "getpid", counts: [7, 7] },
    { call: "openat", counts: [2, 2] },
    { call: "read", on: "tcp-outside", counts: [5, 5] },
    { call: "write", on: "pipe", counts: [10, 10] },
    { call: "write", on: "tcp-outside", counts: [5, 5] },
  ],
  pageFaults: [100, 100],
};
