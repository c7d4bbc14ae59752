import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { KaliumError } from "../../base/errors.ts";
import { privateCache } from "../../runtimes/binary.ts";
import { aptGet, type Attention } from "./apt.ts";
import { askRunsc, type Runsc } from "./find-runsc.ts";
import { updateLists } from "./install-packages.ts";
import { outputOf } from "./probe.ts";
import { aptScratch, unpackScratch } from "./scratch.ts";

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
export async function fetchRunsc(attention: Attention): Promise<Runsc> {
  const source = await packageSource(attention);
  await using scratch = await aptScratch();
  const options = await privateApt(scratch.path, source.line);
  attention.say(`fetching runsc of ${source.suite} into ${privateCache()}`);
  const step = { timeoutMs: 180_000, signal: attention.signal, directory: scratch.path };
  await aptGet([...options, "update"], { what: `reading the package list of ${source.suite}`, ...step });
  await aptGet([...options, "download", "runsc"], { what: `downloading runsc of ${source.suite}`, ...step });
  return await unpack(scratch.path);
}

async function packageSource(attention: Attention): Promise<{ readonly suite: string; readonly line: string }> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const [id = "this system", codename = ""] = ["ID", "VERSION_CODENAME"].map(
    (key) => new RegExp(`^${key}="?([^"\\n]*)`, "m").exec(release)?.[1],
  );
  const newer = suites[id];
  if (newer === undefined) throw new KaliumError("E_SETUP", `no package of a newer runsc is known for ${id}`);
  let mirror = await mirrorOf(codename);
  if (mirror === undefined) {
    await updateLists(attention); // apt names its sources only once it has their lists
    mirror = await mirrorOf(codename);
  }
  if (mirror === undefined) throw new KaliumError("E_SETUP", `apt has no package source for ${codename}`);
  return { suite: newer.suite, line: `deb [signed-by=${newer.keys}] ${mirror} ${newer.suite} ${newer.component}\n` };
}

/** The address from which this machine gets its release's packages. */
async function mirrorOf(codename: string): Promise<string | undefined> {
  const format = "$(RELEASE) $(REPO_URI)";
  const targets = await outputOf("apt-get", "indextargets", "--format", format, "Created-By: Packages");
  const line = targets?.split("\n").find((target) => target.startsWith(`${codename} `));
  return line?.slice(codename.length + 1);
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
    "APT::Update::Error-Mode": "any", // a list that is not available is an error here, not a warning
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
  await using tree = await unpackScratch();
  await dpkg("--extract", join(scratch, deb), tree.path);
  const fetched = await askRunsc(join(tree.path, binary));
  if (fetched?.systrap !== true) {
    throw new KaliumError("E_SETUP", `runsc ${version} does not run here, or has no platform systrap`);
  }
  const home = join(privateCache(), `runsc-${version}`);
  const already = await askRunsc(join(home, binary)); // another set-up was quicker, and it may be in use
  if (already !== undefined) return already;
  await rm(home, { recursive: true, force: true });
  await rename(tree.path, home);
  return { ...fetched, path: join(home, binary) };
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
