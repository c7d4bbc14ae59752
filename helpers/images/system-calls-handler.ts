/**
 * A function that times operations of the operating system inside its sandbox, through Node's own bindings: what a
 * function pays, the binding included. docs/system-calls.md says which system calls each operation makes.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  stat,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SystemCallsRequest {
  readonly operation: string;
  readonly batches: number;
  /** What a batch is to take at least, ms. */
  readonly batchMs: number;
  /** A server outside the sandbox that sends back what it gets; operations whose name ends in `-out` need it. */
  readonly echo?: { readonly host: string; readonly port: number };
}

export interface SystemCallsAnswer {
  /** Operations in each batch. */
  readonly count: number;
  /** Mean time of an operation in each batch, ns. */
  readonly ns: readonly number[];
}

/** Until then the engine compiles, and the kernel and the sandbox fill their caches. */
const warmUpNs = 20e6;

/** Does the operation so many times. */
type Repeat = (count: number) => void | Promise<void>;
/** Prepares in a folder of its own; `defer` takes what is to be undone. */
type Prepare = (place: {
  readonly folder: string;
  readonly defer: (undo: () => void) => void;
  readonly echo: SystemCallsRequest["echo"];
}) => Repeat | Promise<Repeat>;

const each =
  (operation: () => unknown): Repeat =>
  (count) => {
    for (let done = 0; done < count; done++) operation();
  };
const eachAwaited =
  (operation: () => Promise<unknown>): Repeat =>
  async (count) => {
    for (let done = 0; done < count; done++) await operation();
  };

const withFile =
  (operation: (fd: number) => unknown): Prepare =>
  ({ folder, defer }) => {
    const fd = openSync(join(folder, "file"), "w+");
    defer(() => closeSync(fd));
    writeSync(fd, Buffer.alloc(4096, 1));
    return each(() => operation(fd));
  };

const page = Buffer.alloc(4096, 1);
const mappedBytes = 64 * 2 ** 20; // above this the C library maps whatever it did before

/** Writes to so many pages of memory that nobody has used. */
function touchFresh(pages: number): void {
  const fresh = Buffer.alloc(mappedBytes);
  for (let index = 1; index <= pages; index++) fresh[index * page.length] = 1;
}

