import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { KaliumError } from "../errors.ts";
import { aptGet } from "./apt.ts";
import { askRunsc, cacheDirectory, type Runsc } from "./find-runsc.ts";
import type { Say } from "./install-packages.ts";
import { outputOf } from "./probe.ts";

/*
 * gVisor's package of a newer release of the distribution, unpacked into the private cache: its binary is static, so it
 * runs on older releases too. Nothing is installed and apt's own state is not touched, so no root is needed. The
 * address of the mirror is the machine's own, and apt verifies signatures with the machine's own keys.
 */

/** The oldest suite of each distribution whose runsc has the platform systrap. */
const suites: Readonly<Record<string, { readonly suite: string; readonly component: string; readonly keys: string }>> =
  {
    debian: { suite: "trixie", component: "main", keys: "/usr/share/keyrings/debian-archive-keyring.gpg" },
    ubuntu: { suite: "resolute", component: "universe", keys: "/usr/share/keyrings/ubuntu-archive-keyring.gpg" },
  };

/** @throws {KaliumError} E_SETUP; nothing is left behind then */
export async function fetchRunsc(say: Say): Promise<Runsc> {
  const source = await packageSource();
  const scratch = await mkdtemp(join(tmpdir(), "kalium-apt-"));
  try {
    await chmod(scratch, 0o755); // apt downloads as its own user
    const options = await privateApt(scratch, source.line);
    say(`fetching runsc of ${source.suite} into ${cacheDirectory()}`);
    await aptGet([...options, "update"], { what: `reading the package list of ${source.suite}`, timeoutMs: 180_000 });
    await aptGet([...options, "download", "runsc"], {
      what: `downloading runsc of ${source.suite}`,
      timeoutMs: 180_000,
      directory: scratch,
    });
    return await unpack(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function packageSource(): Promise<{ readonly suite: string; readonly line: string }> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const [id = "this system", codename = ""] = ["ID", "VERSION_CODENAME"].map(
    (key) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(release)?.[1],
  );
  const newer = suites[id];
  if (newer === undefined) throw new KaliumError("E_SETUP", `no package of a newer runsc is known for ${id}`);
  const format = "$(RELEASE) $(REPO_URI)";
  const targets = await outputOf("apt-get", "indextargets", "--format", format, "Created-By: Packages");
  const mirror = targets?.split("\n").find((line) => line.startsWith(`${codename} `));
  if (mirror === undefined) throw new KaliumError("E_SETUP", `apt has no package source for ${codename}`);
  const address = mirror.slice(codename.length + 1);
  return { suite: newer.suite, line: `deb [signed-by=${newer.keys}] ${address} ${newer.suite} ${newer.component}\n` };
}

/** The options that give apt a source, lists, cache and package status of its own, beside the machine's settings. */
async function privateApt(scratch: string, line: string): Promise<readonly string[]> {
  const at = (path: string): string => join(scratch, path);
  await Promise.all([
    mkdir(at("lists/partial"), { recursive: true }),
    mkdir(at("archives/partial"), { recursive: true }),
    writeFile(at("sources.list"), line, { mode: 0o600 }), // a mirror's address may carry credentials
    writeFile(at("status"), ""),
  ]);
  return Object.entries({
    "Dir::Etc::sourcelist": at("sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State::lists": at("lists"),
    "Dir::State::status": at("status"),
    "Dir::Cache": scratch,
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::IndexTargets::deb::CNF::DefaultEnabled": "false",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

const binary = "usr/bin/runsc";

async function unpack(scratch: string): Promise<Runsc> {
  const deb = (await readdir(scratch)).find((name) => name.endsWith(".deb"));
  if (deb === undefined) throw new KaliumError("E_SETUP", "apt-get downloaded no package of runsc");
  const version = (await dpkg("--field", join(scratch, deb), "Version")).trim();
  await mkdir(cacheDirectory(), { recursive: true });
  const tree = await mkdtemp(join(cacheDirectory(), ".unpacking-"));
  try {
    await dpkg("--extract", join(scratch, deb), tree);
    await chmod(tree, 0o755);
    const fetched = await askRunsc(join(tree, binary));
    if (fetched?.systrap !== true) {
      throw new KaliumError("E_SETUP", `runsc ${version} does not run here, or has no platform systrap`);
    }
    const home = join(cacheDirectory(), `runsc-${version}`);
    const already = await askRunsc(join(home, binary)); // another set-up was quicker, and it may be in use
    if (already !== undefined) return already;
    await rm(home, { recursive: true, force: true });
    await rename(tree, home);
    return { ...fetched, path: join(home, binary) };
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function dpkg(...parameters: readonly string[]): Promise<string> {
  const { failed, all } = await execa("dpkg-deb", parameters, {
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: 60_000,
  });
  if (failed) throw new KaliumError("E_SETUP", `dpkg-deb ${parameters.join(" ")} failed: ${all}`);
  return all;
}
