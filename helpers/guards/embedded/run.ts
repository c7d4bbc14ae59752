import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { NetworkInfo } from "../../contracts.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { ControlDoor } from "../../base/control-door.ts";
import { startController } from "../../kalium/controller/index.ts";
import { controllerSecurity, guardSecurity, makeRunKeys } from "../../kalium/controller/keys.ts";
import { fetchGuardLog, readGuardStatus, startGuardProxy } from "../../kalium/proxy/index.ts";
import type { StartService } from "../../base/child-service.ts";
import { systemNamed } from "../../config/systems.ts";

/** The guard of a run, as the measuring worker reaches it. Holds a secret: never record it. */
export interface LabGuard {
  /** `host:port` for the hooks in the functions. */
  readonly address: string;
  readonly control: ControlDoor;
  /** Every event of every guarded instance, JSON lines; `helpers/kalium/proxy/verdict-log.ts` reads them. */
  readonly logPath: string;
  /** The log is written elsewhere, and is here after `completeGuardLog` only. */
  readonly logIsRemote: boolean;
}

/** Sandboxes have no business with the controller. */
const loopback = "127.0.0.1";

export interface GuardPlace {
  readonly network: NetworkInfo;
  /** Of the results. */
  readonly folder: string;
  readonly start: StartService;
  /** Path of the log where the services are another machine's. */
  readonly remoteLog?: string | undefined;
}

export interface StartedGuard extends AsyncDisposable {
  readonly info: LabGuard;
}

export const isGuarded = ({ systems }: Pick<Config, "systems">): boolean =>
  systems.some((name) => systemNamed(name).guard === "embedded");

/**
 * Starts the controller and the guard proxy, each in a process of its own, outside all sandboxes, with keys of this run.
 * @throws {KaliumError} E_SERVICE, E_CONFIG for a policy that is none; nothing is left behind then
 */
export async function startGuard(
  { guard: { semantics, action, policyPath } }: Pick<Config, "guard">,
  { network, folder, start, remoteLog }: GuardPlace,
): Promise<StartedGuard> {
  await using stack = new AsyncDisposableStack();
  const host = network.hostAddress;
  const keys = makeRunKeys();
  const recording = action === "record";
  const controller = recording
    ? undefined
    : stack.use(
        await startController({ host: loopback, policyPath, semantics, security: controllerSecurity(keys) }, { start }),
      );
  const logPath = join(folder, "guard.jsonl");
  const proxy = stack.use(
    await startGuardProxy(
      {
        host,
        forPods: network.kind === "cluster",
        semantics,
        action,
        ...(controller && {
          controller: { address: controller.info.address, security: guardSecurity(keys), peer: "embedded" },
        }),
        logPath: remoteLog ?? logPath,
      },
      start,
    ),
  );
  const { address, control } = proxy.info;
  const info: LabGuard = { address, control, logPath, logIsRemote: remoteLog !== undefined };
  if (info.logIsRemote) stack.defer(() => completeGuardLog(info));
  const owned = stack.move();
  return { info, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** After it `logPath` holds every event that was decided before. @throws {KaliumError} E_SERVICE */
export async function completeGuardLog({ control, logPath, logIsRemote }: LabGuard): Promise<void> {
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
