import { cellVoids } from "../../reports/store.ts";
import { exitCodes } from "./exit-code.ts";
import { resultsSince } from "./results-since.ts";

/** The exit code of a measuring run: Vitest's own, or 4 when tests failed because what they measured is void. */
export async function voidExitCode(vitestCode: number, where: Parameters<typeof resultsSince>[0]): Promise<number> {
  if (vitestCode !== exitCodes.assertion) return vitestCode;
  const latency = (await resultsSince(where))?.latency ?? [];
  const isVoid = latency.some((record) => record.systems.some(({ name }) => cellVoids(record, name).length > 0));
  return isVoid ? exitCodes.voidData : vitestCode;
}
