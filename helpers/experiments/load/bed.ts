/** What the load suite's hooks call, beside those of every testbed. Runs in the measuring worker. */
import type { LoadRecord } from "../../../reports/records/load-record.ts";
import type { MeasuredFunction } from "../../contracts.ts";
import { createCaller } from "../../gateway/caller.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import type { MeasureContext } from "../../measure/measure-function.ts";
import { startService } from "../../base/child-service.ts";
import { createStage } from "../../testbed/block/stage.ts";
import { type Testbed, testbed } from "../latency/testbed.ts";
import { measureLoad } from "./measure-load.ts";
import type { Target } from "./run-step.ts";

export interface LoadBed extends Omit<Testbed, "measure" | "startFloors"> {
  /** A server that does nothing, in a process of its own: what the load generator can do by itself. */
  readonly startEmptyTarget: () => Promise<() => Promise<void>>;
  /** Offers every rate to the function under every selected system, block by block. */
  readonly measure: (title: string, context: MeasureContext) => Promise<LoadRecord>;
}

export function loadBed(functions: readonly MeasuredFunction[]): LoadBed {
  const bed = testbed(functions);
  let emptyTarget: Target | undefined;
  return {
    ...bed,

    startEmptyTarget: async () => {
      const { config } = providedLab();
      const entry = new URL("empty-target-service.ts", import.meta.url);
      const server = await startService<{ readonly url: string }>(
        entry,
        {},
        { name: "empty target", timeoutMs: 120_000 },
      );
      const caller = createCaller({ connection: config.plan.connection, timeoutMs: config.callTimeoutMs });
      emptyTarget = async () => {
        const { outcome, ...result } = await caller.call({ url: server.info.url, body: "{}" });
        return { ...result, outcome: outcome === "answered" ? "ok" : outcome };
      };
      return bed.outlast.after(async () => {
        caller.close();
        await server.stop();
      });
    },

    measure: async (title, context) => {
      if (emptyTarget === undefined) throw new TypeError("add beforeAll(bed.startEmptyTarget) to the suite");
      const measured = bed.measured(title);
      const services = bed.services();
      const { lab, systems } = services;
      const { config } = lab;
      const plan = { ...config.plan, label: measured.label, systems: bed.systems() };
      const stage = createStage(measured, { ...services, replicas: config.load.replicas }, plan);
      return await bed.outlast.during(measureLoad({ measured, systems, lab, stage, emptyTarget }, context));
    },
  };
}
