import { expect, test } from "vitest";
import { deploymentSchema } from "../../gateway/deployment.ts";
import { deploymentObject, requestOf, serviceObject, type ObjectOptions } from "./function-objects.ts";
import { checkQuantities } from "./quantities.ts";
import { updatedDeployment } from "./updated-deployment.ts";

const request = deploymentSchema.parse({
  service: "echo",
  image: "kalium-bench/echo:1",
  envProcess: "node index.cjs",
  envVars: { zulu: "1", alpha: "2" },
  secrets: ["token", "registry"],
  labels: { "kalium-bench/run": "r1", "com.openfaas.scale.min": "2" },
  annotations: { "com.openfaas.profile": "gvisor" },
  constraints: ["kubernetes.io/hostname=node-1", "nonsense"],
  limits: { memory: "128Mi" },
  readOnlyRootFilesystem: true,
});
const options: ObjectOptions = {
  secrets: [
    { name: "token", resourceVersion: "7", keys: ["token"], forPulling: false },
    { name: "registry", resourceVersion: "8", keys: [".dockerconfigjson"], forPulling: true },
  ],
  replicas: 2,
  objectLabels: { "kalium-bench/run": "gateway's", part: "function" },
};
const made = deploymentObject(request, options);
const podSpec = made.spec?.template.spec;
const [container] = podSpec?.containers ?? [];

test("a function is a Deployment with faas-netes' names, labels, probes and update rule", () => {
  expect(made.metadata).toMatchObject({ name: "echo" });
  expect(made.spec).toMatchObject({
    replicas: 2,
    selector: { matchLabels: { faas_function: "echo" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  });
  expect(container).toMatchObject({
    name: "echo",
    image: request.image,
    ports: [{ name: "http", containerPort: 8080 }],
  });
  for (const probe of [container?.livenessProbe, container?.readinessProbe, container?.startupProbe]) {
    expect(probe?.httpGet).toEqual({ path: "/_/health", port: 8080 });
  }
  expect(serviceObject(request, options.objectLabels).spec).toMatchObject({
    selector: { faas_function: "echo" },
    ports: [{ port: 8080, targetPort: 8080 }],
  });
});

test("labels of the request are on pods and objects, and win over the gateway's", () => {
  const own = { "kalium-bench/run": "r1", faas_function: "echo" };
  expect(made.metadata?.labels).toMatchObject({ ...own, part: "function" });
  expect(serviceObject(request, options.objectLabels).metadata?.labels).toMatchObject({ ...own, part: "function" });
  expect(made.spec?.template.metadata?.labels).toMatchObject(own);
  expect(made.spec?.template.metadata?.labels).not.toHaveProperty("part");
});

test("the environment is sorted, and the process is one of its variables", () => {
  expect(container?.env).toEqual([
    { name: "alpha", value: "2" },
    { name: "fprocess", value: "node index.cjs" },
    { name: "zulu", value: "1" },
  ]);
});

test("secrets are files, credentials of registries are not", () => {
  expect(podSpec?.volumes?.[0]?.projected?.sources).toEqual([
    { secret: { name: "token", items: [{ key: "token", path: "token" }] } },
  ]);
  expect(container?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(["/var/openfaas/secrets", "/tmp"]);
  expect(podSpec?.imagePullSecrets).toEqual([{ name: "registry" }]);
});

test("constraints select nodes; the profile stays a plain annotation unless it is honoured", () => {
  expect(podSpec?.nodeSelector).toEqual({ "kubernetes.io/hostname": "node-1" });
  expect(podSpec?.runtimeClassName).toBeUndefined();
  expect(made.spec?.template.metadata?.annotations).toMatchObject({ "com.openfaas.profile": "gvisor" });
  const profiled = deploymentObject(request, { ...options, profile: { runtimeClassName: "gvisor" } });
  expect(profiled.spec?.template.spec?.runtimeClassName).toBe("gvisor");
});

test("what was asked for is read back, without the environment", () => {
  expect(requestOf(made)).toMatchObject({
    service: "echo",
    image: request.image,
    envProcess: "node index.cjs",
    secrets: ["token", "registry"],
    limits: { memory: "128Mi" },
    annotations: { "com.openfaas.profile": "gvisor", "prometheus.io.scrape": "false" },
  });
  expect(requestOf(made).annotations).not.toHaveProperty("kalium-bench/secret-versions");
});

test("an update keeps what others have set on the pods, and takes away what the request no longer says", () => {
  const live = structuredClone(made);
  const liveSpec = live.spec?.template.spec;
  if (liveSpec === undefined || live.spec === undefined) throw new TypeError("a Deployment has a pod");
  liveSpec.runtimeClassName = "gvisor";
  liveSpec.nodeSelector = { "kubernetes.io/hostname": "node-2" };
  live.spec.replicas = 4;
  const plain = deploymentSchema.parse({ service: "echo", image: "kalium-bench/echo:2" });
  const updated = updatedDeployment(live, deploymentObject(plain, { ...options, secrets: [], replicas: 1 }));
  const spec = updated.spec?.template.spec;
  expect(spec?.runtimeClassName).toBe("gvisor");
  expect(spec?.nodeSelector).toEqual({ "kubernetes.io/hostname": "node-2" });
  expect(spec?.volumes).toEqual([]);
  expect(spec?.containers[0]).toMatchObject({ image: "kalium-bench/echo:2", env: [], volumeMounts: [] });
  expect(updated.spec?.template.metadata?.annotations).not.toHaveProperty("kalium-bench/secret-versions");
  expect(updated.spec?.replicas).toBe(4);
});

test("a changed secret makes a new revision", () => {
  const [token, registry] = options.secrets;
  if (token === undefined || registry === undefined) throw new TypeError("there are two");
  const changed = deploymentObject(request, { ...options, secrets: [{ ...token, resourceVersion: "9" }, registry] });
  expect(changed.spec?.template).not.toEqual(made.spec?.template);
});

test("amounts are checked before the cluster sees them", () => {
  for (const amount of ["128Mi", "100m", "0.5", "1e3", "2Gi"]) checkQuantities({ ...request, limits: { cpu: amount } });
  for (const amount of ["much", "1 Gi", "1KB"]) {
    expect(() => checkQuantities({ ...request, limits: { cpu: amount } })).toThrow(/is not a quantity/);
  }
});
