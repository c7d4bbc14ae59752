// The function of the runtime tests: each path tries one thing from inside and answers with what happened, as JSON.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { promisify } from "node:util";

const secretFile = process.env["SECRET_FILE"] ?? "";

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "allowed",
    (error: unknown) => (error as NodeJS.ErrnoException).code,
  );

const routes: Readonly<Record<string, () => Promise<unknown>>> = {
  "/": () => Promise.resolve("ready"),
  "/env": () => Promise.resolve(process.env),
  "/cwd": () => Promise.resolve(process.cwd()),
  "/secret": () => readFile(secretFile, "utf8"),
  "/write-secret": () => refusal(writeFile(secretFile, "changed")),
  "/write-image": () => refusal(writeFile("planted", "x")),
  "/write-tmp": () => refusal(writeFile("/tmp/kalium-bench-written", "x")),
  "/inside": async () => ({
    procVersion: await readFile("/proc/version", "utf8"),
    procCmdline: await readFile("/proc/cmdline", "utf8"),
    dmesg: await promisify(execFile)("dmesg").then(
      ({ stdout }) => stdout.slice(0, 2000),
      (error: unknown) => String(error),
    ),
    nodeVersion: process.version,
  }),
  "/status": () => readFile("/proc/self/status", "utf8"),
  "/keys": () => readFile("/proc/keys", "utf8"),
  "/write-sys": () => refusal(writeFile("/proc/sys/kernel/hostname", "x")),
  "/exit": () => {
    setTimeout(() => process.exit(3), 10);
    return Promise.resolve("bye");
  },
  "/hog": () => {
    const hoard: Buffer[] = [];
    setInterval(() => hoard.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5);
    return Promise.resolve("eating");
  },
};

process.on("SIGTERM", () => {
  process.stdout.write("asked to stop\n");
  process.exit(0);
});

/** `/connect/HOST/PORT`: `connected`, or the code of the error. */
function attempt(path: string): Promise<unknown> {
  const [, host = "", port] = /^\/connect\/([^/]+)\/(\d+)$/.exec(path) ?? [];
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 2_000 });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end("connected"));
    socket.on("timeout", () => end("no answer"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "error"));
  });
}

createServer(({ url = "/" }, response) => {
  void (routes[url]?.() ?? attempt(url)).then((answer) => response.end(JSON.stringify(answer)));
}).listen(Number(process.env["http_port"]), "0.0.0.0");
process.stderr.write("listening\n");
