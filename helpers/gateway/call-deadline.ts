import { parseGoDurationMs } from "./go-duration.ts";
import type { WatchdogSettings } from "./watchdog-settings.ts";

/** Who ends a call that takes too long: the watchdog (504), the gateway (502), or the cut of its connection. */
export interface CallDeadline {
  readonly afterMs: number;
  readonly kind: "exec" | "gateway" | "write";
}

/** The earliest of a watchdog's limits for a call; `undefined` when there is none. Computed once per instance, not per call. */
export function callDeadline({ execTimeoutMs, writeTimeoutMs }: WatchdogSettings): CallDeadline | undefined {
  const limits: readonly CallDeadline[] = [
    { kind: "exec", afterMs: execTimeoutMs },
    { kind: "write", afterMs: writeTimeoutMs },
  ];
  return limits.filter(({ afterMs }) => afterMs > 0).toSorted((a, b) => a.afterMs - b.afterMs)[0];
}

/** `X-Timeout` lowers the deadline of one call; of-watchdog ignores it when it is unreadable, longer, or without one. */
export function lowered(
  deadline: CallDeadline | undefined,
  settings: WatchdogSettings,
  xTimeout: string,
): CallDeadline | undefined {
  const afterMs = parseGoDurationMs(xTimeout);
  if (afterMs === undefined || afterMs === 0 || afterMs > settings.execTimeoutMs) return deadline;
  return deadline !== undefined && deadline.afterMs < afterMs ? deadline : { kind: "exec", afterMs };
}
