import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { writeSynthetic } from "../../reports/testing/synthetic.ts";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "kb-missing-"));
afterAll(() => rmSync(root, { recursive: true }));

const there = join(root, "there");
writeFileSync(there, "neither a policy, nor traces, nor a stack file\n");
const results = await writeSynthetic(join(root, "results"), []);

/** Every command that reads a file or a folder of the user's; `ABSENT` means one that does not exist. */
const commands: readonly (readonly string[])[] = [
  ["report", "ABSENT"],
  ["resume", "ABSENT"],
  ["compare", "ABSENT", results],
  ["compare", results, "ABSENT"],
  ["compare", "--interleave", "ABSENT"],
  ["import", "ABSENT", "--system", "gvisor", "--out", join(root, "imported")],
  ["syscalls", "ABSENT"],
  ["learn", "ABSENT", "--out", join(root, "policy.json")],
  ["policy", "check", "ABSENT"],
  ["policy", "explain", "ABSENT", there],
  ["policy", "diff", "ABSENT", "ABSENT"],
  ["policy", "draw", "ABSENT"],
  ["deploy", "ABSENT"],
  ["deploy", there, "--password-file", "ABSENT"],
  ["images", "push", "--registry", "127.0.0.1:9", "--login-file", "ABSENT"],
  ["cluster", "doctor", "--kubeconfig", "ABSENT"],
];

const run = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(launcher, words, { reject: false, stdin: "ignore", timeout: 300_000, env: { KALIUM_SETUP: "never", ...env } });

test.for(commands.map((words) => [words.join(" ").replaceAll(`${root}/`, ""), words] as const))(
  "%s: a file that is not there is wrong usage, and no stack explains it",
  async ([, words]) => {
    const absent = join(root, "absent.file");
    const { exitCode, stdout, stderr } = await run(words.map((word) => word.replace("ABSENT", absent)));
    expect(stderr).toMatch(/^E_[A-Z]+: /m);
    expect(stderr).toContain("absent.file");
    expect(stderr).not.toMatch(/^ +at /m);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(readdirSync(root).sort()).toEqual(["results", "there"]);
  },
);

test.for(["KALIUM_POLICY", "KALIUM_SQL_DUMP", "KALIUM_RUNSC", "KALIUM_TLS_CA", "KALIUM_BUILD", "KALIUM_KUBECONFIG"])(
  "%s: a file that is not there is wrong usage before anything starts",
  async (name) => {
    const { exitCode, stdout, stderr } = await run(["bench", "microbenchmark"], { [name]: join(root, "absent.file") });
    expect(stderr).toMatch(new RegExp(`^E_CONFIG: ${name} is ".*absent.file", but must be `));
    expect([exitCode, stdout]).toEqual([2, ""]);
  },
);
