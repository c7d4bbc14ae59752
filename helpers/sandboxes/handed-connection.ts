/**
 * A connection that an instance finds open when it starts: a Unix socket of the host, handed over as a file descriptor.
 * No path of the host leads into the sandbox, and what is said there passes neither its network nor the bridge.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { KaliumError, messageOf } from "../base/errors.ts";

/** The first after standard error: all programs between the driver and the function pass it on. */
export const handedDescriptor = 3;

export interface Handed {
  /** For the `stdio` of the program that starts the instance; absent: nothing is handed over. */
  readonly socket?: Socket;
  /** Tells the function where it is. */
  readonly env: Readonly<Record<string, string>>;
}

/** Closes our end of it when the instance has its own. @throws {KaliumError} E_SANDBOX where nobody listens */
export async function handOver<T>(
  { connection }: Pick<SandboxSpec, "connection">,
  start: (handed: Handed) => Promise<T>,
): Promise<T> {
  if (connection === undefined) return start({ env: {} });
  const socket = connect(connection.path);
  try {
    await once(socket, "connect").catch((error: unknown) => {
      throw new KaliumError("E_SANDBOX", `cannot connect to ${connection.path}: ${messageOf(error)}`, { cause: error });
    });
    return await start({ socket, env: { [connection.variable]: String(handedDescriptor) } });
  } finally {
    socket.destroy();
  }
}
