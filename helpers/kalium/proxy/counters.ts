import { type EventName, eventNames } from "../core/event.ts";
import type { VerdictRecord } from "../core/guard.ts";

/** What one instance's guard saw since its registration or the last reset. */
export interface InstanceCounters {
  /** Zero in all means that the hook was not there: a measurement of such an instance is void. */
  readonly events: Readonly<Record<EventName, number>>;
  readonly denied: number;
  /** Invocations that were refused, and so have no end. */
  readonly deniedBeginnings: number;
  /** Of all verdicts. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Odd answers of the controller, and malformed lines of the hook. */
  readonly anomalies: number;
  /** The last ones, oldest first. */
  readonly lastDenials: readonly VerdictRecord[];
}

const keptDenials = 20;

export interface Counting {
  count(record: VerdictRecord): void;
  countAnomaly(): void;
  read(): InstanceCounters;
}

export function createCounters(): Counting {
  const events = Object.fromEntries(eventNames.map((name) => [name, 0])) as Record<EventName, number>;
  const byReason = new Map<string, number>();
  const lastDenials: VerdictRecord[] = [];
  let denied = 0;
  let deniedBeginnings = 0;
  let anomalies = 0;
  return {
    count: (record) => {
      events[record.event]++;
      byReason.set(record.reason, (byReason.get(record.reason) ?? 0) + 1);
      if (record.verdict === "allow") return;
      denied++;
      if (record.event === "GETE" && !record.permitted) deniedBeginnings++;
      lastDenials.push(record);
      if (lastDenials.length > keptDenials) lastDenials.shift();
    },
    countAnomaly: () => {
      anomalies++;
    },
    read: () => ({
      events: { ...events },
      denied,
      deniedBeginnings,
      reasons: Object.fromEntries(byReason),
      anomalies,
      lastDenials: [...lastDenials],
    }),
  };
}
