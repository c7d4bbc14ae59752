import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { dirname, resolve } from "node:path";
import type { MachineState } from "./costs.ts";

/** Who asks, how busy the machine is, and how much room there is for results. */
export async function machineState(resultsDirectory: string): Promise<MachineState> {
  let folder = resolve(resultsDirectory);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder); // it is made by the first run
  const disk = await statfs(folder).catch(() => undefined);
  return {
    root: process.geteuid?.() === 0,
    cores: availableParallelism(),
    loadAverage: loadavg()[0] ?? 0,
    freeBytes: disk === undefined ? undefined : disk.bavail * disk.bsize,
    resultsDirectory,
  };
}
