import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startCountsPage } from "../../base/counts-page.ts";
import { runService } from "../../base/child-service.ts";
import type { HttpStubsInfo, HttpStubsOptions, StubAnswerOptions, StubCounts } from "./index.ts";

await runService(async (given) => {
  const { host, stubs } = given as HttpStubsOptions; // from startHttpStubs of this same checkout
  const answered: Record<string, number> = {};
  let unanswered: StubCounts["unanswered"] = { count: 0 };
  const servers: Server[] = [];
  const urls: Record<string, string> = {};
  for (const [name, answers] of Object.entries(stubs)) {
    answered[name] = 0;
    const server = createServer((request, response) => {
      request.resume();
      request.once("end", () => {
        const { method = "", url = "" } = request;
        const found = answers.find((answer) => fits(answer, method, url));
        if (found === undefined) {
          unanswered = { count: unanswered.count + 1, last: `${name}: ${method} ${url}` };
          const error = `the stub ${name} has no answer for ${method} ${url}`;
          response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify({ error }));
          return;
        }
        answered[name] = (answered[name] ?? 0) + 1;
        response.writeHead(found.status, { ...found.headers }).end(found.body);
      });
    });
    servers.push(server.listen(0, host));
    await once(server, "listening");
    urls[name] = `http://${host}:${(server.address() as AddressInfo).port}`;
  }
  const control = await startCountsPage((): StubCounts => ({ answered, unanswered }));
  const info: HttpStubsInfo = { urls, controlUrl: control.url };
  return {
    info,
    stop: async () => {
      control.close();
      await Promise.all(
        servers.map((server) => {
          const closed = once(server, "close");
          server.close();
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
});

function fits({ method, path }: StubAnswerOptions, askedMethod: string, url: string): boolean {
  const asked = path?.includes("?") === true ? url : url.replace(/\?.*/s, "");
  return (method === undefined || method === askedMethod) && (path === undefined || path === asked);
}
