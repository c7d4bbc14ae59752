import { describe, expect, onTestFinished, test } from "vitest";
import { done, elsewhere, invoked, mysql } from "../testing/cart-policy.ts";
import { rawHook } from "../testing/raw-hook.ts";
import {
  connectInstance,
  guardedGroup,
  newInstance,
  startGuarded,
  tokenOf,
  verdicts,
} from "./guarded-cart.test-support.ts";
import { poll } from "../../base/deadline.ts";
import { readGuardStatus, registerInstance, replicasOf, unregisterInstance } from "./index.ts";

describe("who may ask", () => {
  const guarded = guardedGroup();

  test.each([
    ["a wrong token", { token: "x".repeat(40), instance: "sandbox-1" }],
    ["no name of a sandbox", { token: "x".repeat(40) }],
    ["an event first", { id: 1, request: "1", session: "s", event: "GETE" }],
    ["no JSON", "hello"],
  ])("nobody with %s", async (_, greeting) => {
    const { info } = guarded();
    const { refusedConnections } = await readGuardStatus(info);
    const stranger = await rawHook(info.address, greeting);
    await expect(stranger.ask(invoked)).rejects.toThrow("hung up");
    expect((await readGuardStatus(info)).refusedConnections).toBe(refusedConnections + 1);
  });

  test("an instance is cut off when it is unregistered, and its token is worth nothing then", async () => {
    const { info } = guarded();
    const cart = await newInstance(info);
    expect(await verdicts(cart, [invoked])).toEqual(["ok"]);
    await unregisterInstance(info, cart.id);
    await cart.ended;
    await expect((await connectInstance(info, cart.id)).ask(invoked)).rejects.toThrow("hung up");
  });

  test("neither an id nor a token is given twice", async () => {
    const { info } = guarded();
    const { id } = await newInstance(info);
    const twin = registerInstance(info, id, { functionName: "cart", token: tokenOf("twin") });
    await expect(twin).rejects.toMatchObject({ code: "E_CONFIG" });
    const thief = registerInstance(info, "thief", { functionName: "cart", token: tokenOf(id) });
    await expect(thief).rejects.toThrow("the token of thief is another instance's");
  });

  test("a policy of another function is refused", async () => {
    const policy = JSON.stringify({
      ...{ URL: [], IP: [], IO: [], IOR: 1, NETR: 1 },
      GRAPH: { NAME: "other", EVENTID: [], ns: [], es: [] },
    });
    const registering = registerInstance(guarded().info, "x", { functionName: "cart", token: tokenOf("x"), policy });
    await expect(registering).rejects.toThrow("the policy given for cart is that of other");
  });

  test("a function that was started again takes over, and its requests start again", async () => {
    const { info } = guarded();
    const before = await newInstance(info);
    expect(await verdicts(before, [invoked, mysql])).toEqual(["ok", "ok"]);
    const after = await connectInstance(info, before.id);
    expect((await after.ask({ ...invoked, session: "new" })).verdict).toBe("allow");
    await before.ended;
    const { instances } = await readGuardStatus(info);
    expect(instances[before.id]).toMatchObject({ connections: 2, connected: true, openRequests: 1 });
  });
});

