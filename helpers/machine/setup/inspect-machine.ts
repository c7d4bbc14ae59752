import { readFile } from "node:fs/promises";
import { release } from "node:os";
import type { Config } from "../../config/config.ts";
import { cgroupVersion } from "../../sandboxes/cgroup-tree.ts";
import type { RuntimeName } from "../../contracts/system.ts";
import { systemNamed } from "../../config/systems.ts";
import { declarations } from "../../runtimes/declared.ts";
import { onPath } from "../../runtimes/binary.ts";
import { elevation } from "./apt.ts";
import { type Finding, fact, missing, present } from "./finding.ts";
import { findDockerEngine } from "./find-docker.ts";
import { findRunsc } from "./find-runsc.ts";
import { outputOf } from "./probe.ts";

/** The settings that change what a machine must have. */
export interface Needs extends Partial<Pick<Config, "runtimes" | "mysql" | "systems">> {
  /** Images of others are to be run. */
  readonly foreignImages?: boolean;
}

/** Looks at this machine and changes nothing. Below half a second where all is there. */
export async function inspectMachine(needs: Needs = {}): Promise<readonly Finding[]> {
  const [system, person, ...rest] = await Promise.all([
    operatingSystem(),
    user(),
    gvisor(needs.runtimes?.runscBinary).then(unlessUnused("gvisor", needs)),
    runc(needs.runtimes?.runcBinary).then(unlessUnused("runc", needs)),
    database(needs.mysql),
    docker(),
    programs("iproute2", ["ip"], "network of the sandboxes"),
    programs("nftables", ["nft"], "keeps sandboxes away from this machine's other services"),
    programs("util-linux", ["unshare", "setpriv", "nsenter"], "namespaces of the sandboxes"),
    programs("skopeo", ["skopeo"], "fetches images of others").then(unlessForeign(needs)),
    programs("umoci", ["umoci"], "unpacks images of others").then(unlessForeign(needs)),
  ]);
  return [system, person, fact("cgroup", `version ${String(cgroupVersion() ?? "unknown")}`), node(), ...rest];
}

/** What no chosen system runs on is not missed: nothing is fetched for it. */
const unlessUnused =
  (runtime: RuntimeName, { systems = [] }: Needs) =>
  (finding: Finding): Finding => {
    const unused = systems.length > 0 && systems.every((name) => installedFor(systemNamed(name).runtime) !== runtime);
    return unused && finding.state !== "present"
      ? { ...finding, state: "absent", note: "not needed: no chosen system uses it" }
      : finding;
  };

/** A runtime of the user's file that names no binary has the runsc of `gvisor`. */
const installedFor = (runtime: RuntimeName): RuntimeName => {
  const declared = declarations()?.runtimes.find(({ name }) => name === runtime);
  return declared?.kind === "runsc" && declared.binary === undefined ? "gvisor" : runtime;
};

const unlessForeign =
  ({ foreignImages = false }: Needs) =>
  (finding: Finding): Finding =>
    foreignImages || finding.state === "present"
      ? finding
      : { ...finding, state: "absent", note: "not needed: only images of others are fetched and unpacked by it" };

async function operatingSystem(): Promise<Finding> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return fact("system", /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? "unknown", `kernel ${release()}`);
}

async function user(): Promise<Finding> {
  if (process.getuid?.() === 0) return fact("user", "root");
  return fact("user", "ordinary", (await elevation()) ? "sudo works without a password" : "no sudo without a password");
}

function node(): Finding {
  const { node: version } = process.versions;
  if (Number.parseInt(version) >= 24) return present("Node.js", version, process.execPath, "runs every function");
  return missing("Node.js", [], `24 or newer is needed, this is ${version}: run \`npm ci\`, or install Node.js 24`);
}

async function gvisor(named: string | undefined): Promise<Finding> {
  const found = await findRunsc(named);
  if (found === undefined)
    return named === undefined ? missing("runsc", ["runsc"], "gVisor, the baseline") : mute("runsc", named);
  const finding = present("runsc", found.version, found.path, found.systrap ? "platform systrap" : "platform ptrace");
  if (found.systrap || named !== undefined) return finding;
  return { ...finding, state: "improvable", note: "platform ptrace only; one with systrap starts twice as fast" };
}

async function runc(named: string | undefined): Promise<Finding> {
  const path = named ?? (await onPath("runc"));
  const output = path === undefined ? undefined : await outputOf(path, "--version");
  if (path === undefined || output === undefined) {
    return named === undefined ? missing("runc", ["runc"], "the system runc") : mute("runc", named);
  }
  return present("runc", /version (\S+)/.exec(output)?.[1] ?? "unknown", path, "the system runc");
}

/** A program that the user named, which does not even tell its version. */
const mute = (name: string, path: string): Finding =>
  missing(name, [], `${path} is named, but does not answer --version`);

async function database(mysql: Config["mysql"] | undefined): Promise<Finding> {
  const path = (await onPath("mysqld")) ?? (await onPath("mariadbd"));
  const output = path === undefined ? undefined : await outputOf(path, "--no-defaults", "--version");
  const isMariaDb = output?.includes("MariaDB") === true;
  const complete = !isMariaDb || (await onPath("my_print_defaults")) !== undefined; // its installer asks that one
  if (path !== undefined && output !== undefined && complete) {
    const kind = isMariaDb ? "MariaDB" : "MySQL";
    return present("mysqld", /Ver (\S+)/.exec(output)?.[1] ?? "unknown", path, `${kind}, for a private instance`);
  }
  const lacking = missing("mysqld", ["mariadb-server-core", "mariadb-client-core"], "MySQL or MariaDB server program");
  const elsewhere = mysql?.url !== undefined || mysql?.source === "docker";
  return elsewhere ? { ...lacking, state: "absent", note: "not needed: the database is elsewhere" } : lacking;
}

async function docker(): Promise<Finding> {
  const engine = await findDockerEngine();
  if (engine !== undefined) return present("Docker engine", engine.version, engine.address, "may serve MySQL");
  return { ...missing("Docker engine", [], "none answers; not needed"), state: "absent" };
}

/** Several programs of one package. */
async function programs(pkg: string, names: readonly [string, ...string[]], note: string): Promise<Finding> {
  const paths = await Promise.all(names.map((name) => onPath(name)));
  const lacking = names.filter((_, index) => paths[index] === undefined);
  if (lacking.length > 0) return missing(pkg, [pkg], `${lacking.join(", ")}: ${note}`);
  const output = await outputOf(String(paths[0]), names[0] === "ip" ? "-V" : "--version");
  return present(pkg, /(\d+\.[\d.]+)/.exec(output ?? "")?.[1] ?? "unknown", paths[0] ?? null, note);
}
