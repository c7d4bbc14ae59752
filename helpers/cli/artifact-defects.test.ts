/** Defects of the artifact's orchestration that the repository's own scripts and settings could have, too. */
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { absolutePaths } from "../config/absolute-paths.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(textOf("package.json")) as Package;

const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith(".md"),
);

/** Every text file of ours but tests. */
const sources = ["fixtures", "helpers", "reports", "suites"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|^(results|out)\//.test(name))
    .map((name) => join(folder, name)),
);

test("D-A26: what a script or the package names as a program may be executed", () => {
  const programs = [...Object.values(manifest.bin), ".ci/run", "helpers/cli/kalium-bench"];
  for (const path of programs) expect(() => accessSync(join(root, path), constants.X_OK), path).not.toThrow();
});

test("D-C2: a path of the user's means the same to the measuring process, which starts in another folder", () => {
  const env = { KALIUM_RESULTS: "results", KALIUM_OUT: " out ", KALIUM_RUNSC: "./runsc", KALIUM_SQL_DUMP: "/dump.sql" };
  expect(absolutePaths({ ...env, KALIUM_SYSTEMS: "gvisor", KALIUM_TLS_CERT: "" }, "/home/user")).toEqual({
    KALIUM_RESULTS: "/home/user/results",
    KALIUM_OUT: "/home/user/out",
    KALIUM_RUNSC: "/home/user/runsc",
    KALIUM_SQL_DUMP: "/dump.sql",
  });
});

test("D-C3, D-C23: every command that a document tells to type exists", () => {
  for (const path of documents) {
    for (const [, script = ""] of textOf(path).matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)) {
      expect(Object.keys(manifest.scripts), `${path}: npm run ${script}`).toContain(script);
    }
  }
});

test("D-C17: no host of the artifact's cluster, and no port of its gateway, is in the code", () => {
  for (const path of sources) expect(textOf(path), path).not.toMatch(/cloudlab|:31112\b/i);
});

test("D-C18: every dependency has one exact version", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version, name).toMatch(/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test("D-C21, D-C22: no code switches certificate checks off, and no private key is in the tree", () => {
  for (const path of sources) {
    expect(textOf(path), path).not.toMatch(
      /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED|-----BEGIN [A-Z ]*PRIVATE KEY/,
    );
  }
});
