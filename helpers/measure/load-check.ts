import { availableParallelism } from "node:os";
import { captureLoad } from "../machine/environment/index.ts";
import { nowNs, nsToMs } from "../base/clock.ts";

/** More than this share of the processors taken away by the machine's host is worth a flag. */
const stolenShare = 0.05;

export interface LoadOfBlock {
  /** Of the last minute; the harness' own work is in it. */
  readonly loadAverage: number;
  /** Processor time that the machine's host took away meanwhile, all processors together; absent: unknown. */
  readonly stealMs?: number;
  /** Why the block deserves a flag. */
  readonly reason?: string;
}

/** Says at the end of a block how busy the machine was, and how much of it was taken away meanwhile. */
export async function startLoadCheck(
  read: typeof captureLoad = captureLoad,
  nowMs: () => number = () => nsToMs(nowNs()),
): Promise<() => Promise<LoadOfBlock>> {
  const before = await read();
  const startMs = nowMs();
  return async () => {
    const after = await read();
    const [loadAverage = 0] = after.average;
    if (before.stealMs === null || after.stealMs === null) return { loadAverage };
    const stealMs = after.stealMs - before.stealMs;
    const share = stealMs / ((nowMs() - startMs) * availableParallelism());
    if (!(share > stolenShare)) return { loadAverage, stealMs };
    const reason = `the machine's host took ${Math.round(100 * share)} % of the processor time`;
    return { loadAverage, stealMs, reason };
  };
}
