import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { HookEvent } from "../proxy/hook-message.ts";
import type { HookVerdict } from "../proxy/instance.ts";

/** A hook for tests: lines of JSON over TCP, nothing of the real hook. */
export interface RawHook {
  /** Resolves to the verdict of the same id; rejects when the proxy hangs up before. */
  ask(event: Partial<HookEvent>): Promise<HookVerdict>;
  /** Any text. */
  write(text: string): void;
  /** The ids of the verdicts, as they came. */
  readonly answered: readonly number[];
  /** Settles when the proxy has hung up. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function rawHook(address: string, greeting: unknown): Promise<RawHook> {
  const [host = "", port = ""] = address.split(":");
  const socket = connect({ host, port: Number(port), noDelay: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve())); // a reset is an end too
  const waiting = new Map<number, { resolve: (verdict: HookVerdict) => void; reject: (error: Error) => void }>();
  const answered: number[] = [];
  createInterface(socket)
    .on("error", () => undefined)
    .on("line", (line) => {
      const verdict = JSON.parse(line) as HookVerdict;
      answered.push(verdict.id);
      waiting.get(verdict.id)?.resolve(verdict);
      waiting.delete(verdict.id);
    });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the proxy hung up"));
  });
  socket.write(`${JSON.stringify(greeting)}\n`);
  let lastId = 0;
  return {
    ask: (event) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ id, request: "1", session: "s", event: "GETE", ...event })}\n`);
      }),
    write: (text) => void socket.write(text),
    answered,
    ended,
    close: () => socket.destroy(),
  };
}
