import { release } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import type { RuntimeProof } from "../contracts/proof.ts";
import type { DeclaredRuntimeName, RuntimeName } from "../contracts/system.ts";
import { declare } from "./declared.ts";
import { unprovenOf, verifyProof } from "./verify-proof.ts";

const binary = { version: "runsc version 1", binary: "/usr/bin/runsc", sha256: "00" };

const onGvisor: RuntimeProof = {
  instance: "fn-1",
  host: {
    identity: { runtime: "gvisor", ...binary, platform: "systrap", network: "netstack" },
    argv: ["runsc-sandbox", "--root=/r", "--network=sandbox", "--platform=systrap", "boot", "fn-1"],
    executableSha256: binary.sha256,
    hostKernelAddresses: [],
  },
  inside: {
    procVersion: "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016",
    procCmdline: "BOOT_IMAGE=/vmlinuz-4.4.0-gvisor quiet",
    dmesg: "[   0.000000] Starting gVisor...",
    nodeVersion: "v24.0.0",
  },
  startNs: 1,
};
const onHostKernel = {
  procVersion: `Linux version ${release()} (gcc)`,
  procCmdline: "quiet",
  dmesg: "Operation not permitted",
  nodeVersion: "v24.0.0",
};
const onRunc: RuntimeProof = {
  ...onGvisor,
  host: {
    identity: { runtime: "runc", ...binary, binary: "/usr/bin/runc", network: "host kernel, own namespace" },
    argv: ["/usr/bin/runc", "--root", "/r", "run", "fn-1"],
    executableSha256: binary.sha256,
    hostKernelAddresses: ["10.201.0.2"],
  },
  inside: onHostKernel,
};
const onNative: RuntimeProof = {
  ...onRunc,
  host: {
    identity: { runtime: "native", version: "v24.0.0", binary: "/opt/bin/node", sha256: "00", network: "loopback" },
    argv: ["/opt/bin/node", "main.js"],
    executableSha256: "00",
    hostKernelAddresses: ["127.0.0.1"],
  },
};

test("evidence that agrees with its label is accepted", () => {
  expect(verifyProof(onGvisor, "gvisor")).toBeUndefined();
  expect(verifyProof(onRunc, "runc")).toBeUndefined();
  expect(verifyProof(onNative, "native")).toBeUndefined();
});

test("a release of 2022 does not repeat its defaults, ptrace and netstack", () => {
  const argv = ["runsc-sandbox", "--root=/r", "boot", "fn-1"];
  const identity = { ...onGvisor.host.identity, platform: "ptrace" };
  expect(verifyProof({ ...onGvisor, host: { ...onGvisor.host, argv, identity } }, "gvisor")).toBeUndefined();
  expect(verifyProof({ ...onGvisor, host: { ...onGvisor.host, argv } }, "gvisor")).toMatch(/ptrace, not on systrap/);
});

