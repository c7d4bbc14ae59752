import { describe, expect, test } from "vitest";
import type { DeployedFunction } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import { serviceName } from "../../config/systems.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import { deploymentOf, type Surroundings } from "./deployment.ts";

const gvisor: System = { name: "gvisor", variant: "vanilla", runtime: "gvisor", guard: "none" };
const definition = (name: string, calls: Record<string, string> = {}): DeployedFunction => ({
  name,
  handler: new URL("file:///handler.ts"),
  needs: [],
  tables: {},
  calls,
});
const surroundings: Surroundings & { database?: Surroundings["database"] } = {
  gatewayUrl: "http://10.201.1.1:8080",
  database: { host: "10.201.1.1", port: 3306, name: "kb_ab12cd_gvisor", user: "u" },
  mail: { host: "10.201.1.1", port: 2525 },
  privateCa: true,
  tlsVersion: "1.2",
  proxied: "wired",
  variantSecrets: [],
  workload: "lean",
  chargeSeed: 7,
  paddingBytes: 12,
  memoryMiB: 512,
  callTimeoutMs: 15_000,
};

test("a function gets the database of its own system, and the password as a mounted secret", () => {
  const assign = { ...definition("assign"), needs: ["mysql"] as const, tables: { TABLE_A: "a" } };
  const { envVars, secrets, annotations, service } = deploymentOf(
    assign,
    gvisor,
    "kalium-bench/assign:vanilla",
    surroundings,
  );
  expect(service).toBe("gvisor-assign");
  expect(annotations).toEqual({ "com.openfaas.profile": "gvisor" });
  expect(secrets).toEqual(["gvisor-database-password"]);
  expect(envVars).toMatchObject({
    TABLE_A: "a",
    DBNAME: "kb_ab12cd_gvisor",
    PASS_FILE: "/var/openfaas/secrets/gvisor-database-password",
  });
});

test("calls between functions stay within their system", () => {
  const master = definition("master", { URL_ASSIGN: "product-photos-1-assign" });
  expect(deploymentOf(master, gvisor, "m", surroundings).envVars).toMatchObject({
    URL_ASSIGN: "http://10.201.1.1:8080/function/gvisor-product-photos-1-assign",
  });
});

test("the private CA is trusted by functions that fetch pictures, and by no other", () => {
  const receive = { ...definition("receive"), needs: ["image-server"] as const };
  expect(deploymentOf(receive, gvisor, "r", surroundings)).toMatchObject({
    secrets: ["image-server-ca"],
    envVars: { NODE_EXTRA_CA_CERTS: "/var/openfaas/secrets/image-server-ca" },
  });
  expect(deploymentOf(receive, gvisor, "r", { ...surroundings, privateCa: false }).secrets).toEqual([]);
  expect(deploymentOf(definition("publish"), gvisor, "p", surroundings).secrets).toEqual([]);
});

test("a function that mails gets the sink's account, its password and CA as mounted secrets", () => {
  const message = { ...definition("message"), needs: ["smtp-sink"] as const };
  const { envVars, secrets } = deploymentOf(message, gvisor, "m", {
    ...surroundings,
    mail: { host: "10.201.1.1", port: 2525, user: "kalium-bench" },
  });
  expect(secrets).toEqual(["mail-password", "mail-ca"]);
  expect(envVars).toMatchObject({
    SMTP_USER: "kalium-bench",
    SMTP_PASS_FILE: "/var/openfaas/secrets/mail-password",
    SMTP_CA_FILE: "/var/openfaas/secrets/mail-ca",
  });
  const without = deploymentOf(message, gvisor, "m", surroundings); // of an application of the user's
  expect([without.secrets, Object.keys(without.envVars).filter((name) => /^SMTP_/.test(name))]).toEqual([
    [],
    ["SMTP_HOST", "SMTP_PORT"],
  ]);
});

test("a name of the image server is resolved for the functions that fetch from it", () => {
  const named = { ...surroundings, resolve: "images.example.org=10.201.1.1" };
  const receive = { ...definition("receive"), needs: ["image-server"] as const };
  expect(deploymentOf(receive, gvisor, "r", named).envVars["RESOLVE"]).toBe("images.example.org=10.201.1.1");
  expect(deploymentOf(definition("publish"), gvisor, "p", named).envVars).not.toHaveProperty("RESOLVE");
});

test("the environment is padded by as many bytes as the block asks for", () => {
  expect(deploymentOf(definition("a"), gvisor, "a", surroundings).envVars["ENVIRONMENT_PADDING"]).toHaveLength(12);
});

test("a suite that forgot to seed MySQL gets an error that names the missing hook", () => {
  const bare = { ...surroundings };
  delete bare.database;
  const assign = { ...definition("assign"), needs: ["mysql"] as const };
  expect(() => deploymentOf(assign, gvisor, "a", bare)).toThrow("beforeAll(bed.seedMysql)");
});

test("a measured function needs its entry and what it calls, and nothing else", () => {
  const all = [definition("master"), definition("a"), definition("b"), definition("unrelated")];
  const behind = functionsBehind({ entry: "master", callees: ["a", "b"] }, all);
  expect(behind.map(({ name }) => name)).toEqual(["master", "a", "b"]);
  expect(() => functionsBehind({ entry: "nobody", callees: [] }, all)).toThrow("nobody");
});

test("names of one function differ between systems", () => {
  expect(serviceName(gvisor, "f")).not.toBe(serviceName({ ...gvisor, name: "native" }, "f"));
});

test("secrets of the variant are mounted in every instance", () => {
  const { secrets } = deploymentOf(definition("success"), gvisor, "image", { ...surroundings, variantSecrets: ["ca"] });
  expect(secrets).toEqual(["ca"]);
});

describe("a Valve agent", () => {
  const valve: System = { ...gvisor, name: "valve", variant: "valve" };
  const master = definition("master", { URL_ASSIGN: "product-photos-1-assign" });
  const agentOf = (changes: Partial<Surroundings> = {}, of = master): Readonly<Record<string, string>> =>
    deploymentOf(of, valve, "image", { ...surroundings, imageUrl: "https://10.201.1.1:4443/image.jpg", ...changes })
      .envVars;

  test("knows whom its function calls under its own system, and the image server if it fetches pictures", () => {
    expect(agentOf()["VALVE_POLICY"]).toContain('"http://10.201.1.1:8080/function/valve-product-photos-1-assign"');
    expect(agentOf()["VALVE_POLICY"]).not.toContain("image.jpg");
    const receive = { ...definition("receive"), needs: ["image-server"] as const };
    expect(agentOf({}, receive)["VALVE_POLICY"]).toContain('"https://10.201.1.1:4443/image.jpg"');
  });

  test("knows whether its function is proxied under the measured function, and the TLS version", () => {
    expect(agentOf()).toMatchObject({ VALVE_PROXIED: "1", VALVE_TLS_VERSION: "1.2" });
    expect(agentOf({ proxied: "starred", measured: { starred: false } })).toMatchObject({ VALVE_PROXIED: "0" });
  });
});
