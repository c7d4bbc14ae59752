import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { exampleOf, tasks } from "./add-command.ts";
import { commandsPage, scripts } from "./commands-page.ts";
import { createProgram } from "./program.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const program = createProgram();
const commands = program.commands.map((command) => command.name());

test("docs/commands.md describes exactly the commands that exist", () => {
  expect(read("docs/commands.md"), "run `npm run docs`").toBe(commandsPage(program));
});

test("the help of every command fits 80 columns", () => {
  const texts: string[] = [];
  const print = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => void texts.push(text), getOutHelpWidth: () => 80 });
    command.outputHelp();
    command.commands.forEach(print);
  };
  print(createProgram());
  const wide = texts
    .join("\n")
    .split("\n")
    .filter((line) => line.length > 80);
  expect(texts.join("")).toContain("customSmallerIsBetter");
  expect(wide.filter((line) => !/^ +\$? ?(npm|npx|KALIUM_)/.test(line))).toEqual([]); // an example is one command
});

test("an example stands whole on its line in the help of its parent", () => {
  const lines = (command: Command): readonly string[] => [
    ...command
      .createHelp()
      .formatHelp(command, command.configureHelp({ ...command.configureHelp(), helpWidth: 80 }).createHelp())
      .split("\n"),
    ...command.commands.flatMap(lines),
  ];
  const examples = (command: Command): readonly string[] =>
    command.commands.flatMap((child) => [`$ ${exampleOf(child)}`, ...examples(child)]);
  const shown = lines(createProgram()).map((line) => line.trim());
  expect(examples(program).filter((example) => !shown.includes(example))).toEqual([]);
});

test("every command stands under one of the tasks", () => {
  expect(new Set(program.commands.map((command) => command.helpGroup()))).toEqual(
    new Set(tasks.map((task) => `${task}:`)),
  );
});

test("every script of package.json is a command or is described", () => {
  const manifest = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  const own = Object.keys(manifest.scripts).filter((name) => !commands.includes(name));
  expect(own.toSorted()).toEqual(Object.keys(scripts).toSorted());
  const only = commands.filter((name) => !Object.hasOwn(manifest.scripts, name));
  expect(only, "docs/commands.md promises `npm run` for each").toEqual(["vitest"]);
});
