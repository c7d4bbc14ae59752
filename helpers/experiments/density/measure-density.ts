/** Idle instances of a function under every system, block by block. Runs in the measuring worker. */
import type { RunnerTestCase } from "vitest";
import { recordFile } from "../../../reports/records/artifact.ts";
import type { DensityRecord } from "../../../reports/records/density-record.ts";
import { writeDensity } from "../../../reports/records/store.ts";
import type { UserApplication } from "../../application/read-application.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { recordHead } from "../../measure/record-head.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { openIdleInstances } from "./idle-instances.ts";
import { rotatedOrder } from "./limits.ts";
import { measureSeries } from "./measure-series.ts";

export interface DensityMeasurement {
  readonly measured: MeasuredFunction;
  readonly services: Omit<Services, "floors" | "replicas">;
  /** The user's; absent: Hello, Retail! */
  readonly application?: UserApplication["record"] | undefined;
  /** Hears of every series before it begins. */
  readonly say: (line: string) => void;
}

/**
 * One system after the other, in another order in each block. What whole series gave is in the results folder and is
 * drawn, however the measurement ends.
 * @throws {KaliumError} E_DEPLOY, E_RUNTIME_PROOF; no instance is left behind
 */
export async function measureDensity(
  { measured, services, application, say }: DensityMeasurement,
  { task, signal }: { readonly task: Readonly<RunnerTestCase>; readonly signal: AbortSignal },
): Promise<DensityRecord> {
  const { lab, systems } = services;
  const { config, resultsDirectory: folder } = lab;
  const { profile, seed } = config.plan;
  let record: DensityRecord = {
    schema: "kalium-bench/density@1",
    ...recordHead(measured, systems, lab, application),
    plan: { profile, seed, ...config.density },
    ...{ proofs: [], voids: [], series: [] },
  };
  const { blocks, instances: most } = record.plan;
  const place = { seed, label: measured.label };
  const names = systems.map(({ name }) => name);
  try {
    for (let block = 0; block < blocks; block++) {
      for (const [position, name] of rotatedOrder(place, names, block).entries()) {
        const system = systems.find((one) => one.name === name);
        if (system === undefined) throw new TypeError(`${name} is a system of the run`);
        signal.throwIfAborted();
        say(`block ${block + 1} of ${blocks}: idle instances under ${name}`);
        await using instances = await openIdleInstances(measured, system, services, { block, most });
        const found = await measureSeries(instances, { system: name, block, position }, record.plan, signal);
        record = {
          ...record,
          proofs: [...record.proofs, found.proof],
          voids: [...record.voids, ...found.voids],
          series: [...record.series, found.series],
        };
        await writeDensity(folder, record);
        await instances.remove();
      }
    }
    record = { ...record, endedAt: new Date().toISOString() };
  } finally {
    if (record.series.length > 0) await recordFile(task, await writeDensity(folder, record));
  }
  return record;
}
