import { expect, test } from "vitest";
import type { PodUsage } from "../../cluster/front/pod-usage.ts";
import { freshPodUsage } from "./fresh-usage.ts";

const at = (s: number): string => new Date(1e12 + s * 1e3).toISOString();
const podAt = (pod: string, s: number, more: Partial<PodUsage> = {}): PodUsage => ({
  pod,
  cpu: { at: at(s), ns: s * 1e9 },
  memory: { at: at(s), workingSetBytes: s * 1e6 },
  ...more,
});
const usageAt = (s: number) => ({ cpuNs: s * 1e9, cpuAtNs: (1e12 + s * 1e3) * 1e6, workingSetBytes: s * 1e6 });
const places = [
  { node: "one", pod: "a" },
  { node: "two", pod: "b" },
];

/** Nodes that give these answers, one after the other, and the last one again and again. */
function answering(answers: Readonly<Record<string, readonly (readonly PodUsage[])[]>>) {
  const asked: string[] = [];
  const ask = (node: string): Promise<readonly PodUsage[]> => {
    const of = answers[node] ?? [];
    const turn = asked.filter((name) => name === node).length;
    asked.push(node);
    return Promise.resolve(of[Math.min(turn, of.length - 1)] ?? []);
  };
  return { ask, asked };
}

test("a count that a kubelet had before it was asked is not taken: newer ones of all pods are awaited", async () => {
  const { ask, asked } = answering({
    one: [[podAt("a", 1)], [podAt("a", 1)], [podAt("a", 11)], [podAt("a", 11)]],
    two: [[podAt("b", 3)], [podAt("b", 13)], [podAt("b", 13)], [podAt("b", 23), podAt("other", 23)]],
  });
  const { usage: used, ...problem } = await freshPodUsage(ask, places, { intervalMs: 1 });
  expect([...used]).toEqual([
    ["a", usageAt(11)],
    ["b", usageAt(13)],
  ]);
  expect(asked).toHaveLength(6);
  expect(problem).toEqual({});
});

test("the first count that a kubelet has of a young pod is not taken: it is 0", async () => {
  const young = { pod: "a", cpu: { at: at(5), ns: 0 }, memory: { at: at(5), workingSetBytes: 0 } };
  const { ask } = answering({ one: [[], [{ pod: "a" }], [young], [young], [podAt("a", 16)]] });
  const { usage: used } = await freshPodUsage(ask, places.slice(0, 1), { intervalMs: 1 });
  expect(used.get("a")).toEqual(usageAt(16));
});

test("bytes of the network have a time of their own, and are awaited where a kubelet tells them", async () => {
  const network = (s: number) => ({ network: { at: at(s), receivedBytes: s, sentBytes: 2 * s } });
  const { ask } = answering({
    one: [[podAt("a", 1, network(0))], [podAt("a", 11, network(0))], [podAt("a", 11, network(10))]],
  });
  const { usage: used } = await freshPodUsage(ask, places.slice(0, 1), { intervalMs: 1 });
  expect(used.get("a")).toEqual({ ...usageAt(11), receivedBytes: 10, sentBytes: 20 });
});

test("what does not get newer in time is absent, and so is all of a refusal, without a wait", async () => {
  const { ask } = answering({ one: [[podAt("a", 1)]], two: [[podAt("b", 3)], [podAt("b", 13)]] });
  const { usage: used, ...problem } = await freshPodUsage(ask, places, { intervalMs: 1, timeoutMs: 100 });
  expect([...used]).toEqual([
    ["a", {}],
    ["b", usageAt(13)],
  ]);
  expect(problem).toEqual({
    problem: expect.stringMatching(/newer counts of the kubelets; last seen: pods a$/) as string,
  });
  const refusing = () => Promise.reject(new Error("forbidden"));
  expect(await freshPodUsage(refusing, places)).toEqual({ usage: new Map(), problem: "forbidden" });
});

test("Ctrl-C ends the wait", async () => {
  const { ask } = answering({ one: [[podAt("a", 1)]] });
  const waiting = freshPodUsage(ask, places, { intervalMs: 1, signal: AbortSignal.timeout(20) });
  await expect(waiting).rejects.toThrow(/timeout/i);
});
