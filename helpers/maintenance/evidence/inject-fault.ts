/** Makes ready what a row of the table says. What it changes on this machine ends with the test. */
import { stepClock } from "./faults/clock.ts";
import { fillDisk } from "./faults/disks.ts";
import type { Injection, Prepared, PrepareFault } from "./faults/injection.ts";
import { limitPart } from "./faults/limits.ts";
import { troubleNetwork } from "./faults/network.ts";
import { spoilResults } from "./faults/results.ts";
import { askToStop, freezeRun, signalPart } from "./faults/signals.ts";
import { slowNetwork } from "./faults/slow-network.ts";

const kinds: { readonly [Kind in Injection["kind"]]: PrepareFault<Kind> } = {
  signal: signalPart,
  "ask-to-stop": askToStop,
  freeze: freezeRun,
  network: troubleNetwork,
  "slow-network": slowNetwork,
  "full-disk": fillDisk,
  limit: limitPart,
  clock: stepClock,
  results: spoilResults,
};

/** Before the run starts. */
export function prepareFault<Kind extends Injection["kind"]>(
  injection: Extract<Injection, { readonly kind: Kind }>,
  root: string,
): Promise<Prepared> {
  const prepare: PrepareFault<Kind> = kinds[injection.kind];
  return prepare(injection, root);
}
