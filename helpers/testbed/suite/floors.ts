import { once } from "node:events";
import { connect } from "node:net";
import { z } from "zod";
import type { Floor } from "../../../reports/records/record.ts";
import { median } from "../../../reports/stats/quantile.ts";
import { nowNs } from "../../base/clock.ts";
import { within } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { type CallResult, createCaller } from "../../gateway/caller.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import { endpointsAnnotation } from "../../gateway/deployment.ts";
import { emptyFunction } from "../../images/empty-function.ts";
import type { Lab } from "../run/lab.ts";
import type { MeasuredFloors } from "../../measure/stage.ts";
import { serviceName, systemNamed } from "../../config/systems.ts";
import { deploymentOf } from "../block/deployment.ts";
import { surroundingsOf } from "../block/surroundings.ts";
import { startEcho } from "./echo.ts";

/** What a call costs that does nothing: by the gateway, at the instance's own door (the watchdog in it), as a byte over TCP, and as 200 from inside a sandbox. */
export interface Floors {
  /**
   * Some calls each way, 30 to 60 ms in all. Call it between blocks' calls, never among them. A way whose call is lost is
   * left out, with the reason, and so are both ways to an instance that is gone; the next measurement begins with a
   * fresh one. Guarded pods are known to hang.
   */
  readonly measure: (signal: AbortSignal) => Promise<MeasuredFloors>;
  readonly stop: () => Promise<void>;
}

const calls = 10;
/** As long as a guard's event. */
const eventBytes = 200;
const timesSchema = z.array(z.number().positive()).length(calls);
const callTimeoutMs = 5_000;
const endpointsSchema = z.tuple([z.object({ watchdog: z.url() })]).rest(z.unknown());

/**
 * Starts an empty function under the baseline and an echo server, which stay until disposed of. A gateway that does not
 * tell where its instances are, as real ones, leaves that floor out.
 * @throws {KaliumError} E_DEPLOY, E_SERVICE; nothing is left behind then
 */
export async function openFloors(lab: Lab, client: GatewayClient): Promise<Floors> {
  await using stack = new AsyncDisposableStack();
  const system = systemNamed(lab.config.baseline);
  const name = serviceName(system, emptyFunction.name);
  const image = lab.images.vanilla?.[emptyFunction.name]?.reference ?? emptyFunction.name;
  const echo = stack.use(await startEcho(lab));
  stack.defer(() => client.remove(name));
  const surroundings = { ...surroundingsOf(system, { lab }), proxied: "none" as const, variantSecrets: [] };
  const deployment = deploymentOf(emptyFunction, system, image, surroundings);
  await client.deploy({ ...deployment });
  let sound = true;
  const renew = async (): Promise<void> => {
    if (sound) return;
    await client.remove(name);
    await client.deploy({ ...deployment });
    sound = true;
  };
  /** Of its instance, which a cluster may have replaced since the last block. */
  const findDoor = async (signal?: AbortSignal): Promise<string | undefined> => {
    const { annotations } = await client.waitReady(name, { timeoutMs: lab.config.readyTimeoutMs, signal });
    const [door] = endpointsSchema.safeParse(JSON.parse(annotations?.[endpointsAnnotation] ?? "null")).data ?? [];
    return door?.watchdog;
  };
  await findDoor();

  const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
  stack.defer(() => caller.close());
  const post = async (url: string, json?: unknown): Promise<CallResult> => {
    const headers = { "content-type": "application/json" };
    const answer = await caller.call({ url, ...(json !== undefined && { headers, body: JSON.stringify(json) }) });
    const { status: code, reason } = answer;
    if (code !== 200)
      throw new KaliumError("E_INVOKE", `the empty function: ${reason ?? `status ${code}`} from ${url}`);
    return answer;
  };
  const latency = (url: string) => async (): Promise<number> => (await post(url)).latencyNs;
  const gatewayUrl = `${client.invokeUrl}/function/${name}`;
  const timesInside = async (): Promise<readonly number[]> => {
    const echoed = { ...echo.info, bytes: eventBytes, calls };
    return timesSchema.parse(JSON.parse((await post(gatewayUrl, { echo: echoed })).body.toString()));
  };
  /** A guard may deny it. */
  const reachesOut = system.guard === "none" && lab.cluster?.services === undefined;
  type Way = readonly [Floor["name"], () => Promise<readonly number[]>];
  const waysBy = (door: string | undefined): readonly Way[] => [
    ["gateway", () => repeat(latency(gatewayUrl))],
    ...(door === undefined ? [] : ([["instance", () => repeat(latency(door))]] as const)),
    ["tcp-echo", () => echoTimes(echo.info)],
    ...(reachesOut ? ([["sandbox-echo", timesInside]] as const) : []),
  ];
  const owned = stack.move();
  return {
    measure: async (signal) => {
      const floors: Omit<Floor, "block">[] = [];
      const lost: string[] = [];
      /** @throws what is not about a way, and the reason of an abort */
      const attempt = async (way: string, run: () => Promise<void>): Promise<void> => {
        signal.throwIfAborted();
        try {
          await run();
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof KaliumError)) throw error;
          sound &&= way === "tcp-echo";
          lost.push(`${way}: ${error.message}`);
        }
      };
      let ways: readonly Way[] = waysBy(undefined).filter(([way]) => way === "tcp-echo");
      await attempt(emptyFunction.name, async () => {
        await renew();
        ways = waysBy(await findDoor(signal));
      });
      for (const [name, run] of ways) {
        await attempt(name, async () => {
          const times = await run();
          floors.push({ name, medianNs: Math.round(median(times)), n: times.length });
        });
      }
      return { floors, lost };
    },
    stop: () => owned.disposeAsync(),
  };
}

/** Timed calls after one that connects and wakes the other side. */
async function repeat(call: () => Promise<number>): Promise<readonly number[]> {
  await call();
  const times: number[] = [];
  while (times.length < calls) times.push(await call());
  return times;
}

/** Round trips of one byte on one connection, ns. @throws {KaliumError} E_SERVICE, E_TIMEOUT */
export async function echoTimes({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<readonly number[]> {
  const socket = connect({ host, port, noDelay: true });
  try {
    return await within({ what: "the echo server to answer", timeoutMs: callTimeoutMs }, async (signal) => {
      await once(socket, "connect", { signal });
      return await repeat(async () => {
        const startNs = nowNs();
        socket.write("x");
        await once(socket, "data", { signal });
        return nowNs() - startNs;
      });
    });
  } catch (error) {
    if (error instanceof KaliumError) throw error;
    throw new KaliumError("E_SERVICE", `the echo server does not answer: ${messageOf(error)}`, { cause: error });
  } finally {
    socket.destroy();
  }
}
