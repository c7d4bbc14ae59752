import type { Command } from "commander";

/** What people come for; the headings of `kalium-bench --help`, in its order. */
export const tasks = [
  "Measure",
  "Use results",
  "Guard with policies",
  "Prepare a machine",
  "Use a cluster",
  "Develop",
] as const;

interface About {
  /** Heading of `--help` under which the command stands; a subcommand has none. */
  readonly task?: (typeof tasks)[number];
  /** One imperative sentence. */
  readonly description: string;
  /** A line to type. */
  readonly example: string;
}

const examples = new WeakMap<Command, string>();

/** Adds a command below `parent`, with an example for its own `--help`, the program's and docs/commands.md. */
export function addCommand(parent: Command, name: string, { task, description, example }: About): Command {
  const command = parent
    .command(name)
    .description(description)
    .helpOption("-h, --help", "Show this help")
    .helpCommand(false)
    .addHelpText("after", `\nExample:\n  ${example}`);
  examples.set(command, example);
  return task === undefined ? command : command.helpGroup(`${task}:`);
}

/** @throws {TypeError} for a command that was not added by `addCommand` */
export function exampleOf(command: Command): string {
  const example = examples.get(command);
  if (example === undefined) throw new TypeError(`${command.name()} has no example`);
  return example;
}
