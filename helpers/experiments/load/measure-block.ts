import { clientSystem, type LoadCall, type LoadPlan } from "../../../reports/records/load-record.ts";
import { judgeStep, type JudgedStep } from "../../../reports/records/load-step.ts";
import type { LoadJournal } from "../../../reports/records/store.ts";
import { stopwatch } from "../../base/clock.ts";
import { startLoadCheck } from "../../measure/load-check.ts";
import { shuffledAt } from "../../measure/plan.ts";
import type { Stage } from "../../measure/stage.ts";
import { nextRate } from "./next-rate.ts";
import { runStep, type StepTarget } from "./run-step.ts";

export interface LoadBlock {
  readonly plan: LoadPlan;
  readonly label: string;
  readonly systems: readonly string[];
  readonly block: number;
  readonly stage: Stage;
  /** Answers at once and does nothing. */
  readonly emptyTarget: StepTarget;
  readonly journal: LoadJournal;
  readonly originNs: number;
  /** Hears of every step when it is over. */
  readonly onStep: (step: JudgedStep) => void;
  readonly signal: AbortSignal;
}

/**
 * One block: all systems side by side in fresh sandboxes, warm-up, then one rate after the other; each rate is offered
 * to the client alone first, then to one system at a time, in random order, with the same arrivals.
 */
export async function measureLoadBlock(context: LoadBlock): Promise<void> {
  const { plan, label, systems, block, stage, emptyTarget, journal, onStep, signal } = context;
  await using opened = await stage.open(block, signal);
  for (const data of opened.proofs) journal.append({ kind: "proof", data });
  const lap = stopwatch();
  const call: StepTarget = ({ system, index, phase }) =>
    opened.call({ system, block, round: index, position: 0, phase });
  const calls: LoadCall[] = [];
  const run = async (
    system: string,
    ratePerS: number,
    phase: LoadCall["phase"],
    windowMs = plan.windowMs,
  ): Promise<void> => {
    const target = system === clientSystem ? emptyTarget : call;
    const { usage } = opened;
    calls.push(...(await runStep({ ...context, step: { system, block, ratePerS, phase }, windowMs, target, usage })));
  };
  const order = (place: string): readonly string[] => shuffledAt({ ...plan, label }, systems, `${block}/load/${place}`);

  const [least = 1] = plan.ratesPerS;
  const warmupMs = Math.ceil((1e3 * plan.warmupRounds * plan.replicas) / least);
  for (const system of order("warmup")) if (warmupMs > 0) await run(system, least, "warmup", warmupMs);
  const warmedMs = lap();

  const endLoad = await startLoadCheck();
  const done = new Map<string, JudgedStep[]>(systems.map((system) => [system, []]));
  for (let turn = 0; ; turn++) {
    const due = order(String(turn)).flatMap((system) => {
      const ratePerS = nextRate(plan, done.get(system) ?? []);
      return ratePerS === undefined ? [] : [{ system, ratePerS }];
    });
    if (due.length === 0) break;
    for (const { system, ratePerS } of due) {
      const tried = calls.some((one) => one.system === clientSystem && one.ratePerS === ratePerS);
      if (!tried) await run(clientSystem, ratePerS, "measured");
      await run(system, ratePerS, "measured");
      const step = judgeStep(calls, { system, block, ratePerS }, plan);
      if (step === undefined) throw new TypeError(`no call of ${system} at ${ratePerS}/s`);
      done.get(system)?.push(step);
      onStep(step);
    }
  }
  const measureMs = lap();
  const { loadAverage, stealMs } = await endLoad();

  const made = calls.flatMap((one) =>
    one.system === clientSystem || one.outcome === "unsent"
      ? []
      : [{ ...one, round: one.index, position: 0, startedAtNs: one.sentAtNs ?? 0, outcome: one.outcome }],
  );
  for (const data of [...opened.voids, ...(await opened.inspect(made))]) {
    journal.append({ kind: "void", data: { ...data, block } });
  }
  lap();
  await opened.remove();
  const { resetMs, deployMs } = opened;
  const times = { resetMs, deployMs, warmupMs: warmedMs, measureMs, removeMs: lap(), loadAverage };
  journal.append({ kind: "block", data: { block, ...times, ...(stealMs !== undefined && { stealMs }) } });
  journal.sync();
}