describe("an instance of the same function in another sandbox", () => {
  const guarded = guardedGroup();

  test("one that is late cannot take the place of the one that is guarded", async () => {
    const { info } = guarded();
    const cart = await newInstance(info);
    const late = await connectInstance(info, cart.id, "sandbox-of-before");
    await expect(late.ask(invoked)).rejects.toThrow("hung up");
    expect(await verdicts(cart, [invoked])).toEqual(["ok"]);
    const { instances } = await readGuardStatus(info);
    expect(instances[cart.id]).toMatchObject({ connections: 1, connected: true, instance: "sandbox-1", strangers: 1 });
  });

  test("nor when that one has ended: it is refused, and only the sandbox itself may come back", async () => {
    const { info } = guarded();
    const cart = await newInstance(info);
    cart.close();
    const ended = { what: "the end of a hook", timeoutMs: 20_000, intervalMs: 10 };
    await poll(ended, async () => ((await readGuardStatus(info)).instances[cart.id]?.connected ? undefined : true));
    const late = await connectInstance(info, cart.id, "sandbox-of-before");
    await expect(late.ask(invoked)).rejects.toThrow("hung up");
    expect(await verdicts(await connectInstance(info, cart.id), [invoked])).toEqual(["ok"]);
  });

  test("replicas have a place each", async () => {
    const { info } = guarded();
    const first = await newInstance(info, { replicas: 2 });
    const second = await connectInstance(info, first.id, "sandbox-2");
    await poll({ what: "both replicas to be known", timeoutMs: 60_000, intervalMs: 10 }, async () => {
      const known = replicasOf((await readGuardStatus(info)).instances, first.id);
      return known.length === 2 && known.every(({ connected }) => connected) ? true : undefined;
    });
    const again = await connectInstance(info, first.id, "sandbox-2");
    await second.ended;
    const third = await connectInstance(info, first.id, "sandbox-3");
    await expect(third.ask(invoked)).rejects.toThrow("hung up");
    expect([await verdicts(first, [invoked]), await verdicts(again, [invoked], "2")]).toEqual([["ok"], ["ok"]]);
    const seen = replicasOf((await readGuardStatus(info)).instances, first.id);
    expect(seen.map(({ connections, instance }) => [connections, instance])).toEqual([
      [1, "sandbox-1"],
      [2, "sandbox-2"],
    ]);
  });
});

describe("what a hostile function can do", () => {
  const guarded = guardedGroup();

  test.each([
    ["a line that is not JSON", "nonsense\n"],
    ["an event that does not exist", `${JSON.stringify({ id: 1, request: "1", session: "s", event: "CHCK" })}\n`],
    ["a line without end", "x".repeat(200_000)],
  ])("it ends its own connection with %s, and nobody else's", async (_, text) => {
    const { info } = guarded();
    const hostile = await newInstance(info);
    const cart = await newInstance(info);
    hostile.write(text);
    await hostile.ended;
    expect(await verdicts(cart, [invoked, mysql])).toEqual(["ok", "ok"]);
    expect((await readGuardStatus(info)).instances[hostile.id]).toMatchObject({ connected: false, anomalies: 1 });
  });

  test("what cannot be made an event is denied and recorded, and the flow continues", async () => {
    const cart = await newInstance(guarded().info);
    const answers = await verdicts(cart, [invoked, { ...mysql, method: "GE T" }, { ...mysql, method: "GET:x" }, mysql]);
    expect(answers).toEqual(["ok", "deny protocol-error", "deny protocol-error", "ok"]);
  });

  test("10,000 events written at once are all answered, in order", async () => {
    const cart = await newInstance(guarded().info);
    const asked = Array.from({ length: 10_000 }, () => cart.ask(elsewhere));
    for (const { verdict } of await Promise.all(asked)) expect(verdict).toBe("deny");
    expect(cart.answered).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  });
});

describe("when the controller is lost", () => {
  test("all that needs it is denied in time, and no instance gets a policy", async () => {
    await using guarded = await startGuarded({ timeoutMs: 1_000 });
    const { info } = guarded;
    const cart = await newInstance(info);
    expect(await verdicts(cart, [invoked])).toEqual(["ok"]);
    await guarded.stopController();
    const asked = Array.from({ length: 10 }, (_, index) => verdicts(cart, [invoked], `r${index}`));
    expect(await Promise.all(asked)).toEqual(Array(10).fill(["deny controller-timeout"]));
    await expect(newInstance(info)).rejects.toMatchObject({ code: "E_TIMEOUT" });
  });

  test("or allowed where that was asked for, under the same reason", async () => {
    await using guarded = await startGuarded({ timeoutMs: 1_000, withoutAnswer: "allow" });
    const cart = await newInstance(guarded.info);
    await guarded.stopController();
    expect(await verdicts(cart, [invoked, elsewhere, done])).toEqual([
      "allow controller-timeout",
      "deny unknown-event",
      "deny not-terminal",
    ]);
  });
});

test("the proxy's end is the end of every connection: a function cannot outlive its guard unguarded", async () => {
  const guarded = await startGuarded();
  onTestFinished(() => guarded[Symbol.asyncDispose]());
  const cart = await newInstance(guarded.info);
  await guarded[Symbol.asyncDispose]();
  await cart.ended;
});
