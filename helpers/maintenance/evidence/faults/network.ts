/**
 * LinkTrouble between two parts, on the run's own bridge and nowhere else: rules of a table of its own that match packets of
 * that bridge alone, and a shaper on the run's own interfaces.
 */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { runCommand } from "../../../sandboxes/run-command.ts";
import { pidOf } from "../parts.ts";
import { type Link, type PrepareFault, type FaultyRun, type LinkTrouble } from "./injection.ts";

const run = promisify(execFile);
const timeoutMs = 60_000;

export const troubleNetwork: PrepareFault<"network"> = ({ link, trouble }) => {
  let undo: (() => Promise<void>) | undefined;
  const heal = async (): Promise<void> => {
    const once = undo;
    undo = undefined;
    await once?.();
  };
  return Promise.resolve({
    inject: async (target) => {
      onTestFinished(heal);
      undo = isShaped(trouble) ? await shape(target, trouble.kbitPerSecond) : await filter(target, link, trouble);
    },
    heal,
  });
};

interface Shaped {
  readonly kbitPerSecond: number;
}

const isShaped = (trouble: LinkTrouble): trouble is Shaped => typeof trouble === "object" && "kbitPerSecond" in trouble;

/** Where who is asked listens. */
async function portOf(link: Link, root: string): Promise<number> {
  if (link === "gateway to function") return 8080; // of every watchdog in a namespace of its own
  if (link === "function to MySQL") return 3306; // of the private server on the bridge
  const pid = await pidOf("image server", root);
  const { stdout } = await run("ss", ["-H", "-ltnp"]);
  const line = stdout.split("\n").find((each) => each.includes(`pid=${pid},`) && !each.includes("127.0.0.1:"));
  const port = /:(\d+)\s/.exec(line ?? "")?.[1];
  if (port === undefined) throw new Error(`the image server ${pid} listens nowhere but on loopback: ${stdout}`);
  return Number(port);
}

async function filter(
  { root, runId }: FaultyRun,
  link: Link,
  trouble: Exclude<LinkTrouble, Shaped>,
): Promise<() => Promise<void>> {
  const [bridge, table] = [`kb${runId}`, `chaos_${runId}`];
  const port = await portOf(link, root);
  const verdict = verdictOf(trouble);
  // A reset goes to who asks; what is lost is lost both ways.
  const [asked, answered] = [`tcp dport ${port} ${verdict}`, trouble === "reset" ? "" : `tcp sport ${port} ${verdict}`];
  const [incoming, outgoing] = link === "gateway to function" ? [answered, asked] : [asked, answered];
  const chain = (hook: "input" | "output", interfaceKey: string, rule: string): string => `
  chain ${hook} {
    type filter hook ${hook} priority -160; policy accept;
    ${rule === "" ? "" : `${interfaceKey} "${bridge}" ${rule}`}
  }`;
  const input = `table inet ${table} {${chain("input", "iifname", incoming)}${chain("output", "oifname", outgoing)}\n}\n`;
  const { code, stderr } = await runCommand(["nft", "-f", "-"], { timeoutMs, input });
  if (code !== 0) throw new Error(`nft refused the rules: ${stderr}`);
  return async () => void (await run("nft", ["delete", "table", "inet", table]));
}

function verdictOf(trouble: Exclude<LinkTrouble, Shaped>): string {
  if (trouble === "reset") return "reject with tcp reset";
  return trouble === "drop" ? "drop" : `numgen random mod 100 < ${trouble.lossPercent} drop`;
}

/** What goes to the instances that there are now. */
async function shape({ runId }: FaultyRun, kbitPerSecond: number): Promise<() => Promise<void>> {
  const names = (await readdir("/sys/class/net")).filter((name) => new RegExp(`^kb${runId}h\\d+$`).test(name));
  const limits = ["rate", `${kbitPerSecond}kbit`, "burst", "2000", "limit", "60000"];
  for (const name of names) await run("tc", ["qdisc", "add", "dev", name, "root", "tbf", ...limits]);
  return async () => {
    // Instances of a block that is over have taken theirs along.
    for (const name of names) await run("tc", ["qdisc", "del", "dev", name, "root"]).catch(() => undefined);
  };
}
