import { randomUUID } from "node:crypto";
import { poll } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { nodeFolder } from "../names.ts";
import { type Containerd, scriptOf } from "./containerd.ts";
import { type NodeShell, runOn } from "./node-shell.ts";

/** A file and its saved copy; without one the file was not there before. */
export interface WayBack {
  readonly path: string;
  readonly backup: string | undefined;
}

/**
 * `started` with the new configuration; `restored`: runs again with the old one; `down`: with neither; `unknown`: the
 * node's script was ended before it could say.
 */
type Outcome = { readonly kind: "started" | "restored" | "down" | "unknown"; readonly why: string };

/**
 * Starts containerd again; pods go on. When it does not come back within `limitSeconds`, the node itself puts the files
 * of `wayBack` back and starts it with those, and has as long again for it. `graceSeconds`: for the connection to be
 * possible again after that.
 * @throws {KaliumError} E_CLUSTER that says which of these happened, also as `details.outcome`: restored, down, unknown
 */
export async function restartContainerd(
  shell: NodeShell,
  { socket, pid, program, unit = "" }: Containerd,
  wayBack: readonly WayBack[],
  { folder = nodeFolder, limitSeconds = 60, graceSeconds = 60 } = {},
): Promise<void> {
  const result = `${folder}/restart-${randomUUID()}`;
  const script = await scriptOf("restart-containerd.sh");
  const pairs = wayBack.flatMap(({ path, backup = "" }) => [path, backup]);
  // The connection may break off before it can say that the script has begun.
  const refusal = await runOn(shell, "start containerd again", launchScript, {
    args: [script, result, socket, String(pid), program, unit, String(limitSeconds), ...pairs],
  }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))),
  );
  const outcome = await awaitOutcome(shell, result, (2 * limitSeconds + graceSeconds) * 1000, refusal);
  if (outcome.kind === "started" || outcome.kind === "restored") {
    await runOn(shell, "tidy up", 'rm -f "$1"', { args: [result] });
  }
  if (outcome.kind === "started") return;
  throw new KaliumError("E_CLUSTER", `node ${shell.node}: ${outcome.why}`, {
    hint:
      outcome.kind === "restored"
        ? "The node runs as before. Read containerd's log there, then `npm run cluster -- down`."
        : `Start containerd on the node by hand with the saved configuration (was: ${program}), then \`npm run cluster -- down\`.`,
    details: { outcome: outcome.kind },
  });
}

/** Resolves when the script has begun. The script continues by itself. */
const launchScript = `set -eu
script=$1 result=$2; shift
setsid sh -c "$script" kalium-bench "$@" </dev/null >/dev/null 2>&1 &
until [ -e "$result" ] || ! [ -d "/proc/$!" ]; do sleep 0.05; done
[ -e "$result" ] || { echo "the script for it has ended at once" >&2; exit 1; }`;

/** Prints whether the script has begun, and still runs; then what it has written last. */
const askScript = `[ -e "$1" ] || { echo absent; exit 0; }
read -r state pid <"$1"
if [ -d "/proc/$pid" ]; then echo runs; else echo ended; fi
cat "$1"`;

/** No command reaches the node while containerd is away. */
async function awaitOutcome(
  shell: NodeShell,
  result: string,
  timeoutMs: number,
  refusal: Error | undefined,
): Promise<Outcome> {
  let unreached: string | undefined;
  const ask = async (): Promise<Outcome | undefined> => {
    const call = { args: [result], timeoutMs: 10_000 };
    const answer = await runOn(shell, "ask about containerd", askScript, call).catch((error: unknown) => {
      unreached = messageOf(error);
    });
    if (answer === undefined) return undefined;
    unreached = undefined;
    if (answer.startsWith("absent") && refusal !== undefined) throw refusal;
    return outcomeOf(answer);
  };
  try {
    return await poll({ what: `node ${shell.node} to start containerd again`, timeoutMs, intervalMs: 500 }, ask);
  } catch (error) {
    if (unreached === undefined) throw error;
    const why = `no command has reached it since containerd was restarted; last seen: ${unreached}`;
    return { kind: refusal === undefined ? "down" : "unknown", why };
  }
}

/** Of what `askScript` has printed; `undefined`: not yet known. A connection that breaks off may lose the end of it. */
function outcomeOf(answer: string): Outcome | undefined {
  const [process, words, end] = answer.split("\n");
  if (words === undefined || end === undefined) return undefined;
  const [kind = "", why = ""] = words.split(": ");
  if (kind === "started" || kind === "restored" || kind === "down") return { kind, why };
  if (process === "runs") return undefined;
  return { kind: "unknown", why: "the script that restarts containerd was killed before it reported the outcome" };
}
