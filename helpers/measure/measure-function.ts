import { existsSync } from "node:fs";
import type { TestContext } from "vitest";
import { recordLatency } from "../../reports/records/artifact.ts";
import type { LatencyRecord } from "../../reports/records/record.ts";
import { sizedPlan } from "../../reports/records/sized-plan.ts";
import { journalPath, openJournal, readJournal, recordFromJournal } from "../../reports/records/store.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { KaliumError } from "../base/errors.ts";
import type { ComparedSystem } from "../config/systems.ts";
import { shareEndMs } from "./budget.ts";
import { functionPlan } from "./function-plan.ts";
import type { MeasuredRun } from "./measured-run.ts";
import type { Plan } from "./plan.ts";
import { createProgressMeter } from "./progress-meter.ts";
import { recordHead } from "./record-head.ts";
import { type FirstCosts, reservedMs, resized } from "./resize.ts";
import { type Resized, runPlan } from "./run-plan.ts";
import type { Stage } from "./stage.ts";

/** The parts of Vitest's test context that measuring uses. */
export type MeasureContext = Pick<TestContext, "task" | "signal">;

export interface MeasureOptions {
  readonly measured: MeasuredFunction;
  readonly systems: readonly ComparedSystem[];
  readonly lab: MeasuredRun;
  readonly stageOf: (plan: Plan) => Stage;
  /** The user's; absent: Hello, Retail! */
  readonly application?: LatencyRecord["application"];
}

/**
 * Measures one function under all selected systems and hands the record to the reporter, however it ends. Every call is
 * in the journal before the next one starts. A function that a resumed run has already completed stays as it is, unless
 * it is to be settled.
 */
export async function measureFunction(
  { measured, systems, lab, stageOf, application }: MeasureOptions,
  { task, signal }: MeasureContext,
): Promise<LatencyRecord> {
  const { label } = measured;
  const { config, session, resultsDirectory: folder } = lab;
  const { baseline } = config;
  const names = systems.map(({ name }) => name);
  const { recorded, plan, settle } = functionPlan(config, label, names);
  const left = lab.labels.filter((other) => other === label || !isMeasured(lab, other));
  const weightOf = (other: string): number => config.sizes?.[other]?.timeMs ?? 1;
  const share = weightOf(label) / left.reduce((sum, other) => sum + weightOf(other), 0);
  const nowMs = nsToMs(nowNs());
  const { sizes = {} } = config;
  const reserved = reservedMs({ label, left, sizes });
  const journal = openJournal(journalPath(folder, label), {
    ...recordHead(measured, systems, lab, application),
    ...(config.pictureScheme === "http" && measured.needs.includes("image-server") && { picture: "http" }),
    plan: recorded,
  });
  try {
    const spent = (of: readonly string[]): number => of.reduce((sum, each) => sum + (lab.unfinished?.[each] ?? 0), 0);
    const spentMs = { own: spent([label]), all: spent(left) };
    const chosenMs = journal.resumed?.sized?.timeMs;
    const endMs = settle
      ? nowMs + settle.withinMs
      : chosenMs === undefined || lab.measureUntilMs === undefined
        ? shareEndMs({ endMs: lab.measureUntilMs, share, spentMs }, nowMs)
        : nowMs + Math.max(0, chosenMs - spentMs.own);
    const hard = settle !== undefined || lab.endsInTime === true;
    const untilMs = hard ? Math.max(endMs ?? 0, settle ? 0 : (lab.measureUntilMs ?? Infinity) - reserved) : undefined;
    const control = systems.find(({ aaOf }) => aaOf === baseline)?.name;
    const sizedAs = sizedPlan(plan, journal.resumed?.sized);
    const shown = settle ? { ...sizedAs, blocks: settle.toBlocks } : sizedAs;
    const { onOpening, onSample, onSize } = createProgressMeter(task, shown, {
      ...{ baseline, resumed: journal.resumed, blocks: settle?.toBlocks ?? recorded.blocks, endMs },
    });
    const { open } = stageOf(plan);
    const stage: Stage = {
      open: (block, stop) => {
        onOpening(block);
        return open(block, stop);
      },
    };
    const settleTo = settle?.toBlocks;
    const resize = (costs: FirstCosts): Resized | undefined => {
      if (lab.measureUntilMs === undefined) return undefined;
      const size = resized({ label, left, sizes, timeMs: lab.measureUntilMs - nowMs }, costs);
      if (size === undefined) return undefined;
      const chosen = { ...size, endMs: nowMs + size.timeMs };
      onSize(chosen);
      return chosen;
    };
    const resizes = settle === undefined && sizes[label]?.costs !== undefined && { resize };
    await runPlan({
      ...{ plan, baseline, control, stage, journal, endMs, untilMs, settleTo, session, onSample, signal },
      ...resizes,
    });
  } catch (error) {
    if (error instanceof KaliumError && error.code === "E_RUNTIME_PROOF") {
      journal.append({ kind: "void", data: { reason: error.message } }); // not even its other systems: who knows why
    }
    throw error;
  } finally {
    await recordLatency(task, journal.close());
  }
  return recordFromJournal(readJournal(journal.path));
}

/** Complete, or at least begun in this session. */
function isMeasured({ resultsDirectory, unfinished = {} }: MeasuredRun, label: string): boolean {
  const path = journalPath(resultsDirectory, label);
  return existsSync(path) && !(label in unfinished && readJournal(path).endedAt === undefined);
}
