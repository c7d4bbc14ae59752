import type { Variable } from "./variable.ts";
import { type VariableName, variables } from "./variables.ts";

interface Section {
  readonly title: string;
  /** Its first setting, in the order of `variables.ts`. */
  readonly from: VariableName;
}

const sections: readonly Section[] = [
  { title: "What is measured", from: "KALIUM_PLATFORM" },
  { title: "How long, and in which order", from: "KALIUM_PROFILE" },
  { title: "Database", from: "KALIUM_MYSQL_URL" },
  { title: "Results and figures", from: "KALIUM_RESULTS" },
  { title: "Setup and runtimes", from: "KALIUM_SETUP" },
  { title: "Kalium's guard", from: "KALIUM_POLICY" },
  { title: "Policy-accuracy suite", from: "KALIUM_ACCURACY_SYSTEM" },
  { title: "Load suite", from: "KALIUM_LOAD_RATES" },
  { title: "Density suite", from: "KALIUM_DENSITY_INSTANCES" },
  { title: "Image server and Valve", from: "KALIUM_TLS_VERSION" },
  { title: "Gateway and functions", from: "KALIUM_GATEWAY_PORT" },
  { title: "Cluster", from: "KALIUM_KUBECONFIG" },
  { title: "Diagnostics", from: "KALIUM_DEBUG" },
];

const opening = `# Settings

Settings are environment variables: \`KALIUM_BLOCKS=5 npm run bench\`. An unknown \`KALIUM_\` name and a value that cannot be
used end a command with status 2 before it starts anything. Empty text counts as unset. Paths are relative to the folder in
which you type the command. \`run.json\` records the settings of a run, without passwords.

Most runs need none of them, or one of six: \`KALIUM_SYSTEMS\`, \`KALIUM_PROFILE\`, \`KALIUM_BLOCKS\`, \`KALIUM_RUNSC\`,
\`KALIUM_MYSQL_URL\` and \`KALIUM_RESULTS\`.

<!-- \`npm run docs\` writes this page from helpers/config. -->
`;

/** docs/settings.md: every setting, in the order of `variables.ts`. */
export function settingsPage(): string {
  const rows = Object.entries<Variable>(variables).map(([name, { preset = "", shownDefault = preset, meaning }]) => {
    const title = sections.find(({ from }) => from === name)?.title;
    const head = title === undefined ? "" : `\n## ${title}\n\n| Setting | Default | Meaning |\n| --- | --- | --- |\n`;
    return `${head}| \`${name}\` | ${shownDefault} | ${meaning} |\n`;
  });
  return opening + rows.join("");
}
