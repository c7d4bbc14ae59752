/** All guards of a block as one. */
import type { Void } from "../../reports/records/record.ts";
import type { RunFunction } from "../contracts/application.ts";
import type { System } from "../contracts/system.ts";
import type { BlockGuard, Guard, GuardedBlock, GuardedDeployment, MeasuredBlock } from "./guard.ts";
import { guardsOf } from "./index.ts";

export interface OpenGuards {
  /** What an instance needs to be guarded; empty for systems without a guard. */
  readonly deployment: (system: System, definition: RunFunction) => GuardedDeployment;
  /** Systems that were not guarded as their name says. */
  readonly inspect: (block: MeasuredBlock) => Promise<readonly Void[]>;
  /** Keeps what the guards' programs left, for a block that something voids. */
  readonly keepEvidence: () => Promise<void>;
  /** Idempotent. */
  readonly release: () => Promise<void>;
}

interface Opened {
  readonly guard: Guard;
  readonly block: BlockGuard;
}

/** `all`: the guards that there are. @throws {KaliumError} as the guard did; nothing is left behind then */
export async function openGuards(block: GuardedBlock, all?: readonly Guard[]): Promise<OpenGuards> {
  const opened: Opened[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(opened.map((each) => each.block.release()));
  };
  try {
    for (const guard of guardsOf(block.systems, all)) {
      opened.push({ guard, block: await guard.openBlock({ ...block, systems: block.systems.filter(guard.concerns) }) });
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    deployment: (system, definition) => {
      const parts = opened.flatMap((each) => each.block.deployment(system, definition) ?? []);
      return {
        envVars: Object.assign({}, ...parts.map(({ envVars }) => envVars)) as Record<string, string>,
        secrets: parts.flatMap(({ secrets }) => secrets),
      };
    },
    inspect: async (measured) => {
      const voids = await Promise.all(opened.map((each) => inspectOne(each, block, measured)));
      return voids.flat();
    },
    keepEvidence: async () => {
      await Promise.all(opened.map(async (each) => each.block.keepEvidence?.()));
    },
    release,
  };
}

/** A guard that checked nothing guarded nothing, even where it finds no fault with that. */
async function inspectOne(
  { guard, block: open }: Opened,
  { systems, block }: GuardedBlock,
  measured: MeasuredBlock,
): Promise<readonly Void[]> {
  const { voids, checks } = await open.inspect(measured);
  if (guard.name === "none") return voids;
  const idle = systems.filter(
    ({ name, guard: named }) =>
      named === guard.name &&
      (checks.get(name) ?? 0) === 0 &&
      measured.samples.some(({ system, outcome }) => system === name && outcome === "ok") &&
      !voids.some(({ system }) => system === undefined || system === name),
  );
  return [
    ...voids,
    ...idle.map(({ name }) => ({ system: name, block, reason: `${guard.title} saw no event in this block` })),
  ];
}
