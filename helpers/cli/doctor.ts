import type { Command } from "commander";
import { widthOf } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";

/** `kalium-bench doctor`: what this machine lacks, what that costs, and the next command. Changes nothing. */
export function registerDoctor(program: Command): void {
  addCommand(program, "doctor", {
    task: "Prepare a machine",
    description: "Tell what this machine lacks, what that costs, and what to do next",
    example: "npm run doctor",
  })
    .option("--json", "Print JSON and nothing else")
    .action(async ({ json }: { readonly json?: true }) => {
      const [{ loadConfig }, { inspectMachine }, { machineState }, costs, { exitCodes }] = await Promise.all([
        import("../config/config.ts"),
        import("../machine/setup/inspect-machine.ts"),
        import("../machine/setup/machine-state.ts"),
        import("../machine/setup/costs.ts"),
        import("../base/exit-code.ts"),
      ]);
      const config = loadConfig(process.env, true);
      const findings = await inspectMachine({ ...config, systems: [], foreignImages: true });
      const diagnoses = costs.diagnose(findings, await machineState(config.resultsDirectory));
      const next = costs.nextCommand(diagnoses);
      const text = `${costs.renderDiagnoses(diagnoses, widthOf(process.stdout))}\n\nNext: ${next}`;
      console.log(json ? JSON.stringify({ schema: "kalium-bench/doctor@1", diagnoses, next }, null, 2) : text);
      if (diagnoses.some(({ state }) => state === "missing")) process.exitCode = exitCodes.environment;
    });
}
