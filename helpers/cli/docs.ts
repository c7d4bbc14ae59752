import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

/** `kalium-bench docs`: writes the documents that are made from code. */
export function registerDocs(program: Command): void {
  addCommand(program, "docs", {
    task: "Develop",
    description: "Write docs/settings.md and docs/commands.md",
    example: "npm run docs",
  }).action(async () => {
    const [{ writeFile }, { settingsPage }, { commandsPage }] = await Promise.all([
      import("node:fs/promises"),
      import("../config/settings-page.ts"),
      import("./commands-page.ts"),
    ]);
    for (const [name, text] of Object.entries({ settings: settingsPage(), commands: commandsPage(program) })) {
      await writeFile(new URL(`../../docs/${name}.md`, import.meta.url), text);
    }
  });
}
