import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { KaliumError } from "../base/errors.ts";
import { declareFrom } from "./declarations/read-declarations.ts";
import { systems } from "./systems.ts";
import { loadConfig } from "./config.ts";
import { publicSettings } from "./recorded-settings.ts";

const directory = mkdtempSync(join(tmpdir(), "kalium-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

const pem = join(directory, "some.pem");
writeFileSync(pem, "no certificate");

function refusal(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof KaliumError && error.code === "E_CONFIG") return error.message;
    throw error;
  }
  return "accepted";
}

test("without any variable the quick profile compares the paper's systems, native and gVisor itself with gVisor", () => {
  const config = loadConfig({ HOME: "/root" }, true);
  const systems = ["gvisor", "gvisor-aa", "native", "kalium", "valve", "trapeze"];
  expect(config).toMatchObject({ systems, systemsNamed: false, baseline: "gvisor" });
  expect(config.plan).toMatchObject({ profile: "quick", blocks: 5, rounds: 20, warmupRounds: 10 });
  expect(config.resultsDirectory.endsWith("reports/results")).toBe(true);
  expect(config.tls).toEqual({ version: "1.2" });
});

test("without root the default is what runs without it; what the user names stays", () => {
  expect(loadConfig({}, false)).toMatchObject({ systems: ["native", "native-aa"], baseline: "native" });
  expect(loadConfig({ KALIUM_SYSTEMS: "gvisor" }, false).systems).toEqual(["gvisor"]);
  expect(loadConfig({ KALIUM_PLATFORM: "kubernetes" }, false).systems).toContain("gvisor");
});

test("a cluster has more time for an answer and a start; what the user sets wins", () => {
  expect(loadConfig({}, true)).toMatchObject({ callTimeoutMs: 15_000, readyTimeoutMs: 300_000 });
  const onCluster = { KALIUM_PLATFORM: "kubernetes" };
  expect(loadConfig(onCluster)).toMatchObject({ callTimeoutMs: 60_000, readyTimeoutMs: 600_000 });
  expect(loadConfig({ ...onCluster, KALIUM_CALL_TIMEOUT_MS: "9" }).callTimeoutMs).toBe(9);
});

test("an unset seed differs from run to run, a set one is kept", () => {
  expect(loadConfig({}).plan.seed).not.toBe(loadConfig({}).plan.seed);
  expect(loadConfig({ KALIUM_SEED: "7" }).plan.seed).toBe(7);
});

test("a variable of its own wins over the profile", () => {
  expect(loadConfig({ KALIUM_PROFILE: "smoke", KALIUM_ROUNDS: "5" }).plan).toMatchObject({
    profile: "smoke",
    blocks: 1,
    rounds: 5,
    warmupRounds: 1,
  });
});

test("the A/A arm follows the baseline", () => {
  expect(loadConfig({ KALIUM_BASELINE: "native" }).systems.slice(0, 3)).toEqual(["native", "native-aa", "gvisor"]);
  expect(loadConfig({ KALIUM_PROFILE: "smoke" }, true).systems).toEqual(["gvisor", "native"]);
});

test.for(systems.filter(({ runtime }) => ["gvisor", "native", "runc"].includes(runtime)).map(({ name }) => name))(
  "a baseline that is named alone is compared: %s",
  (baseline) => {
    for (const KALIUM_PROFILE of ["quick", "smoke"]) {
      for (const KALIUM_PLATFORM of ["local", "kubernetes"]) {
        const config = loadConfig({ KALIUM_BASELINE: baseline, KALIUM_PROFILE, KALIUM_PLATFORM });
        expect(config.baseline).toBe(baseline);
        expect(config.systems).toEqual([...new Set([baseline, ...config.systems])]);
      }
    }
  },
);

