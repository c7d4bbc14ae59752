import type { Command } from "commander";
import { KaliumError } from "../base/errors.ts";
import { vitestOptions } from "../testbed/run/vitest-options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
}

/** Names of npm's own settings that many machines have in their configuration. */
const npmsOwn = new Set(["registry"]);

/**
 * `npm run setup --check` gives `--check` to npm, not to us: the command would run without it. npm tells what it took in
 * variables `npm_config_...`.
 * @param argv what npm did hand on: a command's name, its subcommand's, operands
 * @throws {KaliumError} E_CONFIG with the command line that was meant
 */
export function refuseNpmFlags(program: Command, argv: readonly string[], env: Environment = process.env): void {
  const script = env["npm_lifecycle_event"];
  if (script === undefined) return;
  const { command, names, rest } = commandOf(program, argv);
  const taken = flagsOf(command).flatMap((flag) => {
    const value = valueIn(env, flag.name);
    return value === undefined ? [] : [{ ...flag, value }];
  });
  if (taken.length === 0) return;
  const operands = command.name() === "vitest" ? [] : [...rest]; // the script itself has words for Vitest
  const given = taken.flatMap(({ name, takesValue, value }) => {
    if (!takesValue) return [dashed(name)];
    return [dashed(name), value === "true" ? (operands.shift() ?? "VALUE") : value]; // newer ones leave the value to us
  });
  const words = [...names.slice(1), ...given, ...operands].map(quoted).join(" ");
  const flags = taken.map(({ name }) => dashed(name)).join(" and ");
  throw new KaliumError("E_CONFIG", `npm took ${flags} for itself, so the command did not get it`, {
    hint: `Type npm run ${script} -- ${words}`,
  });
}

const dashed = (name: string): string => `${name.length === 1 ? "-" : "--"}${name}`;

/** The command that `argv` names, below other commands or not. */
function commandOf(program: Command, argv: readonly string[]) {
  const names: string[] = [];
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    command = next;
    names.push(word);
  }
  return { command, names, rest: argv.slice(names.length) };
}

const quoted = (word: string): string => (/^[\w./:=,@-]+$/.test(word) ? word : JSON.stringify(word));

/** Long and short names of the command's options, and Vitest's where the command hands them on. */
function flagsOf(command: Command): readonly Flag[] {
  const own = command.options.flatMap(({ long, short, required, optional }) =>
    [long, short].flatMap((name) =>
      name === undefined ? [] : [{ name: name.replace(/^-+/, ""), takesValue: required || optional }],
    ),
  );
  return [...own, ...(handOn.has(command.name()) ? vitestFlags : [])].filter(({ name }) => !npmsOwn.has(name));
}

/** Commands that hand their options to Vitest. */
const handOn = new Set(["bench", "compare", "vitest"]);

const vitestFlags: readonly Flag[] = Object.entries(vitestOptions).map(([name, alone]) => ({
  name,
  takesValue: !alone,
}));

/** npm writes `log-mb` as `npm_config_log_mb`; a flag that is off is empty. */
function valueIn(env: Environment, flag: string): string | undefined {
  const wanted = `npm_config_${flag.replaceAll("-", "_")}`.toLowerCase();
  const name = Object.keys(env).find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : env[name] || undefined;
}
