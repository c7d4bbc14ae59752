import type { LoadPlan } from "../../reports/records/load-record.ts";
import { loadSizes } from "./profiles.ts";
import { unusable } from "./read-variables.ts";
import type { Values } from "./variables.ts";

/** Of the load suite. */
export type LoadSettings = Pick<
  LoadPlan,
  "ratesPerS" | "windowMs" | "clients" | "replicas" | "boundMs" | "quantile" | "arrivals" | "search"
>;

/** @throws {KaliumError} E_CONFIG for more calls in a step than are held */
export function loadOf(values: Values): LoadSettings {
  const preset = loadSizes(values.KALIUM_PROFILE);
  const load = {
    ratesPerS: [...(values.KALIUM_LOAD_RATES ?? preset.ratesPerS)],
    windowMs: 1e3 * (values.KALIUM_LOAD_SECONDS ?? preset.seconds),
    clients: values.KALIUM_LOAD_CLIENTS,
    replicas: values.KALIUM_LOAD_REPLICAS,
    boundMs: values.KALIUM_LOAD_BOUND_MS,
    quantile: Number((Number(values.KALIUM_LOAD_QUANTILE.slice(1)) / 100).toFixed(3)),
    arrivals: values.KALIUM_LOAD_ARRIVALS,
    search: values.KALIUM_LOAD_SEARCH,
  };
  const calls = Math.max(...load.ratesPerS) * (load.windowMs / 1e3);
  if (calls > mostCallsPerStep) {
    const [rates, seconds] = ["KALIUM_LOAD_RATES", "KALIUM_LOAD_SECONDS"];
    throw unusable([`${rates} x ${seconds} is ${calls} calls in a step, but must be at most ${mostCallsPerStep}`]);
  }
  return load;
}

/** A step is held in memory as a whole. */
const mostCallsPerStep = 200_000;
