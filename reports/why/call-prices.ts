/** What a system call takes more under a system than under the reference: from the operations of `system-calls.json`. Pure. */
import type { CountedCall } from "../records/call-count-record.ts";
import { type OperationName, operationNames, type SystemCallRecord } from "../records/system-call-record.ts";
import { median } from "../stats/quantile.ts";

/** Parts of a bar, in their order. */
export const callGroups = ["network", "files", "memory", "scheduling", "processes", "other"] as const;
export type CallGroup = (typeof callGroups)[number];

export interface Priced {
  readonly group: CallGroup;
  /** Of one call, ns; negative where the system is quicker. */
  readonly ns: number;
}

/** Prices of one block of fresh sandboxes. */
export interface CallPrices {
  readonly of: (call: Pick<CountedCall, "call" | "on">) => Priced;
  readonly pageFault: Priced;
}

const writes = /^(p?writev?2?|pwrite64|send(to|msg|mmsg|file))$/;
const reads = /^(p?readv?2?|pread64|recv(from|msg|mmsg)?)$/;
const waits = /^(epoll_p?wait2?|p?poll|p?select6?)$/;
const paths = /^(newfstatat|statx?|lstat|fstat|access|faccessat2?|readlink(at)?|statfs|fstatfs|getcwd|chdir)$/;
const mappings = /^(mmap|munmap|mremap|mprotect|madvise|brk)$/;

/** Pages that `page-faults` touches more than `map`. */
const touchedPages = 256;

/**
 * One per block that has all operations under both; docs/why.md has the formulas.
 * @param differenceOf of an operation between the two systems, ns
 */
function pricesFrom(differenceOf: (operation: OperationName) => number): CallPrices {
  const d = differenceOf;
  const entry = d("getppid");
  const wait = d("event-loop");
  const ns = {
    entry,
    stat: d("stat"),
    open: d("open-close") / 2,
    read: d("read"),
    write: d("write"),
    fsync: d("fsync") - d("write"),
    print: d("stdout"),
    mapping: d("map") / 2,
    // stat there, an eventfd written and read, one turn: what remains is one wake and one wait
    handOver: (d("thread-pool") - d("stat") - 2 * entry - wait) / 2,
    wait,
    inside: (d("tcp-64") - 2 * wait) / 4,
    unix: (d("unix-socket") - 2 * wait) / 4,
    outside: (d("tcp-out-64") - wait) / 2,
    connectInside: d("connect"),
    connectOutside: d("connect-out"),
    exec: d("exec"),
  };
  const as = (group: CallGroup, price: keyof typeof ns): Priced => ({ group, ns: ns[price] });
  const ofData = (on: CountedCall["on"], writing: boolean): Priced => {
    if (on === "tcp-outside" || on === "udp") return as("network", "outside");
    if (on === "tcp-inside") return as("network", "inside");
    if (on === "unix") return as("network", "unix");
    if (on === "netlink") return as("network", "entry");
    if (on === "event") return as("scheduling", "entry");
    if (on === "pipe") return writing ? as("files", "print") : as("files", "read");
    return writing ? as("files", "write") : as("files", "read");
  };
  const of: CallPrices["of"] = ({ call, on }) => {
    const socket = on !== undefined && ["tcp-outside", "tcp-inside", "udp", "unix", "netlink"].includes(on);
    if (writes.test(call)) return ofData(on, true);
    if (reads.test(call)) return ofData(on, false);
    if (waits.test(call)) return as("scheduling", "wait");
    if (/^futex-/.test(call)) return as("scheduling", "handOver");
    if (call === "connect" && on === "tcp-outside") return as("network", "connectOutside");
    if (call === "connect" && on === "tcp-inside") return as("network", "connectInside");
    if (/^accept4?$/.test(call)) return as("network", on === "tcp-outside" ? "connectOutside" : "entry");
    if (socket || /^(socket|socketpair)$/.test(call)) return as("network", "entry");
    if (paths.test(call)) return as("files", "stat");
    if (/^(open(at2?)?|close|creat|unlink(at)?|rename(at2?)?|mkdir(at)?|rmdir)$/.test(call)) {
      return on === "event" ? as("scheduling", "entry") : as("files", "open");
    }
    if (/^f(data)?sync$/.test(call)) return as("files", "fsync");
    if (on === "file" || on === "pipe") return as("files", "entry");
    if (mappings.test(call)) return as("memory", "mapping");
    if (on === "event" || /^(futex|sched_yield|(clock_)?nanosleep)$/.test(call)) return as("scheduling", "entry");
    if (/^execve(at)?$/.test(call)) return as("processes", "exec");
    return as("other", "entry");
  };
  return {
    of,
    pageFault: { group: "memory", ns: (d("page-faults") - d("map")) / touchedPages },
  };
}

/** Left out of the prices: reading the clock makes no system call, and transfers have the price of 64 bytes. */
const unpriced: readonly OperationName[] = ["clock", "tcp-4k", "tcp-64k"];
const needed = operationNames.filter((operation) => !unpriced.includes(operation));

/** Block by block; empty where the record lacks one of the systems, or operations that earlier versions did not have. */
export function callPrices(
  { series }: SystemCallRecord,
  { system, reference }: { readonly system: string; readonly reference: string },
): readonly CallPrices[] {
  const medians = new Map(
    series.map((one) => [`${one.block} ${one.system} ${one.operation}`, median(one.ns)] as const),
  );
  const blocks = [...new Set(series.map(({ block }) => block))];
  return blocks.flatMap((block) => {
    const differences = new Map<OperationName, number>();
    for (const operation of needed) {
      const [own, other] = [system, reference].map((name) => medians.get(`${block} ${name} ${operation}`));
      if (own === undefined || other === undefined) return [];
      differences.set(operation, own - other);
    }
    return [pricesFrom((operation) => differences.get(operation) ?? NaN)];
  });
}
