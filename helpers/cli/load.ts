import type { Command } from "commander";

interface LoadOptions {
  readonly function: string;
  readonly search?: true;
  readonly [setting: string]: string | true | undefined;
}

/** Options that are settings under another name, with what is taken off their values. */
const settings: Readonly<Record<string, { readonly variable: string; readonly unit?: RegExp }>> = {
  systems: { variable: "KALIUM_SYSTEMS" },
  rates: { variable: "KALIUM_LOAD_RATES" },
  clients: { variable: "KALIUM_LOAD_CLIENTS" },
  replicas: { variable: "KALIUM_LOAD_REPLICAS" },
  duration: { variable: "KALIUM_LOAD_SECONDS", unit: /s$/ },
  bound: { variable: "KALIUM_LOAD_BOUND_MS", unit: /ms$/ },
  quantile: { variable: "KALIUM_LOAD_QUANTILE" },
  arrivals: { variable: "KALIUM_LOAD_ARRIVALS" },
  blocks: { variable: "KALIUM_BLOCKS" },
};

/** `kalium-bench load`: one function at given rates under every system. */
export function registerLoad(program: Command): void {
  program
    .command("load")
    .description("offer calls at given rates and draw latency against rate; see docs/load.md")
    .option("--function <label>", "figure label of the function", "product-purchase-authorize-cc")
    .option("--systems <list>", "systems to compare")
    .option("--rates <list>", "calls per second, ascending")
    .option("--clients <n>", "most calls in flight")
    .option("--replicas <n>", "instances of every function")
    .option("--duration <s>", "how long each rate is offered, seconds")
    .option("--bound <ms>", "latency bound, such as 50ms")
    .option("--quantile <p>", "share of calls within the bound: p50, p90, p99, p99.9")
    .option("--arrivals <kind>", "poisson or constant")
    .option("--blocks <n>", "repetitions with fresh sandboxes")
    .option("--search", "look between the rates for the greatest that holds the bound")
    .action(async (options: LoadOptions) => {
      const [
        { loadConfig },
        { measuredFunctions },
        { KaliumError },
        { prepareMachine },
        { runVitest },
        { voidExitCode },
      ] = await Promise.all([
        import("../config/config.ts"),
        import("../../fixtures/flows/index.ts"),
        import("../errors.ts"),
        import("./prepare-machine.ts"),
        import("./run-vitest.ts"),
        import("./void-exit-code.ts"),
      ]);
      const measured = measuredFunctions.find(({ label }) => label === options.function.replace(/\*$/, ""));
      if (measured === undefined) {
        const labels = measuredFunctions.map(({ label }) => label).join(", ");
        throw new KaliumError("E_CONFIG", `--function ${options.function} is none of ${labels}`);
      }
      const env = { ...process.env, ...loadVariables(options) };
      const config = loadConfig(env);
      if (config.setup === "auto" && config.platform === "local") await prepareMachine(config);
      const pattern = ` > ${measured.label}\\*?$`; // its flow stands before it, so no other label ends like it
      const sinceMs = Date.now();
      const code = await runVitest(["suites/load", "--project", "load", "-t", pattern], { env });
      process.exitCode = await voidExitCode(code, { root: config.resultsDirectory, sinceMs });
    });
}

/** What the options set, as environment variables. */
export function loadVariables(options: Readonly<Record<string, string | true | undefined>>): Record<string, string> {
  const variables: Record<string, string> = options["search"] === true ? { KALIUM_LOAD_SEARCH: "1" } : {};
  for (const [option, { variable, unit = "" }] of Object.entries(settings)) {
    const value = options[option];
    if (typeof value === "string") variables[variable] = value.replace(unit, "");
  }
  return variables;
}
