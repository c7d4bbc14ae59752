import { Bench } from "tinybench";
import type { Sample } from "../../reports/records/record.ts";
import { nsToMs } from "../base/clock.ts";
import type { PlannedCall } from "./plan.ts";

export interface CallLoop {
  /** Name of the tinybench task: the measured function's label. */
  readonly label: string;
  readonly calls: readonly PlannedCall[];
  /** Called before each round, outside the clock. */
  readonly beforeRound?: () => Promise<void>;
  /** Makes one call; resolves also for wrong answers and failures, which are samples too. */
  readonly invoke: (call: PlannedCall) => Promise<Sample>;
  /** Called in execution order, outside the clock. */
  readonly onSample: (sample: Sample) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the planned calls in order, one at a time. tinybench is the loop; its statistics are not used, because it sorts
 * its samples: the ordered samples are the truth.
 */
export async function runCalls({ label, calls, beforeRound, invoke, onSample, signal }: CallLoop): Promise<void> {
  if (calls.length === 0) return;
  const remaining = calls.values();
  const bench = new Bench({ iterations: calls.length, time: 0, warmup: false, throws: true, signal });
  bench.add(label, async () => {
    const call = remaining.next();
    if (call.done === true) throw new RangeError(`tinybench asked for more than ${calls.length} calls`);
    if (call.value.position === 0) await beforeRound?.();
    const sample = await invoke(call.value);
    onSample(sample);
    return { overriddenDuration: nsToMs(sample.latencyNs) };
  });
  await bench.run();
  signal.throwIfAborted();
}
