import { cellVoids, type Results } from "../../reports/records/store.ts";
import { unusableLoad } from "../experiments/load/unusable.ts";
import { exitCodes } from "../base/exit-code.ts";
import { resultsSince } from "./results-since.ts";

/** The exit code of a measuring run: Vitest's own, or 4 when a function was measured to its end and is void. */
export async function voidExitCode(vitestCode: number, where: Parameters<typeof resultsSince>[0]): Promise<number> {
  if (vitestCode !== exitCodes.assertion) return vitestCode;
  const results = await resultsSince(where);
  return results !== undefined && isVoid(results) ? exitCodes.voidData : vitestCode;
}

const isVoid = ({ latency, load, density = [] }: Results): boolean =>
  // Where an error cut a function, the error is what the exit code is about.
  latency.some(
    (each) => each.stopped !== undefined && each.systems.some(({ name }) => cellVoids(each, name).length > 0),
  ) ||
  load.some((each) => each.endedAt !== undefined && unusableLoad(each).length > 0) ||
  density.some(({ endedAt, voids }) => endedAt !== undefined && voids.length > 0);
