/** When a starting instance came how far, seen from the gateway. */
import { connect as connectByNode } from "node:net";
import { nowNs } from "../base/clock.ts";
import type { RuntimeProof } from "../contracts/proof.ts";
import type { DriverStages } from "../contracts/sandbox.ts";
import type { Connect } from "./readiness.ts";

export interface StartWatch {
  /** Opens the connections of questions whether the function is ready. */
  readonly connect: Connect;
  /** Call it when the first answer is there. @param driver the driver's part; absent: it did not look */
  readonly started: (driver: DriverStages | undefined) => Pick<RuntimeProof, "startNs" | "stages">;
}

/** Call it right before the driver starts. @param listening aborts when the function printed that it listens */
export function watchStart(listening: AbortSignal): StartWatch {
  const beganNs = nowNs();
  let saidNs = Infinity;
  let connectedNs = Infinity;
  listening.addEventListener("abort", () => (saidNs = nowNs()), { once: true });
  return {
    connect: (options) => connectByNode(options).once("connect", () => (connectedNs = nowNs())),
    started: (driver) => {
      const startNs = nowNs() - beganNs;
      if (driver === undefined) return { startNs };
      return {
        startNs,
        stages: startStagesOf(driver, { startNs, listensNs: Math.min(saidNs, connectedNs) - beganNs }),
      };
    },
  };
}

/**
 * The parts of a start, which add up to it.
 * @param listensNs when the function said so, or when the connection was open on which it answered, whichever was first;
 *   of one that was quicker than the look at its runtime, the program's part is 0
 */
export function startStagesOf(
  { networkNs, createNs, runtimeNs }: DriverStages,
  { startNs, listensNs }: { readonly startNs: number; readonly listensNs: number },
): NonNullable<RuntimeProof["stages"]> {
  const runsNs = networkNs + createNs + runtimeNs;
  const readyNs = Math.min(startNs, Math.max(runsNs, listensNs));
  return { networkNs, createNs, runtimeNs, programNs: readyNs - runsNs, answerNs: startNs - readyNs };
}
