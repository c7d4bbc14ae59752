import type { Command } from "commander";
import { addCommand } from "./add-command.ts";
import { formHint } from "./usage.ts";

interface LoadOptions {
  readonly function: string;
  readonly search?: true;
  readonly [setting: string]: string | true | undefined;
}

/** Options that are settings under another name, with the units that their values may have and what these mean. */
const settings: Readonly<
  Record<string, { readonly variable: string; readonly units?: Readonly<Record<string, number>> }>
> = {
  systems: { variable: "KALIUM_SYSTEMS" },
  rates: { variable: "KALIUM_LOAD_RATES" },
  clients: { variable: "KALIUM_LOAD_CLIENTS" },
  replicas: { variable: "KALIUM_LOAD_REPLICAS" },
  duration: { variable: "KALIUM_LOAD_SECONDS", units: { s: 1 } },
  bound: { variable: "KALIUM_LOAD_BOUND_MS", units: { ms: 1, s: 1000 } },
  quantile: { variable: "KALIUM_LOAD_QUANTILE" },
  arrivals: { variable: "KALIUM_LOAD_ARRIVALS" },
  blocks: { variable: "KALIUM_BLOCKS" },
};

/** `kalium-bench load`: one function at given rates under every system. */
export function registerLoad(program: Command): void {
  addCommand(program, "load", {
    task: "Measure",
    description: "Call one function at given rates, draw latency against rate",
    example: "npm run load -- --rates 10,20,50 --bound 50ms",
  })
    .option("--function <label>", "Function to call, by its label in the figures", "product-purchase-authorize-cc")
    .option("--systems <list>", "Systems to compare (default: as for bench)")
    .option("--rates <list>", "Calls per second, ascending (default: 10,20,50,100)")
    .option("--clients <n>", "Maximum number of calls in flight (default: 64)")
    .option("--replicas <n>", "Instances of the function under each system (default: 1)")
    .option("--duration <s>", "Seconds per rate (default: 10)")
    .option("--bound <ms>", "Latency bound (default: 50ms)")
    .option("--quantile <p>", "Share of calls that must meet the bound: p50, p90, p99 or p99.9 (default: p99)")
    .option("--arrivals <kind>", "poisson: random gaps between calls; constant: equal gaps (default: poisson)")
    .option("--blocks <n>", "Repetitions with fresh sandboxes")
    .option("--search", "Search for the highest rate that meets the bound")
    .action(async (options: LoadOptions, command: Command) => {
      const [
        { loadConfig },
        { measuredFunctions },
        { namedByOption },
        { knownFunction },
        { measureSuites, suiteArguments },
        { expectedLoad, sayDuration },
      ] = await Promise.all([
        import("../config/config.ts"),
        import("../../fixtures/flows/index.ts"),
        import("./by-option.ts"),
        import("./known-function.ts"),
        import("./measure-suites.ts"),
        import("./expected-duration.ts"),
      ]);
      const labels = measuredFunctions.map(({ label }) => label);
      const label = knownFunction(options.function, labels, "--function");
      const set = loadTestVariables(options);
      const env = { ...process.env, ...set };
      const config = namedByOption(
        optionsIn(set),
        () => loadConfig(env),
        (option) => formHint(command, option),
      );
      const callees = measuredFunctions.find((each) => each.label === label)?.callees ?? [];
      const announce = (): void => sayDuration("load", expectedLoad(config, 1 + callees.length));
      process.exitCode = await measureSuites(suiteArguments("load", [label]), { config, env, announce });
    });
}

/** What the options set, as environment variables. */
export function loadTestVariables(
  options: Readonly<Record<string, string | true | undefined>>,
): Record<string, string> {
  const variables: Record<string, string> = options["search"] === true ? { KALIUM_LOAD_SEARCH: "1" } : {};
  for (const [option, { variable, units = {} }] of Object.entries(settings)) {
    const value = options[option];
    if (typeof value === "string") variables[variable] = inUnit(value, units);
  }
  return variables;
}

/** What is not a number with one of the units stays as it is, for the setting's own check. */
function inUnit(value: string, units: Readonly<Record<string, number>>): string {
  const [, number, unit = ""] = /^([\d.]+)([a-z]+)$/.exec(value) ?? [];
  const factor = units[unit];
  return number === undefined || factor === undefined ? value : String(Number(number) * factor);
}

/** The variable of each option that was given. */
const optionsIn = (set: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([option, { variable }]) => (variable in set ? [[option, variable]] : [])),
  );
