/** The function `cart` under guard for tests: controller and proxy in processes of their own, hooks written by hand. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type ControllerInfo, resetController, startController } from "../controller/index.ts";
import { controllerSecurity, guardSecurity, makeRunKeys } from "../controller/keys.ts";
import { cartPeers, cartPolicy } from "../testing/cart-policy.ts";
import { type RawHook, rawHook } from "../testing/raw-hook.ts";
import {
  type GuardProxyInfo,
  type GuardProxyOptions,
  type InstanceRegistration,
  registerInstance,
  resetGuards,
  startGuardProxy,
} from "./index.ts";

const keys = makeRunKeys();
let instances = 0;

export interface GuardedCart extends AsyncDisposable {
  readonly info: GuardProxyInfo;
  readonly controller: ControllerInfo;
  stopController(): Promise<void>;
}

/** With the policy of `cart`; strict and enforcing where `options` do not say. */
export async function startGuarded(options: Partial<GuardProxyOptions> = {}): Promise<GuardedCart> {
  const { semantics = "strict" } = options;
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "guarded-cart-"));
  cleanup.defer(() => rm(directory, { recursive: true }));
  const policyPath = join(directory, "policy.json");
  await writeFile(policyPath, cartPolicy(semantics === "strict" ? "strict" : "reference"));
  const security = controllerSecurity(keys);
  const controller = cleanup.use(await startController({ host: "127.0.0.1", policyPath, semantics, security }));
  const asked = { address: controller.info.address, security: guardSecurity(keys), peer: "embedded" } as const;
  const proxy = cleanup.use(
    await startGuardProxy({
      host: "127.0.0.1",
      action: "enforce",
      timeoutMs: 4_000,
      ...options,
      controller: asked,
      semantics,
    }),
  );
  const started = cleanup.move();
  return {
    info: proxy.info,
    controller: controller.info,
    stopController: () => controller.stop(),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** One for all tests of a group, without memory of the test before. */
export function guardedGroup(options?: Partial<GuardProxyOptions>): () => GuardedCart {
  let started: GuardedCart | undefined;
  const guarded = (): GuardedCart => {
    if (started === undefined) throw new TypeError("not started");
    return started;
  };
  beforeAll(async () => {
    started = await startGuarded(options);
  });
  beforeEach(async () => {
    await resetController(guarded().controller);
    await resetGuards(guarded().info);
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  return guarded;
}

export const tokenOf = (id: string): string => `${id} `.padEnd(40, "t");

export interface CartInstance extends RawHook {
  readonly id: string;
}

/** A new instance, registered and connected. */
export async function newInstance(
  info: GuardProxyInfo,
  registration: Partial<InstanceRegistration> = {},
): Promise<CartInstance> {
  const id = `cart-${++instances}`;
  await registerInstance(info, id, { functionName: "cart", token: tokenOf(id), peers: cartPeers, ...registration });
  return connectInstance(info, id);
}

export const connectInstance = async (
  { address }: GuardProxyInfo,
  id: string,
  instance = "sandbox-1",
): Promise<CartInstance> => ({
  ...(await rawHook(address, { token: tokenOf(id), instance })),
  id,
});

/** What the events of one request got, in order: `ok`, or the verdict with its reason. */
export async function verdicts(
  instance: CartInstance,
  events: readonly Parameters<RawHook["ask"]>[0][],
  request = "1",
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const event of events) {
    const { verdict, reason } = await instance.ask({ request, session: `${instance.id}-call-${request}`, ...event });
    answers.push(verdict === "allow" && reason === "ok" ? "ok" : `${verdict} ${reason}`);
  }
  return answers;
}