let printed = 0;
/** In lines of 80 characters. The gateway reads them; where it is late, the pipe is full and the call in vain. */
function printOne(): void {
  try {
    writeSync(process.stdout.fd, ++printed % 80 === 0 ? "\n" : ".");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
}

export const operations: Readonly<Record<string, Prepare>> = {
  getppid: () => each(() => process.ppid),
  clock: () => each(() => process.hrtime()),
  stat: ({ folder }) => each(() => statSync(folder)),
  "open-close": ({ folder }) => each(() => closeSync(openSync(folder, "r"))),
  read: withFile((fd) => readSync(fd, page, 0, 64, 0)),
  write: withFile((fd) => writeSync(fd, page, 0, 4096, 0)),
  fsync: withFile((fd) => {
    writeSync(fd, page, 0, 64, 0);
    fsyncSync(fd);
  }),
  stdout: () => each(printOne),
  map: () => each(() => touchFresh(1)),
  "page-faults": () => each(() => touchFresh(257)),
  "event-loop": () => eachAwaited(() => new Promise((resolve) => setImmediate(resolve))),
  "thread-pool": ({ folder }) => eachAwaited(() => new Promise((resolve) => stat(folder, resolve))),
  "unix-socket": ({ folder, defer }) => echo({ path: join(folder, "socket") }, 1, defer),
  connect: async ({ defer }) => connections({ ...loopback, port: (await listen(loopback, defer)).port }),
  "tcp-64": ({ defer }) => echo(loopback, 64, defer),
  "tcp-4k": ({ defer }) => echo(loopback, 4096, defer),
  "tcp-64k": ({ defer }) => echo(loopback, 65_536, defer),
  "connect-out": ({ echo: server }) => connections(outside(server)),
  "tcp-out-64": ({ echo: server, defer }) => exchange(outside(server), 64, defer),
  exec: () => each(runShell),
};

/** A file system in memory, as /tmp is in sandboxes: a native process's own /tmp may be on a disk. */
function memoryFolder(): string {
  const found = [tmpdir(), "/dev/shm"].find((folder) => existsSync(folder) && statfsSync(folder).type === tmpfs);
  if (found === undefined) throw new Error("neither the folder for temporary files nor /dev/shm is in memory");
  return found;
}

/** As statfs(2) tells it. */
const tmpfs = 0x01021994;

function runShell(): void {
  const { status, error } = spawnSync("/bin/sh", ["-c", ":"], { stdio: "ignore" });
  if (status !== 0) throw error ?? new Error(`/bin/sh ended with ${status}`);
}

type Place = { readonly path: string } | { readonly port: number; readonly host: string };

const loopback = { port: 0, host: "127.0.0.1" };

function outside(server: SystemCallsRequest["echo"]): NonNullable<SystemCallsRequest["echo"]> {
  if (server === undefined) throw new Error("the request names no echo server outside the sandbox");
  return server;
}

const connections = (place: Place): Repeat =>
  eachAwaited(async () => {
    const socket = connect(place);
    await once(socket, "connect");
    socket.resetAndDestroy(); // no port waits for its time to run out
    await once(socket, "close");
  });

async function listen(place: Place, defer: (undo: () => void) => void): Promise<{ readonly port: number }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => undefined); // `connect` resets
    socket.pipe(socket);
  });
  server.listen(place);
  defer(() => server.close());
  await once(server, "listening");
  const address = server.address() as AddressInfo | string;
  return { port: typeof address === "string" ? 0 : address.port };
}

/** Sends so many bytes to a server in this process and back. */
async function echo(place: Place, bytes: number, defer: (undo: () => void) => void): Promise<Repeat> {
  const { port } = await listen(place, defer);
  return exchange("path" in place ? place : { ...place, port }, bytes, defer);
}

/** Sends so many bytes there and back on one connection. */
async function exchange(place: Place, bytes: number, defer: (undo: () => void) => void): Promise<Repeat> {
  const socket: Socket = connect("path" in place ? place : { ...place, noDelay: true });
  defer(() => socket.destroy());
  await once(socket, "connect");
  const message = Buffer.alloc(bytes, 1);
  return eachAwaited(
    () =>
      new Promise<void>((resolve) => {
        let left = bytes;
        const take = (chunk: Buffer): void => {
          left -= chunk.length;
          if (left > 0) return;
          socket.off("data", take);
          resolve();
        };
        socket.on("data", take);
        socket.write(message);
      }),
  );
}

export default async function systemCalls({ body }: { readonly body: SystemCallsRequest }): Promise<SystemCallsAnswer> {
  const { operation, batches, batchMs, echo: server } = body;
  const prepare = operations[operation];
  if (prepare === undefined) throw new Error(`no operation is called ${operation}`);
  const folder = mkdtempSync(join(memoryFolder(), "system-calls-"));
  const undo: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const repeat = await prepare({ folder, defer: (step) => undo.unshift(step), echo: server });
    const timeNs = async (count: number): Promise<number> => {
      const startNs = process.hrtime.bigint();
      await repeat(count);
      return Number(process.hrtime.bigint() - startNs);
    };
    for (let warmNs = 0; warmNs < warmUpNs;) warmNs += await timeNs(1);
    let count = 1;
    // The fastest of three: a pause of the machine must not make batches small.
    const fastestNs = async (): Promise<number> =>
      Math.min(await timeNs(count), await timeNs(count), await timeNs(count));
    while ((await fastestNs()) < batchMs * 1e6) count *= 2;
    const ns: number[] = [];
    while (ns.length < batches) ns.push((await timeNs(count)) / count);
    return { count, ns };
  } finally {
    for (const step of undo) step();
  }
}
