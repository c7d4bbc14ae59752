import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { formHint } from "./usage.ts";

/** Options that are settings under another name. */
const settings = {
  app: "KALIUM_APP",
  systems: "KALIUM_SYSTEMS",
  instances: "KALIUM_DENSITY_INSTANCES",
  memory: "KALIUM_DENSITY_MEMORY_MIB",
  blocks: "KALIUM_BLOCKS",
} as const;

type DensityOptions = Readonly<Partial<Record<keyof typeof settings, string>>>;

/** Of Hello, Retail!; of an application of the user's it is the first. */
const usualFunction = "product-purchase-publish";

/** `kalium-bench density`: memory and start of idle instances of one function, 1, 2, 4, 8 and so on at a time. */
export function registerDensity(program: Command): void {
  addCommand(program, "density", {
    task: "Measure",
    description: "Start idle instances of one function, draw memory against their number",
    example: "npm run density -- --systems gvisor,gvisor-aa,native --instances 16",
  })
    .argument("[function]", `Function to start, by its label in the figures (default: ${usualFunction})`)
    .option("--app <file>", "Application file of yours, instead of Hello, Retail! (KALIUM_APP)")
    .option("--systems <list>", "Systems to compare")
    .option("--instances <n>", "Most instances of a system at a time")
    .option("--memory <MiB>", "Most memory of these instances; half of the free memory is the limit in any case")
    .option("--blocks <n>", "Repetitions with fresh sandboxes")
    .action(async (named: string | undefined, options: DensityOptions, command: Command) => {
      const [
        { loadConfig },
        { forDensity },
        { runScope },
        { givenSettings, namedByOption },
        { knownFunction },
        { measureSuites, suiteArguments },
        { expectedDensity, sayDuration },
      ] = await Promise.all([
        import("../config/config.ts"),
        import("../config/density-settings.ts"),
        import("../testbed/run/run-scope.ts"),
        import("./by-option.ts"),
        import("./known-function.ts"),
        import("./measure-suites.ts"),
        import("./expected-duration.ts"),
      ]);
      const given = givenSettings(settings, options);
      const env = { ...process.env, ...given.variables };
      const { config, application, measured } = await runScope(
        namedByOption(
          given.options,
          () => forDensity(loadConfig(env)),
          (option) => formHint(command, option),
        ),
      );
      for (const warning of application?.warnings ?? []) printLine(`warning: ${warning}`, process.stderr);
      const known = measured.map(({ label }) => label);
      const [first = usualFunction] = known;
      const label = knownFunction(named ?? (application === undefined ? usualFunction : first), known);
      const announce = (): void => sayDuration("density", expectedDensity(config));
      const run = { config, env, foreignImages: application !== undefined, announce };
      process.exitCode = await measureSuites(suiteArguments("density", [label]), run);
    });
}
