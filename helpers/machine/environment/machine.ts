import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { cgroupVersion } from "../../sandboxes/cgroup-tree.ts";

/** Paths in sysfs: Documentation/admin-guide/pm/cpufreq.rst, intel_pstate.rst and cputopology.rst of the kernel. */
const cpu = "/sys/devices/system/cpu";

export async function captureMachine(): Promise<Record<string, unknown>> {
  const [os, clocksource, processor, hypervisor, memory, load] = await Promise.all([
    readText("/etc/os-release").then((text) => /^PRETTY_NAME="?([^"\n]+)/m.exec(text ?? "")?.[1] ?? null),
    readText("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
    captureProcessor(),
    captureHypervisor(),
    captureMemory(),
    captureLoad(),
  ]);
  return { os, kernel: release(), clocksource, cpu: processor, hypervisor, memory, cgroup: cgroupVersion(), load };
}

/** To be taken before and after: how busy the machine is, and how much of it its host has taken away since boot. */
export async function captureLoad(): Promise<{
  readonly average: readonly number[];
  readonly stealMs: number | null;
}> {
  // The eighth figure is steal, in ticks of 10 ms (USER_HZ): proc(5).
  const ticks = /^cpu +(?:\d+ +){7}(\d+)/.exec((await readText("/proc/stat")) ?? "")?.[1];
  return { average: loadavg(), stealMs: ticks === undefined ? null : Number(ticks) * 10 };
}

async function captureProcessor(): Promise<Record<string, unknown>> {
  const [governor, driver, boost, noTurbo, smt] = await Promise.all([
    readText(`${cpu}/cpu0/cpufreq/scaling_governor`),
    readText(`${cpu}/cpu0/cpufreq/scaling_driver`),
    readText(`${cpu}/cpufreq/boost`),
    readText(`${cpu}/intel_pstate/no_turbo`),
    readText(`${cpu}/smt/active`),
  ]);
  return {
    model: cpus()[0]?.model ?? null,
    /** Cores, or hardware threads where SMT is on, that this process may use. */
    cores: availableParallelism(),
    governor,
    driver,
    turbo: onOff(boost) ?? onOff(noTurbo === null ? null : noTurbo === "0" ? "1" : "0"),
    smt: onOff(smt),
  };
}

/** `none` on bare metal; in a virtual machine the product's name where the firmware tells it. */
async function captureHypervisor(): Promise<string | null> {
  const [flags, vendor, product, xen] = await Promise.all([
    readText("/proc/cpuinfo"),
    readText("/sys/class/dmi/id/sys_vendor"),
    readText("/sys/class/dmi/id/product_name"),
    readText("/sys/hypervisor/type"),
  ]);
  if (xen !== null) return xen;
  if (flags === null) return null;
  if (!/^flags\s*:.*\bhypervisor\b/m.test(flags)) return process.arch === "x64" ? "none" : null; // the flag is x86's
  return [vendor, product].filter((name) => name !== null).join(" ") || "virtual machine";
}

async function captureMemory(): Promise<Record<string, unknown>> {
  const bytes = await readMemory();
  return {
    totalBytes: totalmem(),
    availableBytes: bytes("MemAvailable") ?? null,
    swapBytes: bytes("SwapTotal") ?? null,
  };
}

/** What the kernel thinks it could still give to programs without swapping, bytes; `undefined`: it does not say. */
export const availableMemoryBytes = async (): Promise<number | undefined> => (await readMemory())("MemAvailable");

async function readMemory(): Promise<(name: string) => number | undefined> {
  const text = (await readText("/proc/meminfo")) ?? "";
  return (name) => {
    const kib = new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  };
}

const onOff = (digit: string | null): boolean | null => (digit === null ? null : digit === "1");

const readText = (path: string): Promise<string | null> =>
  readFile(path, "utf8").then(
    (text) => text.trim(),
    () => null,
  );
