import { release } from "node:os";
import { expect, test } from "vitest";
import type { ImageEvidence, RuntimeProof } from "../contracts/proof.ts";
import { verifyProof } from "./verify-proof.ts";

const program = { path: "/usr/bin/fwatchdog", sha256: "aa", inImage: true };

const on = (runtime: "native" | "runc", image: ImageEvidence): RuntimeProof => ({
  instance: "fn-1",
  host: {
    identity: { runtime, version: "1", binary: "/usr/bin/runc", sha256: "00", network: "host kernel, own namespace" },
    argv: runtime === "native" ? ["/usr/bin/fwatchdog"] : ["/usr/bin/runc", "run", "fn-1"],
    executableSha256: runtime === "native" ? "aa" : "00",
    image,
    hostKernelAddresses: ["10.201.0.2"],
  },
  inside: {
    procVersion: `Linux version ${release()} (gcc)`,
    procCmdline: "quiet",
    dmesg: "Operation not permitted",
    nodeVersion: "",
    seenBy: "program",
  },
  startNs: 1,
});

test.each(["native", "runc"] as const)(
  "on %s, the instance's first process must execute a file of the image",
  (runtime) => {
    expect(verifyProof(on(runtime, { digest: "sha256:1", program }), runtime)).toBeUndefined();
    const altered = { digest: "sha256:1", program: { ...program, inImage: false } };
    expect(verifyProof(on(runtime, altered), runtime)).toMatch(
      /fwatchdog \(aa\), which is not a file of the image sha256:1/,
    );
    expect(verifyProof(on(runtime, { digest: "sha256:1" }), runtime)).toMatch(/an unknown program/);
  },
);

test("a look from inside that failed proves nothing", () => {
  const proof = on("runc", { digest: "sha256:1", program });
  const blind = { ...proof, inside: { ...proof.inside, procVersion: "", dmesg: "nothing could be seen from inside" } };
  expect(verifyProof(blind, "runc")).toMatch(/\/proc\/version inside is ""/);
});
