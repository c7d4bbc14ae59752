/** One function without the guard and with it, on each runtime that this machine has. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vanilla } from "../../../fixtures/variants/vanilla.ts";
import { type Service, startService } from "../../base/child-service.ts";
import { createClient, type GatewayClient } from "../../gateway/client.ts";
import { profileAnnotation } from "../../gateway/deployment.ts";
import type { RuntimeSettings } from "../../contracts/runtime.ts";
import { startInGateway } from "../../gateway/guard-seat.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { strictQuietMs } from "../../guards/embedded/block.ts";
import { hookedDeployment } from "../../guards/embedded/hook-settings.ts";
import { buildImages } from "../../images/build-images.ts";
import { emptyFunction } from "../../images/empty-function.ts";
import { policyDocument } from "../../kalium/core/policy-export.ts";
import { createLearner } from "../../kalium/learn/learner.ts";
import { type GuardProxyInfo, registerInstance, startGuardProxy } from "../../kalium/proxy/index.ts";
import { openRuntimes, startSandboxRun } from "./sandbox-run.ts";

export const guardChoices = ["none", "embedded"] as const;

export interface MeasuredInstance {
  readonly runtime: string;
  readonly guard: (typeof guardChoices)[number];
  /** At the gateway. */
  readonly url: string;
  /** `HostProof.cgroup` */
  readonly cgroup: string | undefined;
}

export interface MeasuredInstances extends AsyncDisposable {
  readonly instances: readonly MeasuredInstance[];
  /** Runtimes that cannot run here, with the reason. */
  readonly leftOut: readonly string[];
  readonly echo: { readonly host: string; readonly port: number };
  /** Process id of the gateway, which has the guard in it. */
  readonly gatewayPid: number;
}

const wantedRuntimes = ["native", "runc", "gvisor"];

/** @throws {KaliumError} E_SANDBOX, E_NETWORK, E_DEPLOY or E_TIMEOUT; nothing is left behind then */
export async function startMeasuredInstances(signal: AbortSignal): Promise<MeasuredInstances> {
  await using stack = new AsyncDisposableStack();
  const { settings } = stack.use(await startSandboxRun());
  const { runDirectory, network } = settings;
  const host = network.hostAddress;
  const echo = stack.use(
    await startService<MeasuredInstances["echo"]>(
      new URL("../../testbed/suite/echo-service.ts", import.meta.url),
      { host },
      { name: "echo server", timeoutMs: 120_000, signal },
    ),
  );
  const imagesDirectory = join(runDirectory, "images");
  await buildImages({ functions: [emptyFunction], variant: vanilla, imagesDirectory });
  const common = { host, imagesDirectory, runtimeSettings: settings } as const;
  const options: GatewayServiceOptions = { ...common, defaultRuntime: "native", seatsGuard: true };
  const gateway = stack.use(
    await startService<GatewayInfo>(new URL("../../gateway/main.ts", import.meta.url), options, {
      name: "gateway",
      timeoutMs: 120_000,
      signal,
    }),
  );
  const proxy = stack.use(await startProxy(settings, gateway));
  const client = stack.use(createClient({ url: gateway.info.url }));
  const instances: MeasuredInstance[] = [];
  const { usable, leftOut } = await openRuntimes(wantedRuntimes, settings, signal);
  for (const { name: runtime } of usable) {
    for (const guard of guardChoices) {
      const { name, cgroup } = await deploy({ client, proxy: proxy.info, runtime, guard }, signal);
      instances.push({ runtime, guard, url: `${gateway.info.url}/function/${name}`, cgroup });
    }
  }
  const owned = stack.move();
  const started = { instances, leftOut, echo: echo.info, gatewayPid: gateway.pid };
  return { ...started, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** In the gateway's process and with the controller inside, as in every run. */
async function startProxy(
  { runDirectory, network }: RuntimeSettings,
  { info: { guardDoor }, pid }: Service<GatewayInfo>,
): Promise<Service<GuardProxyInfo>> {
  if (guardDoor === undefined) throw new TypeError("the gateway was not asked to seat a guard");
  const policyPath = join(runDirectory, "policy.json");
  await writeFile(policyPath, policyText());
  return startGuardProxy(
    {
      host: network.hostAddress,
      semantics: "strict",
      action: "enforce",
      controller: { peer: "inside", policyPath },
      logPath: join(runDirectory, "guard.jsonl"),
    },
    startInGateway({ door: guardDoor, pid }),
  );
}

/** Invocations, and nothing sent. */
function policyText(): string {
  const facts = { function: emptyFunction.name, peerAddress: "", peerPort: 0, hasBody: false };
  const of = { ...facts, invocation: "1", sessionId: "1", instanceId: "1" };
  const learner = createLearner({ semantics: "strict", normalise: "path" });
  const events = [
    { ...of, name: "GETE", url: "function/", method: "POST" } as const,
    { ...of, name: "ENDE", url: "function", method: "" } as const,
  ];
  learner.add({ request: "1", round: 1, events });
  return policyDocument(learner.policy());
}

async function deploy(
  {
    client,
    proxy,
    runtime,
    guard,
  }: Pick<MeasuredInstance, "runtime" | "guard"> & {
    readonly client: GatewayClient;
    readonly proxy: GuardProxyInfo;
  },
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly cgroup: string | undefined }> {
  const name = `${runtime}-${guard}`;
  const tokenSecret = `${name}-token`;
  const token = randomBytes(32).toString("base64url");
  await client.putSecret(tokenSecret, token);
  if (guard !== "none") await registerInstance(proxy, name, { functionName: emptyFunction.name, token });
  const hooked = hookedDeployment({
    address: proxy.address,
    tokenSecret,
    quietMs: strictQuietMs,
    action: "enforce",
  });
  await client.deploy({
    service: name,
    image: `kalium-bench/${emptyFunction.name}:${vanilla.name}`,
    ...(guard !== "none" && hooked),
    annotations: { [profileAnnotation]: runtime },
  });
  const [proof] = client.proofs(await client.waitReady(name, { signal }));
  return { name, cgroup: proof?.host.cgroup };
}
