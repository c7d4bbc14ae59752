import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";

/** `kalium-bench init`: a first section of measured calls for a stack file. */
export function registerInit(program: Command): void {
  addCommand(program, "init", {
    task: "Measure",
    description: "Call each function of a stack file once, and write a first section of measured calls into the file",
    example: "npm run init -- stack.yml",
  })
    .argument("<file>", "Stack file of OpenFaaS")
    .option("-g, --gateway <url>", "Gateway that has the functions already (default: one that is started for this)")
    .action(async (file: string, { gateway }: { readonly gateway?: string }) => {
      const { initFile } = await import("./init-file.ts");
      const say = (line: string): void => printLine(`init: ${line}`, process.stderr);
      console.log(await initFile(file, { gateway, say }));
    });
}
