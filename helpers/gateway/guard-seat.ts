/**
 * A place in the gateway's process for the guard proxy. There its verdict on a call needs no other process, and goes to the
 * function with the call.
 */
import type { Service, StartService } from "../base/child-service.ts";
import { callDoor, type ControlDoor, openControlDoor } from "../base/control-door.ts";
import { KaliumError } from "../base/errors.ts";
import { maxPolicyBytes } from "../kalium/core/policy-json.ts";
import { serveGuardProxy, type ServedGuardProxy } from "../kalium/proxy/serve.ts";
import type { Admit } from "./admit.ts";

export interface GuardSeat {
  /** For `startInGateway`. */
  readonly door: ControlDoor;
  readonly admit: Admit;
  readonly close: () => Promise<void>;
}

const path = "/guard-proxy";

export async function openGuardSeat(): Promise<GuardSeat> {
  let seated: Promise<ServedGuardProxy> | undefined;
  let proxy: ServedGuardProxy | undefined;
  const leave = async (): Promise<void> => {
    const leaving = seated;
    seated = undefined;
    proxy = undefined;
    await (await leaving?.catch(() => undefined))?.stop();
  };
  const control = await openControlDoor(
    (app) => {
      app.put(path, async ({ body }) => {
        if (seated !== undefined) throw new KaliumError("E_CONFIG", "a guard proxy is in this gateway already");
        const starting = serveGuardProxy(body);
        seated = starting;
        try {
          const served = await starting;
          if (seated === starting) proxy = served; // else it has been asked to leave meanwhile
          return served.info;
        } catch (error) {
          if (seated === starting) seated = undefined;
          throw error;
        }
      });
      app.delete(path, async () => {
        await leave();
        return {};
      });
    },
    { maxBodyBytes: 2 * maxPolicyBytes },
  );
  return {
    door: control.door,
    admit: (name, call) => proxy?.admit(name, call),
    close: async () => {
      await control.close();
      await leave();
    },
  };
}

/** Starts the guard proxy, and nothing else, in the gateway behind this door. @param pid the gateway's */
export const startInGateway =
  ({ door, pid }: { readonly door: ControlDoor; readonly pid: number }): StartService =>
  async <Info>(_: URL, options: unknown): Promise<Service<Info>> => {
    const info = await callDoor<Info>(door, "PUT", path, options);
    let stopping: Promise<void> | undefined;
    // A gateway that is gone has taken the guard with it, and has been reported.
    const leave = async (): Promise<void> => {
      await callDoor(door, "DELETE", path).catch(() => undefined);
    };
    const stop = (): Promise<void> => (stopping ??= leave());
    return { info, pid, stop, [Symbol.asyncDispose]: stop };
  };
