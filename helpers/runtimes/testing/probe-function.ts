// The function of the runtime tests: each path tries one thing from inside and answers with what happened, as JSON.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { promisify } from "node:util";

const refusal = (work) =>
  work.then(
    () => "allowed",
    (error) => error.code ?? String(error),
  );

const routes = {
  "/": async () => "ready",
  "/env": async () => process.env,
  "/secret": async () => readFile(process.env.SECRET_FILE, "utf8"),
  "/write-secret": () => refusal(writeFile(process.env.SECRET_FILE, "changed")),
  "/write-image": () => refusal(writeFile("planted", "x")),
  "/write-tmp": () => refusal(writeFile("/tmp/kalium-bench-written", "x")),
  "/cwd": async () => process.cwd(),
  "/inside": async () => ({
    procVersion: await readFile("/proc/version", "utf8"),
    procCmdline: await readFile("/proc/cmdline", "utf8"),
    dmesg: await promisify(execFile)("dmesg").then(
      ({ stdout }) => stdout.slice(0, 2000),
      (error) => error.message,
    ),
    nodeVersion: process.version,
  }),
  "/exit": async () => setTimeout(() => process.exit(3), 10) && "bye",
  "/hog": async () => {
    const hoard = [];
    setInterval(() => hoard.push(Buffer.alloc(16 * 1024 * 1024, 1)), 5);
    return "eating";
  },
};

process.on("SIGTERM", () => {
  console.log("asked to stop");
  process.exit(0);
});

createServer((request, response) => {
  void routes[request.url ?? "/"]().then((answer) => response.end(JSON.stringify(answer)));
}).listen(Number(process.env.http_port), "0.0.0.0");
console.error("listening");
