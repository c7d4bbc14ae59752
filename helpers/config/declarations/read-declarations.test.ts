import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import { publicSettings } from "../recorded-settings.ts";
import { systemNamed } from "../systems.ts";
import { readDeclarations } from "./read-declarations.ts";

const folder = mkdtempSync(join(tmpdir(), "runtimes-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
  loadConfig({}); // this process forgets what the file declared
});

function fileOf(text: string): string {
  const file = join(folder, "runtimes.yaml");
  writeFileSync(file, text);
  return file;
}
const reading = (text: string) => () => readDeclarations(fileOf(text));

const example = fileURLToPath(new URL("../../../fixtures/examples/runtimes.yaml", import.meta.url));

test("the example declares crun and two of gVisor, each with a system", () => {
  const { runtimes, systems } = readDeclarations(example);
  expect(runtimes).toEqual([
    { name: "crun", kind: "oci", binary: "crun", flags: [] },
    { name: "gvisor-ptrace", kind: "runsc", platform: "ptrace", flags: [] },
    { name: "gvisor-nodirectfs", kind: "runsc", flags: ["--directfs=false"] },
  ]);
  const plain = { variant: "vanilla", guard: "none" };
  expect(systems).toEqual([
    { name: "crun", runtime: "crun", ...plain },
    { name: "gvisor-ptrace", runtime: "gvisor-ptrace", ...plain },
    { name: "gvisor-nodirectfs", runtime: "gvisor-nodirectfs", ...plain, title: "gVisor without directfs" },
  ]);
});

test("a path is relative to the file, and a name is left to PATH", () => {
  const { runtimes } = reading("runtimes: {a: {kind: oci, binary: ./bin/crun}, b: {kind: oci, binary: youki}}")();
  expect(runtimes).toMatchObject([{ binary: join(folder, "bin/crun") }, { binary: "youki" }]);
});

test("a RuntimeClass of a cluster has the runtime's own name unless another is given", () => {
  const { runtimes } = reading("runtimes: {kata: {kind: class}, fc: {kind: class, class: kata-fc, kernel: own}}")();
  expect(runtimes).toEqual([
    { name: "kata", kind: "class", class: "kata" },
    { name: "fc", kind: "class", class: "kata-fc", kernel: "own" },
  ]);
});

test("declared systems and their A/A arms can be named in the settings, and join the default ones", () => {
  const KALIUM_RUNTIMES = fileOf(
    "runtimes: {mine: {kind: runsc}}\nsystems: {slow: {runtime: mine, variant: valve, workload: lean, title: Slow}}",
  );
  const config = loadConfig({ KALIUM_RUNTIMES, KALIUM_SYSTEMS: "slow,slow-aa", KALIUM_BASELINE: "slow" }, true);
  expect(config).toMatchObject({ systems: ["slow", "slow-aa"], baseline: "slow" });
  expect(systemNamed("slow-aa")).toEqual({
    name: "slow-aa",
    runtime: "mine",
    variant: "valve",
    guard: "none",
    workload: "lean",
    title: "Slow again (A/A)",
    aaOf: "slow",
  });
  expect(loadConfig({ KALIUM_RUNTIMES }, true).systems.at(-1)).toBe("slow");
  expect(() => loadConfig({ KALIUM_RUNTIMES, KALIUM_SYSTEMS: "slowx" })).toThrow(/did you mean slow\?/);
  expect(() => loadConfig({ KALIUM_SYSTEMS: "slow" })).toThrow(/KALIUM_SYSTEMS is "slow"/);
});

test("the settings of a run hold the file's content and digest, so that another file is another experiment", () => {
  const declared = (text: string) =>
    publicSettings(loadConfig({ KALIUM_RUNTIMES: fileOf(text) }, true))["runtimes"] as { declared: { sha256: string } };
  const [one, other] = [declared("runtimes: {a: {kind: runsc}}"), declared("runtimes: {a: {kind: runsc} }")];
  expect(one.declared).toMatchObject({ runtimes: [{ name: "a", kind: "runsc", flags: [] }] });
  expect(one.declared.sha256).not.toBe(other.declared.sha256);
});

