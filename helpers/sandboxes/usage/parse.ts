/**
 * What the kernel's counters say, from the text of their files. Pure. Whatever a file does not say is `undefined`, never 0.
 * Files and fields: Documentation/admin-guide/cgroup-v1/{cpuacct,memory}.rst, cgroup-v2.rst, proc(5).
 */

/** Of a group and all below it, from its start. */
export interface GroupUsage {
  /** Processor time, ns, of processes that have ended included. */
  readonly cpuNs?: number;
  /** Memory that cannot be given back by dropping what files have not been read lately: as a cluster's kubelet counts it, bytes. */
  readonly workingSetBytes?: number;
  /** The most that was in use at once, file pages included, bytes. */
  readonly peakBytes?: number;
}

/** Of a sandbox's network interface, from its start; as the sandbox sees it. */
export interface InterfaceUsage {
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
  readonly sentPackets: number;
}

/** What an instance has used. */
export interface InstanceUsage extends GroupUsage, Partial<InterfaceUsage> {
  /** When `cpuNs` was counted, on the clock of whoever did, ns; absent: when it was read. */
  readonly cpuAtNs?: number;
}

/** Texts of the files; absent: there is no such file. */
export interface GroupTexts {
  /** Version 1: `cpuacct.usage`, `memory.usage_in_bytes`, `memory.stat`, `memory.max_usage_in_bytes`. */
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly memoryStat?: string | undefined;
  /** Version 2: `cpu.stat`, `memory.current`, `memory.stat`, `memory.peak` (Linux 5.19 and later). */
  readonly memoryPeak?: string | undefined;
}

/** @param version of the hierarchy that the texts are from */
export function parseGroupUsage(version: 1 | 2, texts: GroupTexts): GroupUsage {
  const { cpu, memory, memoryStat, memoryPeak } = texts;
  const cpuNs = version === 1 ? wholeNumber(cpu) : times(field(cpu, "usage_usec"), 1_000);
  const used = wholeNumber(memory);
  const inactive = field(memoryStat, version === 1 ? "total_inactive_file" : "inactive_file");
  const peakBytes = wholeNumber(memoryPeak);
  return {
    ...(cpuNs !== undefined && { cpuNs }),
    // The two files are read one after the other, so that the difference may be below 0 for a group that is all cache.
    ...(used !== undefined && inactive !== undefined && { workingSetBytes: Math.max(0, used - inactive) }),
    ...(peakBytes !== undefined && { peakBytes }),
  };
}

/**
 * Processor time of a process and of its threads that have ended, ns, from `/proc/PID/stat`: in steps of a clock tick.
 * @param ticksPerS `getconf CLK_TCK`, 100 on every Linux that Node runs on
 */
export function parseProcessCpu(stat: string | undefined, ticksPerS = 100): number | undefined {
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [wholeNumber(fields[11]), wholeNumber(fields[12])];
  return user === undefined || system === undefined ? undefined : ((user + system) * 1e9) / ticksPerS;
}

/**
 * `/proc/net/dev`, proc(5), by name of the interface. What this machine's end of a pair receives, the sandbox has sent.
 * Packets are those that the interface handed over: up to 64 KB are one where senders leave cutting them to the interface.
 */
export function parseInterfaces(text: string): ReadonlyMap<string, InterfaceUsage> {
  const found = new Map<string, InterfaceUsage>();
  for (const line of text.split("\n")) {
    const [, name = "", words = ""] = /^ *([^:\s]+): *(\d.*)$/.exec(line) ?? [];
    const counts = words.split(/ +/).map(Number);
    const [sentBytes, sentPackets, receivedBytes, receivedPackets] = [counts[0], counts[1], counts[8], counts[9]];
    if (sentBytes === undefined || sentPackets === undefined) continue;
    if (receivedBytes === undefined || receivedPackets === undefined) continue;
    found.set(name, { receivedBytes, sentBytes, receivedPackets, sentPackets });
  }
  return found;
}

/** A file that is one number; `max` is none. */
const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;

/** A line `name number` of a file of such lines. */
const field = (text: string | undefined, name: string): number | undefined =>
  wholeNumber(new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "")?.[1]);

const times = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor;
