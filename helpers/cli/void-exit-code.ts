import { cellVoids, type Results } from "../../reports/records/store.ts";
import { unusableLoad } from "../experiments/load/unusable.ts";
import { exitCodes } from "../base/exit-code.ts";
import { resultsSince } from "./results-since.ts";

/** The exit code of a measuring run: Vitest's own, or 4 when tests failed because what they measured is void. */
export async function voidExitCode(vitestCode: number, where: Parameters<typeof resultsSince>[0]): Promise<number> {
  if (vitestCode !== exitCodes.assertion) return vitestCode;
  const results = await resultsSince(where);
  return results !== undefined && isVoid(results) ? exitCodes.voidData : vitestCode;
}

const isVoid = ({ latency, load }: Results): boolean =>
  latency.some((record) => record.systems.some(({ name }) => cellVoids(record, name).length > 0)) ||
  load.some((record) => record.endedAt !== undefined && unusableLoad(record).length > 0); // else an error cut it