const inside = (proof: RuntimeProof, changes: Partial<RuntimeProof["inside"]>): RuntimeProof => ({
  ...proof,
  inside: { ...proof.inside, ...changes },
});
const host = (proof: RuntimeProof, changes: Partial<RuntimeProof["host"]>): RuntimeProof => ({
  ...proof,
  host: { ...proof.host, ...changes },
});
function withoutExecutable(proof: RuntimeProof): RuntimeProof {
  const changed = { ...proof.host };
  delete changed.executableSha256;
  return { ...proof, host: changed };
}
const lies: readonly (readonly [string, RuntimeProof, RuntimeName, RegExp])[] = [
  ["another revision of gVisor", host(onGvisor, { executableSha256: "11" }), "gvisor", /executes 11, not .*runsc/],
  ["another revision of runc", host(onRunc, { executableSha256: "11" }), "runc", /executes 11, not .*runc/],
  ["a program that cannot be read", withoutExecutable(onGvisor), "gvisor", /an unknown program/],
  ["the label of the other revision", onGvisor, "gvisor-ref", /ran on gvisor, not on gvisor-ref/],
  ["another label", onRunc, "gvisor", /ran on runc, not on gvisor/],
  ["the host's command line", inside(onGvisor, { procCmdline: "quiet" }), "gvisor", /proc\/cmdline/],
  ["no gVisor in dmesg", inside(onGvisor, { dmesg: "refused" }), "gvisor", /dmesg inside says "refused"/],
  ["no sandbox process", host(onGvisor, { argv: ["node", "main.js"] }), "gvisor", /its process is "node main.js"/],
  ["a process that is gone", host(onGvisor, { argv: [] }), "gvisor", /its process is ""/],
  [
    "another platform",
    host(onGvisor, { argv: ["runsc-sandbox", "--platform", "ptrace", "boot"] }),
    "gvisor",
    /ptrace, not on systrap/,
  ],
  [
    "the host's network",
    host(onGvisor, { argv: ["runsc-sandbox", "--platform=systrap", "--network=host", "boot"] }),
    "gvisor",
    /not netstack/,
  ],
  [
    "an address in the host's kernel",
    host(onGvisor, { hostKernelAddresses: ["10.201.0.2"] }),
    "gvisor",
    /10\.201\.0\.2/,
  ],
  ["gVisor as runc", inside(onRunc, onGvisor.inside), "runc", /looks like gVisor/],
  ["another kernel", inside(onRunc, { procVersion: "Linux version 4.4.0" }), "runc", /Linux version 4\.4\.0/],
  ["a plain process as runc", host(onRunc, { argv: onNative.host.argv }), "runc", /its process is/],
  ["a container as native", host(onNative, { executableSha256: "11" }), "native", /its process executes 11/],
  ["another Node as native", inside(onNative, { nodeVersion: "v20.0.0" }), "native", /its Node is v20.0.0/],
  ["no address", host(onRunc, { hostKernelAddresses: [] }), "runc", /holds no address/],
];

for (const [what, proof, label, reason] of lies) {
  test(`${what} is caught`, () => expect(verifyProof(proof, label)).toMatch(reason));
}

/** With these flags of the user's, of which the process shows these. */
function withFlags(
  proof: RuntimeProof,
  flags: readonly string[],
  shown: readonly string[],
  defaultFlags: string[] = [],
) {
  const argv = [...proof.host.argv.slice(0, -2), ...shown, ...proof.host.argv.slice(-2)];
  return host(proof, { argv, identity: { ...proof.host.identity, flags, defaultFlags } });
}

test("a flag of the user's took effect where the process has it, or where it is the build's default", () => {
  const wanted = ["--directfs=false"];
  expect(verifyProof(withFlags(onGvisor, wanted, wanted), "gvisor")).toBeUndefined();
  expect(verifyProof(withFlags(onGvisor, wanted, [], wanted), "gvisor")).toBeUndefined();
  const untaken = /--directfs=false did not take effect/;
  expect(verifyProof(withFlags(onGvisor, wanted, []), "gvisor")).toMatch(untaken);
  expect(verifyProof(withFlags(onGvisor, wanted, ["--directfs=true"], wanted), "gvisor")).toMatch(untaken);
  expect(verifyProof(withFlags(onRunc, ["--debug"], ["--debug"]), "runc")).toBeUndefined();
  expect(verifyProof(withFlags(onRunc, ["--debug"], []), "runc")).toMatch(/--debug did not take effect/);
});

/** As gVisor of February 2020 shows itself. */
const old: RuntimeProof = {
  ...onGvisor,
  host: { ...onGvisor.host, identity: { ...onGvisor.host.identity, runtime: "kalium" } },
  inside: {
    ...onGvisor.inside,
    procCmdline: "",
    procVersion: "Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016",
  },
};

test("what an instance must show inside is a question to its runtime: gVisor of 2020 has no /proc/cmdline", () => {
  expect(verifyProof(old, "kalium")).toBeUndefined();
  expect(verifyProof(inside(old, { procCmdline: "BOOT_IMAGE=/vmlinuz-4.4.0-gvisor quiet" }), "kalium")).toBeUndefined();
  expect(verifyProof(inside(old, { procCmdline: "BOOT_IMAGE=/vmlinuz root=/dev/sda" }), "kalium")).toMatch(/cmdline/);
  expect(verifyProof(inside(old, { dmesg: "" }), "kalium")).toMatch(/dmesg inside says ""/);
  expect(verifyProof(inside(old, { procVersion: `Linux version ${release()}` }), "kalium")).toMatch(/proc\/version/);
  expect(verifyProof(inside(onGvisor, { procCmdline: "" }), "gvisor")).toMatch(/proc\/cmdline inside is ""/);
});

