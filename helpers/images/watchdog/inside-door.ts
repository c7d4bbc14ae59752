import { Socket } from "node:net";
import { messageOf } from "../../base/errors.ts";
import type { WatchdogParts } from "../../contracts/own-parts.ts";
import { readWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import type { Connect } from "../../gateway/readiness.ts";
import { givenOf, openDoor, upstreamOf, type Door } from "./door.ts";

export interface Inside {
  /** `Socket.prototype.connect` as Node has it. */
  readonly connect: unknown;
  readonly listening: AbortSignal;
  /** For its server, and its connections to the function. */
  readonly parts: WatchdogParts;
}

/** Opens the door in the function's process; ends that when it cannot: nobody would reach the function. */
export async function serveInside({ connect, listening, parts }: Inside): Promise<Door> {
  try {
    const env = givenOf(process.env);
    return await openDoor({
      env,
      settings: readWatchdogSettings(env, undefined),
      target: upstreamOf(env),
      listening,
      gone: new AbortController().signal, // it goes with this process
      connect: (options) => {
        const socket = new Socket(options);
        parts.add(socket);
        return (connect as Connect).call(socket, options);
      },
      onServer: (server) => parts.add(server),
      onCall: (call) => parts.arrived?.(call) ?? unguarded, // a guard is loaded after this
      taker: () => parts.take, // the program, too
      shared: true,
    });
  } catch (error) {
    process.stderr.write(`watchdog: ${messageOf(error)}\n`);
    process.exit(1);
  }
}

const unguarded = (): void => undefined;
