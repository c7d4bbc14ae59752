import { Router } from "zeromq";

export interface Ask {
  readonly identity: string;
  readonly type: number;
  readonly body: string;
}

/** A controller for tests whose every answer is scripted: frames to send back, or nothing. */
export interface ScriptedCtr {
  readonly address: string;
  /** Everything that arrived, in order. */
  readonly asks: readonly Ask[];
  /** Sends unasked. */
  tell(identity: string, frame: Buffer): Promise<void>;
  close(): void;
}

export async function startScriptedCtr(script: (ask: Ask) => readonly Buffer[], port = 0): Promise<ScriptedCtr> {
  const socket = new Router({ linger: 0 });
  await socket.bind(`tcp://127.0.0.1:${port === 0 ? "*" : port}`);
  const asks: Ask[] = [];
  const serving = (async () => {
    for await (const [identity, frame] of socket) {
      if (identity === undefined || frame === undefined) continue;
      const length = Number.parseInt(frame.toString("latin1", 2, 10), 16);
      const ask = { identity: identity.toString(), type: frame[0] ?? 0, body: frame.toString("utf8", 10, 10 + length) };
      asks.push(ask);
      for (const answer of script(ask)) await socket.send([identity, answer]);
    }
  })();
  serving.catch(() => undefined); // a test that closed it in the middle of an answer
  return {
    address: socket.lastEndpoint ?? "",
    asks,
    tell: (identity, frame) => socket.send([identity, frame]),
    close: () => socket.close(),
  };
}
