import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface WhyOptions {
  readonly app?: string;
  readonly systems?: string;
  readonly blocks?: string;
}

/** `kalium-bench why`: how much of a function's longer latency its system calls explain. */
export function registerWhy(program: Command): void {
  addCommand(program, "why", {
    task: "Measure",
    description: "Explain the latency of functions by their system calls",
    example: "npm run why -- product-purchase-authenticate",
  })
    .argument("[functions...]", "Functions to explain, by their labels in the figures (default: all)")
    .option("--app <file>", "Application file of yours, instead of Hello, Retail! (KALIUM_APP)")
    .option("--systems <list>", "Systems to explain, with native or runc among them")
    .option("--blocks <n>", "Repetitions with fresh sandboxes")
    .action(async (labels: readonly string[], { app, systems, blocks }: WhyOptions) => {
      const [
        { loadConfig },
        { forWhy },
        { findStrace },
        { knownFunction },
        { prepareMachine },
        { runVitest },
        { voidExitCode },
        { runScope },
        { namedByOption },
        { refuseUnwritable },
      ] = await Promise.all([
        import("../config/config.ts"),
        import("../config/why-reference.ts"),
        import("../machine/find-strace.ts"),
        import("./known-function.ts"),
        import("./prepare-machine.ts"),
        import("./run-vitest.ts"),
        import("./void-exit-code.ts"),
        import("../testbed/run/run-scope.ts"),
        import("./by-option.ts"),
        import("../config/needs-writing.ts"),
      ]);
      const set = {
        ...(app !== undefined && { KALIUM_APP: app }),
        ...(systems !== undefined && { KALIUM_SYSTEMS: systems }),
        ...(blocks !== undefined && { KALIUM_BLOCKS: blocks }),
      };
      const env = { ...process.env, ...set };
      const options = {
        ...(systems !== undefined && { systems: "KALIUM_SYSTEMS" }),
        ...(blocks !== undefined && { blocks: "KALIUM_BLOCKS" }),
      };
      const settings = namedByOption(options, () => loadConfig(env));
      await findStrace();
      const { config, application, measured } = await runScope(namedByOption(options, () => forWhy(settings)));
      const known = measured.map(({ label }) => label);
      const chosen = labels.map((label) => knownFunction(label, known));
      refuseUnwritable(config);
      const needs = { ...config, foreignImages: application !== undefined };
      if (config.setup === "auto") await prepareMachine(needs);
      const pattern = chosen.length === 0 ? [] : ["-t", ` > (${chosen.map(literally).join("|")})\\*?$`];
      const sinceMs = Date.now();
      const code = await runVitest(["suites/why", "--project", "why", ...pattern], { env });
      process.exitCode = await voidExitCode(code, { root: config.resultsDirectory, sinceMs });
    });
}

const literally = (label: string): string => label.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
