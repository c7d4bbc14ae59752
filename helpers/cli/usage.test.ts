import type { Command } from "commander";
import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { createProgram } from "./program.ts";

/** What a command line prints, without running anything: its action is replaced. */
async function said(...words: readonly string[]): Promise<string> {
  let text = "";
  const program = createProgram();
  const prepare = (command: Command): void => {
    command.configureOutput({ writeErr: (part) => (text += part) }).exitOverride();
    if (command.commands.length === 0) command.action(() => void (text += "ran"));
    command.commands.forEach(prepare);
  };
  prepare(program);
  await program.parseAsync(words, { from: "user" }).catch(() => undefined);
  return text;
}

/** All commands that take options, with the words that lead to them. */
const commandsBelow = (command: Command, path: readonly string[] = []): readonly (readonly [Command, string[]])[] =>
  command.commands.flatMap((each): readonly (readonly [Command, string[]])[] => [
    [each, [...path, each.name()]],
    ...commandsBelow(each, [...path, each.name()]),
  ]);

/** Words for the arguments that a command must have. */
const operandsOf = (command: Command): readonly string[] =>
  command.registeredArguments.flatMap(({ required, argChoices }) => (required ? [argChoices?.[0] ?? "x"] : []));

const withValue = commandsBelow(createProgram()).flatMap(([command, path]) =>
  command.options
    .filter(({ required }) => required)
    .map((option) => ({ command, path, option, line: `${path.join(" ")} ${option.long ?? ""}` })),
);

/** Other options that a command must have, with words for them. */
const mandatory = (command: Command, except?: string): readonly string[] =>
  command.options.flatMap(({ long, mandatory: must }) => (must && long && long !== except ? [long, "x"] : []));

test("there are options with values in every part of the program", () => {
  expect(withValue.length).toBeGreaterThan(70);
});

test.for(withValue)("$line without its value is named, with the next command", async ({ command, path, option }) => {
  const long = option.long ?? "";
  const before = [...path, ...operandsOf(command), ...mandatory(command, long)];
  const expected = new RegExp(
    `^E_CONFIG: ${long} has no value\\n {2}-> [A-Z].*\`npm run ${path[0] ?? ""} -- .*--help\`.*\\n$`,
  );
  expect(await said(...before, long)).toMatch(expected);
  for (const nothing of ["", "--help"]) expect(await said(...before, long, nothing)).not.toContain("ran");
});

test.for(withValue.filter(({ option }) => option.argChoices === undefined && option.parseArg === undefined))(
  "$line takes no option for its value",
  async ({ command, path, option }) => {
    const long = option.long ?? "";
    const before = [...path, ...operandsOf(command), ...mandatory(command, long)];
    for (const nothing of ["", "--help", long]) {
      expect(await said(...before, long, nothing)).toMatch(new RegExp(`^E_CONFIG: ${long} has no value\\n {2}-> `));
    }
  },
);

/** Names of values that are numbers; those of settings are checked with the settings, below. */
const isNumber = (flags: string): boolean => /<(n|N|number)>/.test(flags);
const settingsCommands = ["load", "density", "why", "cluster up"];

test.for(withValue.filter(({ path, option }) => isNumber(option.flags) && !settingsCommands.includes(path.join(" "))))(
  "$line is a number within a range",
  async ({ command, path, option }) => {
    const long = option.long ?? "";
    const before = [...path, ...operandsOf(command), ...mandatory(command, long)];
    for (const value of ["abc", "1.5", "-1", "99999999999"]) {
      expect(await said(...before, long, value)).toMatch(
        new RegExp(`^E_CONFIG: ${long} is "${value}", but must be a whole number from \\d+ to \\d+\\n {2}-> [A-Z].*\``),
      );
    }
  },
);

test("a word that is not among the choices is named with the one that was meant, and the command to type", async () => {
  expect(await said("perf", "hopz")).toBe(
    'E_CONFIG: part is "hopz", but must be hops, guard, guarded-calls, isolates, boot-log or soak; did you mean hops?\n' +
      "  -> Run `npm run perf -- hops`.\n",
  );
  expect(await said("compare", "a", "b", "--fail-on", "slowr")).toMatch(
    /^E_CONFIG: --fail-on is "slowr", but must be slower or never; did you mean slower\?\n {2}-> Run `npm run compare -- --help`/,
  );
  expect(await said("perf", "everything")).toMatch(/^E_CONFIG: part is "everything".*soak\n {2}-> Type it as in `npm/);
});

test("unknown options and commands, and words too many, have a next command, too", async () => {
  expect(await said("load", "--ratez", "5")).toBe(
    "E_CONFIG: unknown option '--ratez'; did you mean --rates?\n  -> Run `npm run load -- --help` to see the options.\n",
  );
  expect(await said("stup")).toMatch(/did you mean setup\?\n {2}-> Run `npx kalium-bench --help` to see the commands/);
  expect(await said("load", "x")).toMatch(/too many arguments[^]*-> Type it as in `npm run load -- --rates/);
  expect(await said("learn", "x")).toMatch(/^E_CONFIG: --out is missing\n {2}-> Type it as in `npm run learn -- /);
});

test.for([
  ["50,10", /; did you mean 10,50\?/],
  ["20,20,10", /; did you mean 10,20\?/],
  ["10,x", /ascending numbers from 0\.1 to 10000\n/],
  ["10,50000", /ascending numbers from 0\.1 to 10000\n/],
] as const)("rates %s: the right order is named where only the order is wrong", ([rates, expected]) => {
  expect(() => loadConfig({ KALIUM_LOAD_RATES: rates })).toThrow(expected);
  expect(() => loadConfig({ KALIUM_LOAD_RATES: rates })).toThrow(`KALIUM_LOAD_RATES is "${rates}"`);
});
