/** What the documents name exists: commands, options, settings, files, headings. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { variables } from "../config/variables.ts";
import { scripts } from "./commands-page.ts";
import { benchWords, commandLines, quotedCommands, readDocuments } from "./documents.ts";
import { createProgram } from "./program.ts";
import { vitestOptions } from "../testbed/run/vitest-options.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const documents = readDocuments();
const program = createProgram();
const handedOn = new Set(["bench", "compare", "vitest"]);

/** The command that the words name, and the words after its name. */
function commandOf(words: readonly string[], parent: Command = program): { command: Command; rest: readonly string[] } {
  const next = parent.commands.find((command) => command.name() === words[0]);
  return next === undefined ? { command: parent, rest: words } : commandOf(words.slice(1), next);
}

function problemsOf(words: readonly string[]): readonly string[] {
  const [name = ""] = words;
  if (name.startsWith("-") || /^[A-Z<]/.test(name) || name in scripts) return [];
  const { command, rest } = commandOf(words);
  if (command === program) return [`no command ${name}`];
  const [first = ""] = rest;
  if (command.commands.length > 0 && /^[a-z]/.test(first)) return [`no command ${name} ${first}`];
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  const further = handedOn.has(command.name()) ? Object.keys(vitestOptions) : [];
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/[=,.:;)].*$/, ""))
    .filter((flag) => !known.has(flag) && !further.includes(flag.replace(/^-+/, "")) && flag !== "--help")
    .map((flag) => `no option ${flag} of ${command.name()}`);
}

test("every command and option that a document names exists", () => {
  for (const { path, text } of documents) {
    for (const line of [...commandLines(text), ...quotedCommands(text)]) {
      const words = benchWords(line.replace(/\s*[|>;&].*$/, ""));
      if (words !== undefined) expect(problemsOf(words), `${path}: ${line}`).toEqual([]);
    }
  }
});

/** Variables that the guard gives to functions, a key of policy files, and variables of tests. */
const ofOthers = new Set([
  ...["KALIUM_GUARD_ADDRESS", "KALIUM_GUARD_FD", "KALIUM_GUARD_TOKEN_FILE", "KALIUM_BENCH"],
  ...["KALIUM_CHAOS_ROUNDS", "KALIUM_CHAOS_LOG"],
]);

test("every setting that a document names exists", () => {
  for (const { path, text } of documents) {
    for (const [name] of text.matchAll(/\bKALIUM_[A-Z][A-Z_]*[A-Z]\b(?!\*|_| is not a setting)/g)) {
      const known =
        ofOthers.has(name) ||
        Object.hasOwn(variables, name) ||
        Object.keys(variables).some((each) => each.startsWith(`${name}_`));
      expect(known, `${path}: ${name}`).toBe(true);
    }
  }
});

test("every file and heading that a document links to exists", () => {
  for (const { path, text } of documents) {
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file = "", heading] = target.split("#");
      const to = file === "" ? join(root, path) : join(root, dirname(path), file);
      expect(existsSync(to), `${path}: ${target}`).toBe(true);
      if (heading === undefined || heading === "") continue;
      const anchors = [...readFileSync(to, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => anchorOf(title));
      expect(anchors, `${path}: ${target}`).toContain(heading);
    }
  }
});

/** As GitHub makes it from a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

test("the README has at most 8 kB, and the index of the documents fits a screen", () => {
  expect(Buffer.byteLength(readFileSync(join(root, "README.md")))).toBeLessThanOrEqual(8_000);
  expect(readFileSync(join(root, "docs/README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(50);
});

/** Characters of a code block that GitHub shows without a scroll bar: on the page of a repository, and on that of a file. */
const githubColumns = (path: string): number => (path === "README.md" ? 97 : 118);

test("no line of code makes GitHub's page scroll sideways", () => {
  for (const { path, text } of documents) {
    const blocks = [...text.matchAll(/^```\w*\n(.*?)^```$/gms)].flatMap(([, block = ""]) => block.split("\n"));
    expect(
      blocks.filter((line) => line.length > githubColumns(path)),
      path,
    ).toEqual([]);
  }
});

test("the index names every document", () => {
  const index = readFileSync(join(root, "docs/README.md"), "utf8");
  const names = documents
    .map(({ path }) => path)
    .filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
  for (const path of names) expect(index).toContain(`(${path.slice("docs/".length)})`);
});
