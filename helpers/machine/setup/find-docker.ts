import { request } from "node:http";
import { within } from "../../base/deadline.ts";

/** A Docker engine that answers: its version and its address. A TLS or SSH address in DOCKER_HOST is not looked at. */
export async function findDockerEngine(): Promise<{ readonly version: string; readonly address: string } | undefined> {
  const answers = await Promise.all(addresses().map((address) => engineVersion(address).catch(() => undefined)));
  return answers.find((answer) => answer !== undefined);
}

function addresses(): readonly string[] {
  const { DOCKER_HOST: named, XDG_RUNTIME_DIR: runtime } = process.env;
  if (named !== undefined && named !== "") return [named];
  return ["unix:///var/run/docker.sock", ...(runtime === undefined ? [] : [`unix://${runtime}/docker.sock`])];
}

async function engineVersion(address: string): Promise<{ version: string; address: string } | undefined> {
  const { protocol, hostname, port, pathname } = new URL(address);
  if (protocol !== "unix:" && protocol !== "tcp:") return undefined;
  const target = protocol === "unix:" ? { socketPath: pathname } : { host: hostname, port: port || 2375 };
  const body = await within({ what: "the Docker engine", timeoutMs: 2_000 }, (signal) => get(target, signal));
  const version = (JSON.parse(body) as { Version?: unknown }).Version;
  return typeof version === "string" ? { version, address } : undefined;
}

function get(target: object, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ ...target, path: "/version", signal, agent: false }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve(body)).on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}
