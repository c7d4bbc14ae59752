// A program that is to runsc what the artifact's `seclambda` is: one per pod, registers the pod's function with ctr, then
// asks for every event. In place of gob it reads and writes JSON lines with the same fields.
import { appendFileSync, createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type ControllerClient, connectController } from "../../controller/client.ts";
import { compiledPaths } from "../preflight.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { endsAfter } from "./stand-in-guard.ts";
import type { ReturnMessage, SentryMessage } from "./stand-in-messages.ts";

const { values } = parseArgs({
  options: {
    address: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "5000" },
    hostname: { type: "string", default: "test0-asdasd-asdasd" },
    "io-fds": { type: "string", multiple: true, default: [] },
  },
  allowPositionals: true,
});
const [fromSandbox = NaN, toSandbox = NaN] = values["io-fds"].map(Number);
const replies = createWriteStream("", { fd: toSandbox });
const reply = (message: ReturnMessage): boolean => replies.write(`${JSON.stringify(message)}\n`);

/** Kubernetes' hash and suffix go. */
const functionOf = (hostName: string): string => {
  const parts = hostName.split("-");
  return (parts.length > 2 ? parts.slice(0, -2) : parts).join("-");
};

let log = "";
const say = (text: string): void => appendFileSync(log, `[Seclambda] stand-in, not the artifact's: ${text}\n`);

/** Ends the program where the folder of logs is missing, as the artifact's does. */
function connect(functionName: string): ControllerClient {
  log = `${compiledPaths.seclambdaLogs}/seclambda.${functionName}${Date.now()}000`;
  say(`started guard of ${functionName}`);
  const address = `tcp://${values.address}:${values.port}`;
  return connectController({ address, functionName, timeoutMs: 60_000, security: { kind: "none" }, trust: "artifact" });
}

/** Asks without a time limit, as the artifact's does: a pod does not start before the controller has answered. */
async function policyFrom(client: ControllerClient): Promise<string> {
  for (;;) {
    try {
      return (await client.fetchPolicy()) ?? "";
    } catch {
      await sleep(100);
    }
  }
}

const lastEvent = Number(process.env[endsAfter] ?? Infinity);
let events = 0;
let functionName = functionOf(values.hostname);
let controller: ControllerClient | undefined;
for await (const line of createInterface({ input: createReadStream("", { fd: fromSandbox }) })) {
  const message = JSON.parse(line) as SentryMessage;
  if (controller === undefined) {
    // Whatever comes first is taken for the registration, as the artifact does.
    functionName = functionOf(message.FuncName) || functionName;
    controller = connect(functionName);
    reply({ Allowed: true, MsgID: 0, Policy: await policyFrom(controller) });
    continue;
  }
  events += 1;
  if (events > lastEvent) {
    say(`ends after ${lastEvent} events, as the artifact's sometimes does`);
    process.exit(2);
  }
  const { EventName, Url, Method, PeerAddr, PeerPort, HasBody, SessionId, MsgID = 0 } = message;
  const fields = [functionName, EventName, Url, Method, PeerAddr, PeerPort, HasBody, SessionId, "stand-in"];
  const event = fields.map((field) => field ?? "0").join(":");
  if (EventName !== "GETE") await controller.tell(event);
  else {
    const answer = await controller.check(event);
    reply({ Allowed: "verdict" in answer && answer.verdict === "allow", MsgID });
  }
}
controller?.close();
