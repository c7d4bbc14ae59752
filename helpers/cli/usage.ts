/** What is said of a command line that cannot be used: the word at fault, what it must be, and the next command to type. */
import { type Command, InvalidArgumentError } from "commander";
import { suggest } from "../config/suggest.ts";
import { exampleOf } from "./add-command.ts";

/** As users type it: `npm run cluster -- up --help`. */
export function typed(command: Command, words: string): string {
  const names: string[] = [];
  for (let at = command; at.parent !== null; at = at.parent) names.unshift(at.name());
  const [script, ...below] = names;
  return script === undefined || scriptless.has(script)
    ? ["npx kalium-bench", ...names, words].join(" ")
    : ["npm run", script, "--", ...below, words].join(" ");
}

/** Commands without a script of their name in package.json. */
const scriptless = new Set(["vitest"]);

/** @param option by its long name; absent: an argument */
export function formHint(command: Command, option?: string): string {
  const help = typed(command, "--help");
  if (command.parent === null) return `Run \`${help}\` to see the commands.`;
  const example = exampleOf(command);
  return option === undefined || new RegExp(`--${option}\\b`).test(example)
    ? `Type it as in \`${example}\`; \`${help}\` shows all options.`
    : `Run \`${help}\` to see its form.`;
}

/** Errors of this command and of all below it take the form of `usageText`. */
export function explainErrors(command: Command): void {
  command.configureOutput({ outputError: (text, write) => write(usageText(command, text)) });
  command.commands.forEach(explainErrors);
}

/** Commander's message in the form of all errors: its code, a sentence that names the value, and the next command. */
export function usageText(command: Command, message: string): string {
  const { text, hint } = explained(command, message.replace(/^error: /, "").trimEnd());
  return `E_CONFIG: ${text}\n  -> ${hint}\n`;
}

interface UsageProblem {
  readonly text: string;
  readonly hint: string;
}

function explained(command: Command, message: string): UsageProblem {
  const [, flags = "", value, reason = ""] =
    /^option '(.+?)' argument (?:missing|'([^]*)' is invalid\. ([^]*))$/.exec(message) ?? [];
  if (flags !== "") {
    const option = longName(flags);
    const hint = formHint(command, option);
    if (value === undefined) return { text: `--${option} has no value`, hint };
    return { text: `--${option} is ${JSON.stringify(value)}, but must be ${wanted(reason, value).text}`, hint };
  }
  const [, given, argument = "", why = ""] =
    /^command-argument value '([^]*)' is invalid for argument '(.+?)'\. ([^]*)$/.exec(message) ?? [];
  if (given !== undefined) {
    const { text, meant } = wanted(why, given);
    return {
      text: `${argument} is ${JSON.stringify(given)}, but must be ${text}`,
      hint: meant === undefined ? formHint(command) : `Run \`${typed(command, meant)}\`.`,
    };
  }
  const [, required] = /^required option '(.+?)' not specified$/.exec(message) ?? [];
  if (required !== undefined) {
    const option = longName(required);
    return { text: `--${option} is missing`, hint: formHint(command, option) };
  }
  const text = message.replace(/\n\(Did you mean (.*)\?\)/, "; did you mean $1?");
  const ofOption = /^unknown option/.test(text);
  return { text, hint: ofOption ? `Run \`${typed(command, "--help")}\` to see the options.` : formHint(command) };
}

/** `-g, --gateway <url>` is `gateway`. */
const longName = (flags: string): string => /--([\w-]+)/.exec(flags)?.[1] ?? flags;

/** What the value must be, from what a parser of ours or Commander's choices say. */
function wanted(reason: string, value: string): { readonly text: string; readonly meant: string | undefined } {
  const [, list] = /^Allowed choices are (.*)\.$/.exec(reason) ?? [];
  if (list === undefined) return { text: reason, meant: undefined };
  const names = list.split(", ");
  const meant = suggest(value, names);
  const choices = names.length < 2 ? list : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
  return { text: `${choices}${meant === undefined ? "" : `; did you mean ${meant}?`}`, meant };
}

/** A parser for options and arguments of Commander. */
export const wholeNumberFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
  };

/** An option without its value takes the next option for it; an empty one would count as unset. */
export function refuseMissingValues(command: Command): void {
  const known = new Set([
    "",
    "-h",
    "--help",
    ...command.options.flatMap(({ long, short }) => [long ?? "", short ?? ""]),
  ]);
  for (const option of command.options) {
    if (!option.required || command.getOptionValueSource(option.attributeName()) !== "cli") continue;
    const value: unknown = command.getOptionValue(option.attributeName());
    const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
    if (texts.some((text) => known.has(text.trim()))) {
      command.error(`error: option '${option.flags}' argument missing`);
    }
  }
}
