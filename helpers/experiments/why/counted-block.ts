import { nowNs } from "../../base/clock.ts";
import { KaliumError } from "../../base/errors.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { createCheckedCall } from "../../testbed/block/checked-call.ts";
import { deployBlock, type DeployedBlock } from "../../testbed/block/deploy-block.ts";
import type { Services } from "../../testbed/suite/services.ts";
import type { Window } from "./count-window.ts";

export type OneSystem = Services & { readonly systems: readonly [ComparedSystem] };

/** A block in which nothing is timed: fresh instances under one system, warmed up. Disposing removes them. */
export interface CountedBlock extends AsyncDisposable {
  readonly deployed: DeployedBlock;
  /** How many invocations are to be counted. */
  readonly invocations: number;
  /** @throws {KaliumError} E_INVOKE for an answer that is not the right one */
  readonly invoke: () => Promise<Window>;
}

/** What an instance does after its answer is not the next invocation's. */
export const settleMs = 50;

const [counted, smokeCounted] = [10, 3];
/** As in a timed block, so that caches are filled and connections open. */
const warmUps = 10;

/**
 * @param nth of such blocks; their plans follow those of the timed ones
 * @param traced the runtime writes all system calls of the instances into its log
 */
export async function openCountedBlock(
  measured: MeasuredFunction,
  services: OneSystem,
  { nth, traced, signal }: { readonly nth: number; readonly traced: boolean; readonly signal: AbortSignal },
): Promise<CountedBlock> {
  const { lab, systems, databases } = services;
  const [{ name: system }] = systems;
  const { plan: sizes } = lab.config;
  const block = sizes.blocks + nth;
  const plan = { ...sizes, label: measured.label, systems: [system] };
  await databases.reset(systems);
  await using stack = new AsyncDisposableStack();
  const deployed = stack.use(await deployBlock(measured, services, { plan, block, traced, signal }));
  const call = createCheckedCall(measured, services, { seed: sizes.seed, block });
  let round = 0;
  const invoke = async (): Promise<Window> => {
    signal.throwIfAborted();
    const offsetNs = wallClockOffsetNs();
    const { sample, problem } = await call({ system, block, round: round++, position: 0, phase: "measured" });
    if (problem !== undefined) {
      throw new KaliumError(
        "E_INVOKE",
        `${measured.label} under ${system}, while its system calls are counted: ${problem}`,
      );
    }
    const fromNs = sample.startedAtNs + offsetNs;
    return { fromS: fromNs / 1e9, toS: (fromNs + sample.latencyNs) / 1e9 };
  };
  const smoke = sizes.profile === "smoke";
  for (let made = 0; made < (smoke ? 1 : warmUps); made++) await invoke();
  const owned = stack.move();
  return {
    deployed,
    invocations: smoke ? smokeCounted : counted,
    invoke,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What the wall clock, by which traces are stamped, is ahead of the monotonic one: seen where it ticks, exact to some us. */
function wallClockOffsetNs(): number {
  const before = Date.now();
  for (;;) {
    const now = Date.now();
    if (now !== before) return now * 1e6 - nowNs();
  }
}
