import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { ControlDoor } from "../../base/control-door.ts";
import { fetchGuardLog, readGuardStatus, startGuardProxy } from "../../kalium/proxy/index.ts";
import type { GuardedRun, GuardPlace, StartedGuard } from "../guard.ts";

/** The guard of a run, as the measuring worker reaches it. Holds a secret: never record it. */
export interface EmbeddedGuardInfo {
  /** `host:port` for the hooks in the functions. */
  readonly address: string;
  readonly control: ControlDoor;
  /** Every event of every guarded instance, JSON lines; `helpers/kalium/proxy/verdict-log.ts` reads them. */
  readonly logPath: string;
  /** The log is written elsewhere, and is here after `completeGuardLog` only. */
  readonly logIsRemote: boolean;
}

/** What `startEmbedded` told the measuring worker. @throws {TypeError} where the run has not started the guard */
export function embeddedInfo({ guards }: Pick<GuardedRun, "guards">): EmbeddedGuardInfo {
  const info = guards.embedded as EmbeddedGuardInfo | undefined; // of `startEmbedded`, in this same checkout
  if (info === undefined)
    throw new TypeError("a system under the embedded guard is measured, but the run has no guard");
  return info;
}

/**
 * Starts the guard proxy, with the controller in the same process, outside all sandboxes: in the gateway's process where
 * that is ours.
 * @throws {KaliumError} E_SERVICE, E_CONFIG for an invalid policy; nothing is left behind then
 */
export async function startEmbedded(
  { guard: { semantics, action, policyPath } }: Pick<Config, "guard">,
  { network, cluster, runId, folder, startService, startInGateway }: GuardPlace,
): Promise<StartedGuard> {
  await using stack = new AsyncDisposableStack();
  const host = network.hostAddress;
  const logPath = join(folder, "guard.jsonl");
  const remoteLog = cluster?.services && `/tmp/guard-${runId}.jsonl`; // of the pod that the services are in
  const proxy = stack.use(
    await startGuardProxy(
      {
        host,
        forPods: network.kind === "cluster",
        semantics,
        action,
        ...(action !== "record" && { controller: { peer: "inside", policyPath } }),
        logPath: remoteLog ?? logPath,
      },
      startInGateway ?? startService,
    ),
  );
  const { address, control } = proxy.info;
  const info: EmbeddedGuardInfo = {
    address,
    control,
    logPath,
    logIsRemote: remoteLog !== undefined,
  };
  if (info.logIsRemote) stack.defer(() => completeGuardLog(info));
  const owned = stack.move();
  return { info, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** After it `logPath` holds every event that was decided before. @throws {KaliumError} E_SERVICE */
export async function completeGuardLog({ control, logPath, logIsRemote }: EmbeddedGuardInfo): Promise<void> {
  if (!logIsRemote) {
    await readGuardStatus({ control });
    return;
  }
  await fetchGuardLog({ control }, logPath).catch((error: unknown) => {
    throw new KaliumError("E_SERVICE", `${logPath} lacks the guard's last events: ${messageOf(error)}`, {
      cause: error,
    });
  });
}
