import type { Command } from "commander";
import { exampleOf, tasks } from "./add-command.ts";

/** Scripts of package.json that are not commands of `kalium-bench`, with what they do. */
export const scripts: Readonly<Record<string, string>> = {
  test: "Unit, contract and smoke tests",
  "test:unit": "Unit tests only: no root, no sandboxes",
  "test:peers":
    "The gateway against the real faas-cli (needs Go), and a run with stand-ins for the artifact's runtimes",
  "test:stats": "The statistics on simulated and planted data; prints the figures of docs/method.md",
  "test:fuzz": "Inputs of every reader and server, altered at random: 10,000 of each (SECURITY.md)",
  "test:crash":
    "Kills measuring runs at 200 random points, resumes them, and checks that nothing is lost or left behind",
  "test:chaos":
    "Puts faults into measuring runs, one run each, and prints a table: fault, expected, seen, left behind. `-t NAME` chooses, `KALIUM_CHAOS_ROUNDS=5` repeats",
  "test:security":
    "What functions, images and callers may not do, and that planted secrets show nowhere (SECURITY.md); needs root",
  "test:cluster":
    "Tests that need a Kubernetes cluster: the one of `KUBECONFIG`, else the one that `.ci/cluster/up` started",
  smoke: "The smoke suite: every function once under every system",
  check: "Types, lint, import directions, wording and format",
  "check:types": "Types only",
  "check:lint": "Lint only",
  "check:format": "Prettier only",
  "check:imports": "Import directions between folders, as docs/architecture.md defines them",
  "check:fast": "Types, lint, format and wording, with caches",
  "check:wording": "Wording of code and documents; commands, settings and links in documents",
  format: "Formats the code with Prettier",
};

const opening = `# Commands

\`npm run <command> -- [options]\` in the checkout. \`npx kalium-bench <command> --help\` shows the same text. Ctrl-C stops any
command and removes what it started.

npm prints two lines of its own before the command's. In scripts and pipes, \`-s\` leaves them out:

\`\`\`sh
npm run -s plan -- --json > plan.json
\`\`\`

| Exit status | Meaning |
| --- | --- |
| 0 | Done |
| 1 | A wrong answer, a failed test, or a verdict such as *slower* |
| 2 | Wrong usage: a setting, an option or a file |
| 3 | The machine or the cluster lacks something |
| 4 | The results are void: they prove nothing |
| 130 | Interrupted |

[errors.md](errors.md) explains the errors.

<!-- \`npm run docs\` writes this page from helpers/cli. -->
`;

/** docs/commands.md: every command of `kalium-bench` with arguments, options and an example, task by task. */
export function commandsPage(program: Command): string {
  const parts = tasks.map((task) => {
    const commands = program.commands.filter((command) => command.helpGroup() === `${task}:`);
    return `\n## ${task}\n${commands.map((command) => section(command, "###")).join("")}`;
  });
  const rows = Object.entries(scripts).map(([name, meaning]) => `| \`npm run ${name}\` | ${meaning} |\n`);
  const table = `\n## Scripts of this repository\n\n| Script | What it does |\n| --- | --- |\n${rows.join("")}`;
  return opening + parts.join("") + table;
}

function section(command: Command, level: string, parents = ""): string {
  const name = `${parents}${command.name()}`;
  const help = command.createHelp();
  const lines = [
    ...help.visibleArguments(command).map((argument) => [argument.name(), help.argumentDescription(argument)]),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== "--help")
      .map((option) => [option.flags, help.optionDescription(option)]),
  ].map(([term = "", meaning = ""]) => `- \`${term}\`: ${meaning.replaceAll("<", "&lt;")}\n`);
  const list = lines.length === 0 ? "" : `\n${lines.join("")}`;
  const below = command.commands.map((sub) => section(sub, `${level}#`, `${name} `)).join("");
  return `\n${level} ${name}\n\n${command.description()}.\n\n\`\`\`sh\n${exampleOf(command)}\n\`\`\`\n${list}${below}`;
}