test("paper measures 20 calls per function on fresh connections, with pauses", () => {
  const { blocks, rounds, connection, pauseMs } = loadConfig({ KALIUM_PROFILE: "paper" }).plan;
  expect({ calls: blocks * rounds, connection, pauseMs }).toEqual({ calls: 20, connection: "fresh", pauseMs: 4_000 });
});

test("rigorous warms up until steady and stops when precise, unless set otherwise", () => {
  expect(loadConfig({ KALIUM_PROFILE: "rigorous" }).plan).toMatchObject({
    blocks: 40,
    rounds: 100,
    warmup: "detected",
    warmupRounds: 200,
    precisionPercent: 2.5,
    budgetMinutes: 90,
  });
  const env = { KALIUM_PROFILE: "rigorous", KALIUM_WARMUP: "7", KALIUM_PRECISION: "0", KALIUM_BUDGET_MINUTES: "0" };
  const { plan } = loadConfig(env);
  expect(plan).toMatchObject({ warmup: "fixed", warmupRounds: 7 });
  expect(plan).not.toHaveProperty("precisionPercent");
  expect(plan).not.toHaveProperty("budgetMinutes");
  expect(loadConfig({ KALIUM_WARMUP: "auto" }).plan).toMatchObject({ warmup: "detected", warmupRounds: 200 });
});

test("empty text counts as unset", () => {
  expect(loadConfig({ KALIUM_ROUNDS: "", KALIUM_MYSQL_URL: " " }).plan.rounds).toBe(20);
});

test("the first system is the baseline when gVisor is not compared", () => {
  expect(loadConfig({ KALIUM_SYSTEMS: "runc, native" })).toMatchObject({
    systems: ["runc", "native"],
    systemsNamed: true,
    baseline: "runc",
  });
});

test("settings are plain data that can cross to a worker", () => {
  const config = loadConfig({ KALIUM_SYSTEMS: "runc", KALIUM_MYSQL_URL: "mysql://root:secret@127.0.0.1:3306" });
  expect(structuredClone(config)).toEqual(config);
  expect(config.mysql.url).toBe("mysql://root:secret@127.0.0.1:3306");
});

test("all that is wrong is reported at once", () => {
  const message = refusal({ KALIUM_ROUNDS: "many", KALIUM_SETUP: "maybe", KALIUM_SISTEMS: "gvisor" });
  expect(message).toContain('KALIUM_ROUNDS is "many", but must be a whole number from 1 to 100000');
  expect(message).toContain('KALIUM_SETUP is "maybe", but must be auto or never');
  expect(message).toContain("KALIUM_SISTEMS is not a setting; did you mean KALIUM_SYSTEMS?");
});

test("a name that resembles no setting gets no suggestion", () => {
  expect(refusal({ KALIUM_COLOUR_OF_BARS: "red" })).toMatch(/KALIUM_COLOUR_OF_BARS is not a setting\n/);
});

