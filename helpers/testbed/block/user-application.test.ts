import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readApplication } from "../../application/read-application.ts";
import type { Deployment } from "../../gateway/deployment.ts";
import type { Deploying } from "../suite/services.ts";
import { userApplication } from "./user-application.ts";

const stack = `provider: { name: openfaas }
functions:
  greet:
    image: registry.example/greet:1.0
    namespace: production
    secrets: [token]
    labels: { com.openfaas.scale.min: "3", team: red }
    limits: { cpu: 100m }
    environment:
      DB: \${BENCH_MYSQL_URL}
      HOST: \${BENCH_MYSQL_HOST}
      PASS_FILE: \${BENCH_MYSQL_PASSWORD_FILE}
      PRICE: \${BENCH_FUNCTION_GET_PRICE_URL}
      MAIL: \${BENCH_SMTP_HOST}:\${BENCH_SMTP_PORT}
      PICTURE: \${BENCH_IMAGE_URL} \${BENCH_IMAGE_CA_FILE}
      PAY: \${BENCH_HTTP_PAY_MENTS_URL}
      SEED: \${BENCH_SEED}
      read_timeout: 3s
  get-price:
    image: hello-retail/product-purchase-2-get-price
    environment: { HOST: "\${BENCH_MYSQL_HOST}" }
kalium-bench:
  services: { mysql: {}, image-server: {}, mail-sink: {}, http: { pay-ments: [{ body: ok }] } }
  calls: { hello: { function: greet, callees: [get-price] } }
`;

const system = { name: "gvisor", variant: "vanilla", runtime: "gvisor", guard: "none" } as const;
const access = { host: "10.0.0.1", port: 3306, database: "kb_1_gvisor", user: "u", password: "geheim" };
const surroundings = {
  ...{ gatewayUrl: "http://gateway.openfaas:8080/", privateCa: true, imageUrl: "https://10.0.0.1:4443/image.jpg" },
  database: { host: "mysql.svc", port: 3306, name: access.database, user: access.user },
  mail: { host: "10.0.0.1", port: 2525 },
  ...{ tlsVersion: "1.2", proxied: "wired", variantSecrets: [], workload: "artifact" },
  ...{ chargeSeed: 7, paddingBytes: 3, memoryMiB: 512, callTimeoutMs: 15_000, node: "n1" },
} as const;
const services = {
  lab: {
    gateway: { url: "http://10.0.0.1:8080" },
    images: { vanilla: { "product-purchase-2-get-price": { reference: "kalium-bench/get-price:vanilla" } } },
  },
  databases: { accessOf: () => access },
  stubs: { urls: { "pay-ments": "http://10.0.0.1:9000" }, controlUrl: "" },
};

async function deployed(name: string): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), "user-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "stack.yml");
  writeFileSync(file, stack);
  const application = await readApplication(file, {});
  const definition = application.functions.find((each) => each.name === name);
  const of = { definition, system, surroundings, services } as unknown as Deploying;
  return await userApplication(application).deployment(of);
}

test("a function is deployed as its stack file says, under the system, with the services of the run", async () => {
  expect(await deployed("greet")).toEqual({
    service: "gvisor-greet",
    image: "registry.example/greet:1.0",
    envVars: {
      DB: "mysql://u:geheim@10.0.0.1:3306/kb_1_gvisor",
      HOST: "10.0.0.1",
      PASS_FILE: "/var/openfaas/secrets/gvisor-database-password",
      PRICE: "http://10.0.0.1:8080/function/gvisor-get-price",
      MAIL: "10.0.0.1:2525",
      PICTURE: "https://10.0.0.1:4443/image.jpg /var/openfaas/secrets/image-server-ca",
      PAY: "http://10.0.0.1:9000",
      SEED: "7",
      ...{ read_timeout: "3s", write_timeout: "15000ms", exec_timeout: "15000ms", healthcheck_interval: "1s" },
      ENVIRONMENT_PADDING: "xxx",
    },
    secrets: ["token", "gvisor-database-password", "image-server-ca"],
    labels: { "com.openfaas.scale.min": "1", "com.openfaas.scale.max": "1", team: "red" },
    annotations: { "com.openfaas.profile": "gvisor" },
    limits: { memory: "512Mi", cpu: "100m" },
    constraints: ["kubernetes.io/hostname=n1"],
  });
});

test("a function of ours has the run's own image, and looks names up", async () => {
  const { image, envVars } = await deployed("get-price");
  expect(image).toBe("kalium-bench/get-price:vanilla");
  expect(envVars).toMatchObject({ HOST: "mysql.svc", WORKLOAD: "artifact", CHARGE_SEED: "7" });
});
