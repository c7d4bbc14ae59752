import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

async function serve(answer: string): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.end(answer);
  }).on("connect", (request, socket) => {
    requests.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

/** Every way in which we call, in this process and in a child of it. */
const program = (goDirect: boolean, url: string): string => `
  import { execFileSync } from "node:child_process";
  import { request } from "node:http";
  import { text } from "node:stream/consumers";
  import axios from "axios";
  import { goDirect } from ${JSON.stringify(new URL("direct-traffic.ts", import.meta.url).href)};
  ${goDirect ? "goDirect();" : ""}
  const url = ${JSON.stringify(url)};
  const plain = () => new Promise((resolve, reject) => {
    request(url, (answer) => resolve(text(answer))).on("error", reject).end();
  });
  const fetched = async () => (await fetch(url)).text();
  const child = "fetch(" + JSON.stringify(url) + ").then((a) => a.text()).then((t) => process.stdout.write(t))";
  const answers = [
    await plain(), await fetched(), (await axios.get(url, { proxy: false })).data,
    execFileSync(process.execPath, ["-e", child], { encoding: "utf8" }),
  ];
  process.stdout.write(answers.join(" "));`;

const ways: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ["NODE_USE_ENV_PROXY", { NODE_USE_ENV_PROXY: "1" }, []],
  ["NODE_OPTIONS", { NODE_OPTIONS: "--use-env-proxy --no-warnings" }, []],
  ["an option of Node", {}, ["--use-env-proxy"]],
];

async function answersUnder([, env, options]: (typeof ways)[number], goDirect: boolean) {
  const [ours, proxy] = await Promise.all([serve("ours"), serve("proxy")]);
  const running = promisify(execFile)(
    process.execPath,
    [...options, "--input-type=module", "-e", program(goDirect, ours.url)],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { PATH: process.env["PATH"], HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ...env },
    },
  );
  const stdout = await running.then(
    (done) => done.stdout,
    () => "failed", // our proxy leads nowhere
  );
  return { stdout, proxied: proxy.requests.length };
}

test.for(ways)("no call of ours takes the proxy of %s", async (way) => {
  expect(await answersUnder(way, true)).toEqual({ stdout: "ours ours ours ours", proxied: 0 });
});

test("without that, they would", async () => {
  expect((await answersUnder(ways[0] as (typeof ways)[number], false)).proxied).toBeGreaterThan(0);
});
