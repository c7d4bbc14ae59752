import { createSocket } from "node:dgram";
import { once } from "node:events";
import { startCountsPage } from "../../base/counts-page.ts";
import { runService } from "../../base/child-service.ts";
import { answerTo } from "./answer.ts";
import type { Lookups, NameServerInfo, NameServerOptions } from "./index.ts";

await runService(async (given) => {
  const { host, port, names } = given as NameServerOptions; // from startNameServer of this same checkout
  let questions = 0;
  const found: Record<string, number> = {};
  const socket = createSocket("udp4");
  socket.on("message", (query, peer) => {
    const reply = answerTo(query, names);
    if (reply === undefined) return; // not a question
    questions++;
    if (reply.found !== undefined) found[reply.found] = (found[reply.found] ?? 0) + 1;
    socket.send(reply.packet, peer.port, peer.address, () => undefined); // who asked may be gone
  });
  socket.bind(port, host);
  await once(socket, "listening");
  const control = await startCountsPage((): Lookups => ({ questions, found }));
  const info: NameServerInfo = { port: socket.address().port, controlUrl: control.url };
  return {
    info,
    stop: () => {
      control.close();
      return new Promise((resolve) => socket.close(resolve));
    },
  };
});
