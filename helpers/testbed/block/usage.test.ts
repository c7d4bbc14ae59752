import { expect, test } from "vitest";
import type { PodUsage } from "../../cluster/front/pod-usage.ts";
import { podsUsage } from "./usage.ts";

const stages = { networkNs: 1, createNs: 2, runtimeNs: 3, programNs: 4, answerNs: 90 };
const instance = (system: string, name: string) => ({
  ...{ system, function: name, startNs: 100, cgroup: undefined },
  placement: { node: "node-1", pod: `${system}-${name}`, podIp: "10.0.0.1" },
});
const deployed = [instance("gvisor", "entry"), instance("gvisor", "callee"), instance("runc", "entry")];

/** A kubelet whose pods have used so much more with every question; it does not know the last one. */
function kubelet(): () => Promise<readonly PodUsage[]> {
  let asked = 0;
  return () => {
    asked++;
    const at = new Date(1e12 + asked * 1e3).toISOString();
    return Promise.resolve(
      deployed.slice(0, 2).map(({ placement }) => ({
        ...{ pod: placement.pod, cpu: { at, ns: asked * 1e9 }, memory: { at, workingSetBytes: 5e6 } },
        network: { at, receivedBytes: asked, sentBytes: 2 * asked },
      })),
    );
  };
}

test("pods of a system are one price, counted when their kubelets saw them; an unknown pod has none", async () => {
  const usage = podsUsage(deployed, { entry: "entry", ask: kubelet(), intervalMs: 1, timeoutMs: 200 });
  expect(usage.source).toBe("kubelet");
  expect([...usage.systems]).toEqual([
    ["gvisor", { instances: 2, startNs: 100 }],
    ["runc", { instances: 1, startNs: 100 }],
  ]);
  const { systems, sharedCpuNs, problem } = await usage.read();
  expect(problem).toMatch(/pods runc-entry$/);
  const { cpuNs = 0, cpuAtNs = 0, receivedBytes = 0, ...rest } = systems.get("gvisor") ?? {};
  expect(rest).toEqual({ workingSetBytes: 10e6, sentBytes: 2 * receivedBytes });
  expect(cpuNs).toBe(1e9 * receivedBytes);
  expect(cpuAtNs).toBe(1e18 + (receivedBytes / 2) * 1e9);
  expect(systems.get("runc")).toEqual({});
  expect(sharedCpuNs.size).toBe(0);
});

test("the start is the measured function's, with its stages where all of its instances know them", () => {
  const startOf = (of: Parameters<typeof podsUsage>[0]) =>
    podsUsage(of, { entry: "entry", ask: kubelet() }).systems.get("gvisor");
  const known = { ...instance("gvisor", "entry"), stages };
  const slower = { ...known, startNs: 300, stages: { ...stages, answerNs: 290 } };
  expect(startOf([known, slower, instance("gvisor", "callee")])).toEqual({
    ...{ instances: 3, startNs: 200 },
    startStages: { ...stages, answerNs: 190 },
  });
  expect(startOf([known, instance("gvisor", "entry")])).toEqual({ instances: 2, startNs: 100 });
});
