// Which folder may import which: the floor plan of docs/architecture.md as rules. `npm run check` runs them.

/** Folders of helpers/, from the ground up. A folder imports from its own floor's neighbours never, from lower floors freely. */
const floors = [
  ["base"],
  ["sandboxes"],
  ["kalium"],
  ["runtimes"],
  ["config", "services", "image-cache"],
  ["gateway", "machine"],
  ["images", "application"],
  ["measure", "cluster"],
  ["platforms"],
  ["guards"],
  ["testbed"],
  ["experiments"],
  ["maintenance"],
  ["cli"],
];

const tests = "\\.test(-support)?\\.ts$|/testing/";
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const inside = (...folders) => `^(${folders.join("|")})/`;

/** One rule a folder: nothing on its own floor or above it. */
const floorRules = floors.flatMap((folders, level) =>
  folders.map((folder) => {
    const higher = floors
      .slice(level)
      .flat()
      .filter((other) => other !== folder);
    return rule(
      `helpers/${folder}`,
      `helpers/${folder} imports only from lower floors, not from ${higher.join(", ")}`,
      { path: inside(`helpers/${folder}`), pathNot: tests },
      { path: inside(...higher.map((other) => `helpers/${other}`)) },
    );
  }),
);

export default {
  forbidden: [
    rule(
      "no-circle",
      "two files that import each other, types included, are one file or need a third",
      {},
      { circular: true },
    ),
    ...floorRules,
    rule(
      "helpers/contracts",
      "contracts hold types that everybody shares, so they import nothing else",
      { path: inside("helpers/contracts") },
      { path: inside("helpers", "reports", "fixtures", "suites"), pathNot: inside("helpers/contracts") },
    ),
    rule(
      "helpers",
      "helpers make things happen: of reports they know the records, the statistics, the commands' entries and the lines of a terminal",
      { path: inside("helpers"), pathNot: tests },
      {
        path: inside("suites", "reports"),
        pathNot:
          "^reports/(records/|stats/|(compare|draw|import|settle|syscalls|terminal-text|boot-log/log-record)\\.ts$)",
      },
    ),
    rule(
      "kalium-core",
      "the core of the guard is pure: itself, errors, seeded random numbers, zod",
      { path: "^helpers/kalium/(core|learn)/", pathNot: tests },
      {
        pathNot:
          "^helpers/kalium/(core|learn)/|^helpers/contracts/|^helpers/base/errors\\.ts$|^reports/stats/random\\.ts$|node_modules/zod/",
      },
    ),
    rule(
      "fixtures",
      "fixtures are what is run: of helpers only the types in contracts",
      { path: inside("fixtures"), pathNot: tests },
      { path: inside("helpers", "reports", "suites"), pathNot: inside("helpers/contracts") },
    ),
    rule(
      "reports",
      "reports are pure readers of records",
      { path: inside("reports"), pathNot: tests },
      { path: inside("helpers", "fixtures", "suites") },
    ),
    rule(
      "records",
      "records are the kernel that helpers import too: no tables, no figures",
      { path: inside("reports/records"), pathNot: tests },
      { path: inside("reports"), pathNot: inside("reports/records", "reports/stats") },
    ),
    rule(
      "report-suite",
      "the report suite reads records only",
      { path: "^suites/report/" },
      { path: inside("helpers", "fixtures") },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "^reports/(results|out)/" },
  },
};
