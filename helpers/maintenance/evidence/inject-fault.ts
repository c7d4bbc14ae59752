/** Does to a run what a row of the table says. What it changes on this machine ends with the test. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import type { Injection } from "./faults.ts";
import { listenersOf, pidOf } from "./parts.ts";

const run = promisify(execFile);

export interface Prepared {
  /** Settings of the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly inject: () => Promise<void>;
}

/** Before the run starts: the disk that will be full is made. */
export async function prepareFault(injection: Injection, root: string): Promise<Prepared> {
  if (!("fill" in injection)) return { env: {}, inject: () => injectInto(injection, root) };
  const { fill, sizeMiB } = injection;
  const folder = join(root, fill);
  await mkdir(folder);
  await run("mount", ["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "kalium-bench-chaos", folder]);
  onTestFinished(async () => void (await run("umount", ["--lazy", folder])));
  return { env: fill === "temporary" ? { TMPDIR: folder } : {}, inject: () => fillDisk(join(folder, ".full")) };
}

async function injectInto(injection: Exclude<Injection, { readonly fill: unknown }>, root: string): Promise<void> {
  if ("signal" in injection) {
    const pid = await pidOf(injection.to, root);
    process.kill(pid, injection.signal);
    if (injection.signal === "SIGSTOP") onTestFinished(() => goOn(pid));
  } else if ("packets" in injection) {
    await refusePackets(await pidOf(injection.to, root), injection.packets);
  } else {
    await run("prlimit", ["--pid", String(await pidOf(injection.of, root)), "--nofile=10:10"]);
  }
}

/** A process that was not ended meanwhile must be able to. */
function goOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // ended long ago
  }
}

async function fillDisk(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (let bytes = 65_536; bytes >= 1;) {
      await file.write(Buffer.alloc(bytes)).catch(() => (bytes = Math.floor(bytes / 2)));
    }
  } finally {
    await file.close();
  }
}

/** In a table of its own, for the addresses of this part alone. */
async function refusePackets(pid: number, packets: "lost" | "reset"): Promise<void> {
  const table = `kalium_chaos_${process.pid}`;
  const verdict = packets === "lost" ? "drop" : "reject with tcp reset";
  const rules = (await listenersOf(pid)).map(({ host, port }) => `ip daddr ${host} tcp dport ${port} ${verdict}`);
  if (rules.length === 0) throw new Error(`process ${pid} listens on no address that rules could name`);
  const chain = `chain input { type filter hook input priority -10; ${rules.join("; ")}; }`;
  const nft = execFile("nft", ["-f", "-"]);
  onTestFinished(() => run("nft", ["delete", "table", "inet", table]).then(() => undefined));
  nft.stdin?.end(`table inet ${table} { ${chain} }\n`);
  const [code] = (await once(nft, "exit")) as [number | null];
  if (code !== 0) throw new Error(`nft ended with ${String(code)}`);
}
