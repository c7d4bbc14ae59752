import type { LoadStep } from "../../../reports/records/load-record.ts";
import { nowNs } from "../../base/clock.ts";
import type { BlockUsage } from "../../measure/price.ts";

/**
 * Reads the counters of all systems' sandboxes now, before a step's first call; the result reads them again, after its
 * last one. While one system is loaded, the others show what they use at rest.
 * @param usage absent: nobody can tell, or not without waiting, as a cluster's kubelets
 */
export async function watchUsage(usage: BlockUsage | undefined): Promise<() => Promise<Pick<LoadStep, "usage">>> {
  if (usage === undefined || usage.source === "kubelet") return () => Promise.resolve({});
  const beganNs = nowNs();
  const before = await usage.read();
  return async () => {
    const windowNs = nowNs() - beganNs;
    const after = await usage.read();
    const cpuNs = [...after.systems].flatMap(([system, { cpuNs: now }]): [string, number][] => {
      const then = before.systems.get(system)?.cpuNs;
      return now === undefined || then === undefined || now < then ? [] : [[system, Math.round(now - then)]];
    });
    return cpuNs.length === 0 ? {} : { usage: { windowNs, cpuNs: Object.fromEntries(cpuNs) } };
  };
}
