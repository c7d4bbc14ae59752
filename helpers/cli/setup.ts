import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface SetupOptions {
  readonly check?: true;
  readonly json?: true;
}

/** `kalium-bench setup`: says what this machine has, and installs what it lacks. */
export function registerSetup(program: Command): void {
  addCommand(program, "setup", {
    task: "Prepare a machine",
    description: "Check this machine and install what is missing",
    example: "npm run setup -- --check",
  })
    .option("--check", "Check only; exit status 3 when something is missing")
    .option("--json", "Print JSON and nothing else")
    .action(async ({ check, json }: SetupOptions) => {
      const [{ loadConfig }, { inspectMachine }, { prepareMachine }, { renderFindings }, { exitCodes }] =
        await Promise.all([
          import("../config/config.ts"),
          import("../machine/setup/inspect-machine.ts"),
          import("./prepare-machine.ts"),
          import("../machine/setup/render-findings.ts"),
          import("../base/exit-code.ts"),
        ]);
      const config = { ...loadConfig(process.env, true), systems: [], systemsNamed: true, foreignImages: true }; // all there is to have
      const findings = check ? await inspectMachine(config) : await prepareMachine(config);
      console.log(json ? JSON.stringify({ findings }, null, 2) : renderFindings(findings));
      if (findings.every(({ state }) => state !== "missing")) return;
      process.exitCode = exitCodes.environment;
      if (!json) console.log(`\n${missingHint}`);
    });
}

const missingHint =
  process.geteuid?.() === 0
    ? "Something is missing: `npm run setup` installs it."
    : "Something is missing for sandboxes. Run `npm run setup` as root. Without root, measure native processes: `npm run bench`.";