describe("refuses", () => {
  test.for<[string, Record<string, string>, RegExp]>([
    [
      "an unknown system",
      { KALIUM_SYSTEMS: "gvisor,kata" },
      /"gvisor,kata", but must be a comma list of gvisor, native, runc, .*, trapeze-lean or NAME-aa/,
    ],
    ["a repeated system", { KALIUM_SYSTEMS: "runc,runc" }, /without repetitions/],
    ["an empty list entry", { KALIUM_SYSTEMS: "runc," }, /comma list/],
    [
      "a baseline that is not compared",
      { KALIUM_SYSTEMS: "runc", KALIUM_BASELINE: "gvisor" },
      /one of the systems: runc/,
    ],
    ["no rounds", { KALIUM_ROUNDS: "0" }, /KALIUM_ROUNDS is "0"/],
    ["a warm-up that is neither", { KALIUM_WARMUP: "some" }, /must be auto or a whole number from 1/],
    ["a precision in words", { KALIUM_PRECISION: "high" }, /a number from 0 to 100/],
    ["a fraction", { KALIUM_BLOCKS: "1.5" }, /KALIUM_BLOCKS is "1.5"/],
    ["a number in disguise", { KALIUM_BLOCKS: "0x10" }, /KALIUM_BLOCKS is "0x10"/],
    ["a port out of range", { KALIUM_GATEWAY_PORT: "65536" }, /whole number from 0 to 65535/],
    [
      "a dump that is not there",
      { KALIUM_SQL_DUMP: "/nowhere.sql" },
      /"\/nowhere.sql", but must be a file that can be read/,
    ],
    ["a folder as a dump", { KALIUM_SQL_DUMP: tmpdir() }, /a file that can be read/],
    [
      "a second revision without its binary",
      { KALIUM_SYSTEMS: "gvisor,gvisor-ref" },
      /RUNSC_REF is not set: gvisor-ref/,
    ],
    [
      "the artifact's Kalium without its build",
      { KALIUM_SYSTEMS: "gvisor-stock,kalium-artifact" },
      /KALIUM_BUILD is not set: gvisor-stock needs/,
    ],
    [
      "the artifact's Kalium on the host's network",
      { KALIUM_SYSTEMS: "kalium-artifact", KALIUM_BUILD: directory, KALIUM_GVISOR_NETWORK: "host" },
      /needs "sandbox": the artifact's guard is part of gVisor's own network stack/,
    ],
    [
      "the artifact's Kalium on kvm",
      { KALIUM_SYSTEMS: "kalium-artifact", KALIUM_BUILD: directory, KALIUM_GVISOR_PLATFORM: "kvm" },
      /"kvm", but kalium-artifact runs on ptrace/,
    ],
    ["a build that is not a folder", { KALIUM_BUILD: pem }, /an existing folder/],
    ["a runsc that is not a program", { KALIUM_RUNSC: pem }, /an existing executable file/],
    ["a certificate without its key", { KALIUM_TLS_CERT: pem }, /must be set together/],
    ["a CA without a certificate", { KALIUM_TLS_CA: pem }, /KALIUM_TLS_CA is set, but KALIUM_TLS_CERT is not/],
    ["a results folder where nothing can be made", { KALIUM_RESULTS: "/proc/kalium" }, /can be written to/],
    ["a results folder that is a file", { KALIUM_RESULTS: pem }, /can be written to/],
    ["a URL source without URL", { KALIUM_MYSQL_SOURCE: "url" }, /KALIUM_MYSQL_URL is not set/],
    [
      "a URL beside another source",
      { KALIUM_MYSQL_URL: "mysql://a@b", KALIUM_MYSQL_SOURCE: "local" },
      /unset one of them/,
    ],
    ["a URL of another database", { KALIUM_MYSQL_URL: "postgres://a:b@c" }, /a URL like mysql:/],
  ])("%s", ([, env, message]) => {
    expect(refusal(env)).toMatch(message);
  });
});

test("a policy that cannot be used is found at once, by the check that `policy check` makes", () => {
  const [broken, empty] = [join(directory, "some.pem"), join(directory, "empty.json")];
  writeFileSync(empty, "{}");
  const read = (path: string) => () => loadConfig({ KALIUM_POLICY: path, KALIUM_SYSTEMS: "native" });
  expect(read(broken)).toThrow(`${broken} is not a policy:\n  (whole file): not JSON: Unexpected token`);
  expect(read(empty)).toThrow(expect.objectContaining({ code: "E_POLICY" }));
  expect(read(empty)).toThrow("NAME: missing, expected string");
  rmSync(empty);
});

test("the check of a folder leaves nothing behind", () => {
  loadConfig({ KALIUM_RESULTS: join(directory, "a/b"), KALIUM_OUT: directory });
  expect(readdirSync(directory)).toEqual(["some.pem"]);
});

