/** A load record as steps, curves, and the rates between which the bound is lost. Pure. */
import { inBarOrder } from "../figures/figure-order.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { clientSystem, type LoadRecord } from "../records/load-record.ts";
import { cpuPerCallNs, meanCpu, type StepCpu } from "./step-cpu.ts";
import { judgeBrackets, type LoadVerdict } from "./verdict.ts";
import {
  type Bracket,
  bracketOf,
  callsOfStep,
  judgeStep,
  type JudgedStep,
  type StepSummary,
  summariseStep,
} from "../records/load-step.ts";

/** A system at one rate, over all blocks in which the step counts. */
export interface LoadCell extends StepSummary {
  readonly system: string;
  /** In which the step counts; 0: it is void everywhere. */
  readonly blocks: number;
  /** Why blocks do not count; empty where all do. */
  readonly voided: readonly string[];
  /** Processor time per call, over these blocks; absent: not known. */
  readonly cpu: StepCpu | undefined;
}

/** A step of one block. */
export interface MeasuredStep extends JudgedStep {
  /** Processor time per call; absent: not known. */
  readonly cpuPerCallNs: number | undefined;
}

/** The greatest rate at which a system holds the bound lies in this bracket, over all blocks together. */
export interface Held extends Bracket {
  readonly system: string;
  /** In which it was called. */
  readonly blocks: number;
  /** Geometric mean over blocks of the brackets' middles; absent: a block's bracket is open. */
  readonly middlePerS?: number;
  /** Against the baseline's bracket of the same block. */
  readonly verdict: LoadVerdict;
  /** The same as a sentence. */
  readonly verdictText: string;
}

export interface LoadSummary {
  readonly record: LoadRecord;
  /** Per block, in the order in which they ran; without the client's. */
  readonly steps: readonly MeasuredStep[];
  /** By system, then rate; the client's come last. */
  readonly cells: readonly LoadCell[];
  readonly held: readonly Held[];
  /** Blocks that were cut off before their checks. */
  readonly cutBlocks: readonly number[];
}

export function summariseLoad(record: LoadRecord): LoadSummary {
  const steps = judgedSteps(record);
  const systems = inBarOrder(record.systems.map(({ name }) => name));
  const cells = [...systems, clientSystem].flatMap((system) => cellsOf(record, steps, system));
  const finished = new Set(record.blocks.map(({ block }) => block));
  const begun = [...new Set(steps.map(({ block }) => block))].sort((a, b) => a - b);
  const whole = begun.filter((block) => finished.has(block));
  const blocks = whole.length > 0 ? whole : begun; // a block that was cut has brackets with open ends
  const bracketsOf = (name: string): readonly Bracket[] =>
    blocks.map((block) => bracketOf(steps.filter((step) => step.system === name && step.block === block)));
  const ofBaseline = bracketsOf(record.baseline);
  const held = systems.map((system): Held => {
    const brackets = bracketsOf(system);
    const own = blocks.filter((block) => steps.some((step) => step.system === system && step.block === block)).length;
    if (!quotable(record)) return { system, blocks: own, ...isNotQuotable };
    const isOther = system !== record.baseline;
    if (own === 0) return { system, blocks: own, ...(isOther ? isUnmeasured : isUnmeasuredBaseline) };
    return {
      system,
      blocks: own,
      ...together(brackets),
      ...(isOther ? judgeBrackets(brackets, ofBaseline) : isBaseline),
    };
  });
  return { record, steps, cells, held, cutBlocks: begun.filter((block) => !finished.has(block)) };
}

function judgedSteps(record: LoadRecord): readonly MeasuredStep[] {
  const { steps, samples, plan, voids } = record;
  return steps.flatMap((step) => {
    const judged = step.system === clientSystem ? undefined : judgeStep(samples, step, plan);
    if (judged === undefined) return [];
    const found = voids.find(
      ({ system = step.system, block = step.block }) => system === step.system && block === step.block,
    );
    const measured = { ...judged, cpuPerCallNs: cpuPerCallNs(record, step) };
    return [found === undefined ? measured : { ...measured, voided: found.reason }];
  });
}

function cellsOf(record: LoadRecord, judged: readonly MeasuredStep[], system: string): readonly LoadCell[] {
  const { samples, steps, plan } = record;
  const own = steps.filter((step) => step.system === system);
  const rates = [...new Set(own.map(({ ratePerS }) => ratePerS))].sort((a, b) => a - b);
  return rates.flatMap((ratePerS) => {
    const at = own.filter((step) => step.ratePerS === ratePerS);
    const stepIn = (block: number): MeasuredStep | undefined =>
      judged.find((step) => step.system === system && step.block === block && step.ratePerS === ratePerS);
    const reasons = at.map(({ block }) => stepIn(block)?.voided);
    const sound = at.filter((_, index) => reasons[index] === undefined);
    const shown = sound.length > 0 ? sound : at;
    const calls = shown.flatMap((step) => callsOfStep(samples, step));
    if (calls.length === 0) return [];
    const voided = [...new Set(reasons.filter((reason) => reason !== undefined))];
    const cpu = meanCpu(shown.map(({ block }) => stepIn(block)?.cpuPerCallNs));
    return [{ system, blocks: sound.length, ...summariseStep(ratePerS, calls, plan, shown.length), voided, cpu }];
  });
}

/** What is true of every block: an end that is open in one of them stays open. */
function together(brackets: readonly Bracket[]): Bracket & Pick<Held, "middlePerS"> {
  const all = (ends: readonly (number | undefined)[]): readonly number[] => {
    const known = ends.filter((end) => end !== undefined);
    return known.length === ends.length ? known : [];
  };
  const helds = all(brackets.map(({ heldPerS }) => heldPerS));
  const losts = all(brackets.map(({ lostPerS }) => lostPerS));
  const logs = [...helds, ...losts].map(Math.log);
  const middle = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return {
    ...(helds.length > 0 && { heldPerS: Math.min(...helds) }),
    ...(losts.length > 0 && { lostPerS: Math.max(...losts) }),
    ...(helds.length > 0 && losts.length > 0 && { middlePerS: middle }),
  };
}

const isBaseline = { verdict: "baseline", verdictText: "baseline" } as const;
const isUnmeasured = { verdict: "not settled", verdictText: "nothing was measured" } as const;
const isUnmeasuredBaseline = { verdict: "baseline", verdictText: "baseline; nothing was measured" } as const;
const isNotQuotable = { verdict: "not settled", verdictText: notQuotable } as const;
