import { setTimeout as sleep } from "node:timers/promises";
import { apiStatusOf } from "./refusal.ts";

/**
 * Makes the request again while the API server says 429: it has too much to do, or has just learnt a kind of objects, and
 * has not carried the request out.
 * @throws its last answer, once `patienceMs` have passed
 */
export async function untilAdmitted<T>(
  request: () => Promise<T>,
  { patienceMs, pauseMs = 1_000 }: { readonly patienceMs: number; readonly pauseMs?: number },
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (apiStatusOf(error) !== 429 || performance.now() + pauseMs >= deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