const wrong: readonly (readonly [string, RegExp])[] = [
  ["a: [", /it is not YAML: .*line 1/s],
  ["[]", /the file must be a mapping, got \[\]/],
  ["{}", /declares no runtime and no system/],
  ["runtime: {}", /unknown key runtime; .*did you mean runtimes\?/],
  ["runtimes: {a: {kind: runcs}}", /runtimes\.a\.kind is "runcs", but must be runsc, oci or class/],
  ["runtimes: {a: {binary: x}}", /runtimes\.a\.kind is missing; expected runsc, oci or class/],
  ["runtimes: {a: {kind: oci}}", /runtimes\.a\.binary is missing; expected the name or path of a program/],
  [
    "runtimes: {a: {kind: class, class: Kata_Qemu}}",
    /runtimes\.a\.class is "Kata_Qemu", but must be the name of a Runt/,
  ],
  ["runtimes: {a: {kind: class, kernel: guest}}", /kernel is "guest", but must be gvisor, own or node/],
  [
    "runtimes: {a: {kind: class, binary: kata}}",
    /runtimes\.a has the unknown key binary; known keys: kind, class, kernel/,
  ],
  ["runtimes: {a: {kind: runsc, platfrom: kvm}}", /unknown key platfrom; .*did you mean platform\?/],
  ["runtimes: {a: {kind: runsc, platform: xen}}", /platform is "xen", but must be systrap, ptrace or kvm/],
  ["runtimes: {a: {kind: runsc, flags: [directfs]}}", /flags\.0 is "directfs", but must be a flag like/],
  ["runtimes: {a: {kind: runsc, flags: [--platform=kvm]}}", /a flag other than --platform: write `platform:`/],
  ["runtimes: {a: {kind: oci, binary: x, flags: [--root=/]}}", /a flag other than --root: kalium-bench sets it itself/],
  ["runtimes: {gvisor: {kind: runsc}}", /runtimes\.gvisor: gvisor is a name of kalium-bench's own; .*my-gvisor/],
  ["runtimes: {kalium: {kind: runsc}}", /kalium is a name of kalium-bench's own/],
  ["runtimes: {a-aa: {kind: runsc}}", /NAME-aa is NAME again/],
  ["runtimes: {A_b: {kind: runsc}}", /a name has at most 24 letters/],
  ["systems: {valve: {runtime: gvisor}}", /valve is a name of kalium-bench's own/],
  ["systems: {x: {runtime: gvisr}}", /systems\.x\.runtime is "gvisr", but must be one of .*did you mean gvisor\?/],
  [
    "runtimes: {x: {kind: runsc}}\nsystems: {x: {runtime: gvisor}}",
    /systems\.x runs on gvisor, but x is also a runtime of this file; rename/,
  ],
  ['systems: {x: {runtime: gvisor, title: "a\\nb"}}', /title is "a\\nb", but must be one line of text/],
  ["a: &a [&b [1, 1]]\nb: *c", /its aliases cannot be resolved: .*\bc\b/],
  ["systems: {x: {runtime: gvisor, guard: artifact}}", /guard is "artifact", but must be none or embedded/],
];

for (const [text, reason] of wrong) test(`refused: ${text}`, () => expect(reading(text)).toThrow(reason));

test("all that is wrong is named at once, and what to do", () => {
  const act = reading("runtimes: {gvisor: {kind: runsc}, a: {kind: oci}}");
  expect(act).toThrow(/gvisor is a name of .*\n.*binary is missing[^]*-> Correct the file; .*npm run plan/);
  expect(() => readDeclarations("/no/such/file")).toThrow(/cannot be read: not found[^]*-> Correct KALIUM_RUNTIMES/);
});
