import { once } from "node:events";
import { connect } from "node:net";

export interface EchoRequest {
  readonly host: string;
  readonly port: number;
  readonly bytes: number;
  readonly calls: number;
}

/**
 * A function of the application's host without application: what remains of a call to it is the way there and back.
 * Asked for `echo`, it answers with the times of round trips over TCP to there, ns.
 */
export default function empty({ body }: { readonly body: { readonly echo?: EchoRequest } }): unknown {
  return body.echo === undefined ? "" : echoTimes(body.echo);
}

/** On one connection, after one that connects and wakes the other side. */
async function echoTimes({ host, port, bytes, calls }: EchoRequest): Promise<readonly number[]> {
  const socket = connect({ host, port, noDelay: true });
  const message = "x".repeat(bytes);
  try {
    await once(socket, "connect");
    const times: number[] = [];
    while (times.length <= calls) {
      const startNs = process.hrtime.bigint();
      socket.write(message);
      for (let left = bytes; left > 0;) left -= ((await once(socket, "data")) as [Buffer])[0].length;
      times.push(Number(process.hrtime.bigint() - startNs));
    }
    return times.slice(1);
  } finally {
    socket.destroy();
  }
}
