/** Where the hooks connect: a line of greeting with the instance's token, then events and their verdicts, line by line. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { CpuMeter } from "./cpu-meter.ts";
import { type Greeting, readGreeting, readHookEvent } from "./hook-message.ts";
import type { HookConnection, GuardedInstance, HookVerdict } from "./instance.ts";

export interface HookListener {
  /** `host:port` */
  readonly address: string;
  /** Connections that ended without a right greeting. */
  readonly refused: number;
  close(): Promise<void>;
}

const longestGreetingChars = 1_024;
const longestLineChars = 65_536;
const greetingTimeoutMs = 5_000;
/** Lines of one connection in one turn of the event loop, which others share, calls of functions among them. */
const mostLinesPerTurn = 64;
/** Events of one connection that wait for their verdict before nothing more is read from it. */
const mostWaiting = 64;
const mostUnreadBytes = 4 * 2 ** 20;
const mostConnections = 4_096;

type FindInstance = (greeting: Greeting) => GuardedInstance | undefined;

/** `find` gives the instance that a greeting belongs to; `cpu` counts what hooks take. */
export async function startHookListener(host: string, find: FindInstance, cpu: CpuMeter): Promise<HookListener> {
  let refused = 0;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    serveHook(socket, find, { onRefused: () => refused++, cpu });
  });
  server.maxConnections = mostConnections;
  server.listen(0, host);
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  return {
    address: `${address}:${port}`,
    get refused() {
      return refused;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function serveHook(
  socket: Socket,
  find: FindInstance,
  { onRefused, cpu }: { readonly onRefused: () => void; readonly cpu: CpuMeter },
): void {
  let attachment: HookConnection | undefined;
  /** Complete ones that are not decided yet. */
  const lines: string[] = [];
  let nextTurn: NodeJS.Immediate | undefined;
  let leftInTurn = mostLinesPerTurn;
  let rest = "";
  let waiting = 0;
  const hangUp = (): void => void socket.destroy();
  const silent = setTimeout(hangUp, greetingTimeoutMs);

  const greet = (line: string): void => {
    clearTimeout(silent);
    const greeting = readGreeting(line);
    attachment = greeting && find(greeting)?.attach(greeting, hangUp);
    if (attachment === undefined) hangUp();
  };

  const decide = (line: string, { decide: verdictOn, countAnomaly }: HookConnection): void => {
    const message = readHookEvent(line);
    if (message === undefined) {
      countAnomaly();
      hangUp(); // a hook that speaks nonsense is none; without a connection its function is denied everything
      return;
    }
    waiting++;
    const answer = (verdict: HookVerdict | undefined): void => {
      waiting--;
      if (socket.isPaused()) readOrWait();
      if (verdict === undefined || message.silent === true || !socket.writable) return;
      socket.write(`${JSON.stringify(verdict)}\n`);
      if (socket.writableLength > mostUnreadBytes) hangUp(); // it asks and does not listen
    };
    const verdict = verdictOn(message);
    if (verdict instanceof Promise) verdict.then(answer, hangUp);
    else answer(verdict);
  };

  socket.setEncoding("utf8");
  socket.on("error", () => undefined); // its end is all that matters
  const readOrWait = (): void => {
    if (leftInTurn === 0 || waiting >= mostWaiting) socket.pause();
    else socket.resume();
  };
  const onTurn = (): void => {
    nextTurn = undefined;
    leftInTurn = mostLinesPerTurn;
    if (lines.length > 0) work();
    else readOrWait();
  };
  const work = (): void => {
    nextTurn ??= setImmediate(() => cpu.around(onTurn));
    const now = lines.splice(0, leftInTurn);
    leftInTurn -= now.length;
    for (const line of now) {
      if (socket.destroyed) return;
      if (attachment === undefined) greet(line);
      else decide(line, attachment);
    }
    readOrWait();
  };
  const take = (chunk: string): void => {
    const [first = "", ...others] = chunk.split("\n");
    const last = others.pop();
    if (last !== undefined) {
      lines.push(rest + first);
      for (const line of others) lines.push(line);
    }
    rest = last ?? rest + first;
    work();
    if (rest.length > (attachment === undefined ? longestGreetingChars : longestLineChars)) {
      attachment?.countAnomaly();
      hangUp();
    }
  };
  socket.on("data", (chunk: string) => cpu.around(() => take(chunk)));
  socket.once("close", () => {
    clearTimeout(silent);
    clearImmediate(nextTurn);
    if (attachment === undefined) onRefused();
    attachment?.end();
  });
}