const inPod = (proof: RuntimeProof, pod: RuntimeProof["host"]["pod"] & object): RuntimeProof => ({
  ...proof,
  host: { identity: proof.host.identity, argv: [], hostKernelAddresses: [], pod },
});
const node = { node: "node-1", kernelRelease: release() };

test("in a pod the runtime class and the inside must agree with the label", () => {
  expect(verifyProof(inPod(onGvisor, { ...node, runtimeClass: "gvisor" }), "gvisor")).toBeUndefined();
  expect(verifyProof(inPod(onRunc, node), "runc")).toBeUndefined();
  expect(verifyProof(inPod(onGvisor, { ...node, runtimeClass: "gvisor-stock" }), "gvisor")).toContain(
    "has the runtime class gvisor-stock, not gvisor",
  );
  expect(verifyProof(inPod(onGvisor, node), "gvisor")).toContain("has the runtime class of the node, not gvisor");
  expect(verifyProof(inPod(onRunc, { ...node, runtimeClass: "gvisor" }), "runc")).toContain("not of the node");
});

test("a class whose pods do not run on gVisor, or a default that is gVisor, is found out from inside", () => {
  const pretender = { ...onGvisor, inside: onHostKernel };
  expect(verifyProof(inPod(pretender, { ...node, runtimeClass: "gvisor" }), "gvisor")).toContain(
    "on node-1 /proc/cmdline inside is",
  );
  expect(verifyProof(inPod({ ...onRunc, inside: onGvisor.inside }, node), "runc")).toContain("looks like gVisor");
  expect(verifyProof(inPod(onRunc, { ...node, kernelRelease: "9.9.9" }), "runc")).toContain(
    "the kernel beneath is 9.9.9",
  );
});

/** A pod of a RuntimeClass that the user's file declares, on a node with kernel 6.1.0. */
function ofClass(seen: Partial<RuntimeProof["inside"]>, kernel?: "gvisor" | "own" | "node", podClass = "kata-qemu") {
  const name = "kata" as DeclaredRuntimeName;
  const runtimes = [{ kind: "class", name, class: "kata-qemu", kernel } as const];
  declare({ file: "/f.yaml", sha256: "0".repeat(64), runtimes, systems: [] });
  onTestFinished(() => declare(undefined));
  const identity = { runtime: name, version: "c", binary: "h", sha256: "unknown", network: "n" };
  const pod = { node: "n1", kernelRelease: "6.1.0", runtimeClass: podClass };
  const proof: RuntimeProof = {
    ...onRunc,
    host: { identity, argv: [], hostKernelAddresses: [], pod },
    inside: { ...onHostKernel, ...seen },
  };
  return { problem: verifyProof(proof, name), open: unprovenOf(proof, name) };
}

const ofNode = { procVersion: "Linux version 6.1.0 (gcc)" };
const ofGuest = { procVersion: "Linux version 6.12.8 (kata)" };

test("a RuntimeClass is proven by a kernel that is not the node's, and else says what is open", () => {
  expect(ofClass(ofGuest)).toEqual({});
  expect(ofClass(onGvisor.inside)).toEqual({});
  const open = expect.stringMatching(/^only the RuntimeClass kata-qemu of its pod says what it is/) as string;
  expect(ofClass(ofNode)).toEqual({ open });
  expect(ofClass(ofNode, "node")).toEqual({ open });
  expect(ofClass({ procVersion: "" })).toEqual({ open }); // who shows nothing proves nothing
});

test("a RuntimeClass whose kernel is named must show it, in a pod of that class", () => {
  expect(ofClass(ofGuest, "own")).toEqual({});
  expect(ofClass(onGvisor.inside, "gvisor")).toEqual({});
  expect(ofClass(ofNode, "own").problem).toMatch(
    /claims kata, but on n1 the kernel inside is the one beneath, 6\.1\.0/,
  );
  expect(ofClass(onGvisor.inside, "own").problem).toMatch(/looks like gVisor/);
  expect(ofClass(ofNode, "gvisor").problem).toMatch(/cmdline inside is "quiet"/);
  expect(ofClass(ofGuest, "node").problem).toMatch(/kernel beneath is 6\.1\.0/);
  expect(ofClass(ofGuest, "own", "runc").problem).toMatch(/has the runtime class runc, not kata-qemu/);
});
