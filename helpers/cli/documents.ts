import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A document of the repository for its users. */
export interface Document {
  /** In the repository. */
  readonly path: string;
  readonly text: string;
}

const atRoot = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/** What people read: the files at the root and in docs/. */
export const readDocuments = (): readonly Document[] =>
  [...atRoot, ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") }));

/** Lines of the shell blocks, without comments and continued lines joined; a heredoc's text is left out. */
export function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, " ")
      .split("\n")
      .map((line) => line.replace(/\s+#\s.*$/, "").trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

/** Commands in running text and tables: between backticks. */
export const quotedCommands = (text: string): readonly string[] =>
  [...text.replaceAll(/^```.*?^```$/gms, "").matchAll(/`([^`\n]+)`/g)]
    .map(([, command = ""]) => command)
    .filter((command) => /(^|\s)(npm run|npx kalium-bench) /.test(command));

/** The words after `npm run NAME --` or `npx kalium-bench NAME`, the name first. `undefined` for other lines. */
export function benchWords(line: string): readonly string[] | undefined {
  const [, npm, npx] = /(?:^|\s)(?:npm run (?:-s )?(.*)|npx kalium-bench (.*))$/.exec(line) ?? [];
  const words = (npm ?? npx)?.split(/\s+/).filter((word) => word !== "");
  if (words === undefined) return undefined;
  const [name = "", separator, ...rest] = words;
  return npm === undefined || separator === undefined ? words : separator === "--" ? [name, ...rest] : [name];
}
