import { Agent, request } from "node:http";
import { nowNs } from "../../base/clock.ts";

/** The least that a timed POST over `node:http` costs: what the harness's client is compared with. */
export interface BareLoop {
  /** From the request's `end()` to the last byte, ns. @throws when the call fails or its status is not 200 */
  readonly call: () => Promise<number>;
  readonly close: () => void;
}

export function createBareLoop(url: string, body: string): BareLoop {
  const agent = new Agent({ keepAlive: true });
  const headers = { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(body) };
  return {
    call: () =>
      new Promise((resolve, reject) => {
        let startedAtNs = 0;
        const sent = request(url, { method: "POST", agent, headers }, (answer) => {
          answer.resume().once("end", () => {
            const latencyNs = nowNs() - startedAtNs;
            if (answer.statusCode === 200) resolve(latencyNs);
            else reject(new Error(`status ${answer.statusCode ?? 0} from ${url}`));
          });
        });
        sent.once("error", reject);
        startedAtNs = nowNs();
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
