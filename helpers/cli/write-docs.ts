/** Writes the documents that are made from code. `npm run docs` */
import { writeFile } from "node:fs/promises";
import { settingsPage } from "../config/settings-page.ts";
import { commandsPage } from "./commands-page.ts";
import { createProgram } from "./program.ts";

const pages = { settings: settingsPage(), commands: commandsPage(createProgram()) };
for (const [name, text] of Object.entries(pages)) {
  await writeFile(new URL(`../../docs/${name}.md`, import.meta.url), text);
}
