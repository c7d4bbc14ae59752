// The function of the runtime tests: each path tries one thing from inside and answers with what happened, as JSON.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
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

createServer((request, response) => {
  void routes[request.url ?? "/"]?.().then((answer) => response.end(JSON.stringify(answer)));
}).listen(Number(process.env["http_port"]), "0.0.0.0");
process.stderr.write("listening\n");
