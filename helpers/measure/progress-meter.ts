import { reportProgress } from "../../reports/progress.ts";
import type { Sample } from "../../reports/record.ts";
import { median } from "../../reports/stats/quantile.ts";
import type { JournalContents } from "../../reports/store.ts";
import { nowNs, nsToMs } from "../clock.ts";
import type { Plan } from "./plan.ts";

/** Counts samples for the live line of a measured function; tells the reporter at the end of each round. */
export function createProgressMeter(
  task: { readonly id: string },
  { label, systems, blocks, rounds }: Plan,
  { baseline, resumed }: { readonly baseline: string; readonly resumed: JournalContents | undefined },
): (sample: Sample) => void {
  const startNs = nowNs();
  const doneBefore = (resumed?.blocks.length ?? 0) * rounds * systems.length;
  const total = blocks * rounds * systems.length;
  const latenciesNs = new Map<string, number[]>(systems.map((system) => [system, []]));
  let done = doneBefore;
  return (sample) => {
    if (sample.phase === "measured") {
      done++;
      if (sample.outcome === "ok") latenciesNs.get(sample.system)?.push(sample.latencyNs);
    }
    if (sample.position < systems.length - 1) return;
    const left = Math.max(0, total - done);
    reportProgress(task, {
      label,
      done,
      total,
      baseline,
      perSystem: Object.fromEntries(
        [...latenciesNs].map(([system, values]) => [
          system,
          { count: values.length, ...(values.length > 0 && { medianNs: median(values) }) },
        ]),
      ),
      ...(done > doneBefore && { etaMs: nsToMs(((nowNs() - startNs) * left) / (done - doneBefore)) }),
    });
  };
}