test("the database's password is neither recorded nor part of an error", () => {
  const config = loadConfig({ KALIUM_MYSQL_URL: "mysql://root:canary@db:3306" });
  expect(JSON.stringify(publicSettings(config))).not.toMatch(/canary|root:/);
  expect(publicSettings(config)).toMatchObject({ mysql: { url: "mysql://***@db:3306" } });
  for (const url of [
    "postgres://root:canary@db",
    "mysql:/root:canary@@db",
    "root:canary@db",
    "mysql://root:canary@d b",
  ]) {
    expect(refusal({ KALIUM_MYSQL_URL: url })).not.toContain("canary");
  }
});

test("the functions that Valve proxies are one of four words, or names", () => {
  expect(loadConfig({}).valveProxied).toBe("wired");
  expect(loadConfig({ KALIUM_VALVE_PROXIED: "starred" }).valveProxied).toBe("starred");
  const names = "product-photos-master, product-photos-3-receive";
  expect(loadConfig({ KALIUM_VALVE_PROXIED: names }).valveProxied).toEqual(names.split(", "));
  expect(refusal({ KALIUM_VALVE_PROXIED: "master" })).toMatch(/must be wired, starred, all, none or a comma list of/);
});

test("a run under the lean workload refuses systems that would repeat others, and compares both under the artifact's", () => {
  const lean = { KALIUM_WORKLOAD: "lean", KALIUM_SYSTEMS: "gvisor,gvisor-lean" };
  expect(() => loadConfig(lean)).toThrow(/"lean", so gvisor-lean would repeat the system without "-lean"/);
  expect(loadConfig({ KALIUM_SYSTEMS: "gvisor,gvisor-lean" }).systems).toEqual(["gvisor", "gvisor-lean"]);
  expect(loadConfig({ KALIUM_WORKLOAD: "lean", KALIUM_SYSTEMS: "gvisor" }).systems).toEqual(["gvisor"]);
});

test.each([
  [undefined, []],
  ["none", []],
  ["*", ["*"]],
  ["GHCR.io, 127.0.0.1:5000", ["ghcr.io", "127.0.0.1:5000"]],
])("images are fetched from the registries of KALIUM_IMAGE_REGISTRIES=%s alone", (value, registries) => {
  expect(loadConfig({ KALIUM_IMAGE_REGISTRIES: value }).imageRegistries).toEqual(registries);
});

test("a run compares 32 systems, and says so where more are named or declared", () => {
  const folder = mkdtempSync(join(tmpdir(), "kb-systems-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const declared = (count: number) => {
    const names = Array.from({ length: count }, (_, index) => `own-${index}`);
    const file = join(folder, `${count}.yml`);
    writeFileSync(file, `systems:\n${names.map((name) => `  ${name}: { runtime: native }\n`).join("")}`);
    return { KALIUM_RUNTIMES: file, names };
  };
  const load = ({ KALIUM_RUNTIMES, names }: ReturnType<typeof declared>, named: boolean) =>
    loadConfig({ KALIUM_RUNTIMES, ...(named && { KALIUM_SYSTEMS: ["native", ...names].join(",") }) }, true);
  onTestFinished(() => declareFrom(undefined));
  expect(load(declared(31), true).systems).toHaveLength(32);
  expect(() => load(declared(199), true)).toThrow(/ask for 200 systems, but a run compares at most 32: name fewer/);
  expect(() => load(declared(40), false)).toThrow(/ask for 46 systems/);
});

test("a plan of more calls than memory holds is refused before anything is measured", () => {
  const load = (rounds: string) => () =>
    loadConfig({ KALIUM_SYSTEMS: "native", KALIUM_BLOCKS: "100", KALIUM_ROUNDS: rounds });
  expect(load("20000")().plan).toMatchObject({ blocks: 100, rounds: 20_000 });
  const both = () => loadConfig({ KALIUM_SYSTEMS: "native,native-aa", KALIUM_BLOCKS: "100", KALIUM_ROUNDS: "100000" });
  expect(both).toThrow(
    /KALIUM_ROUNDS=100000 are 20000000 calls of a function with 2 systems, but at most \d+ can be kept/,
  );
});
