import { expect, test } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { KaliumError } from "../../base/errors.ts";
import { startService } from "../../base/child-service.ts";
import { placedError, serviceStarter } from "./service-starter.ts";

const services = { namespace: "kalium-bench", pod: "services-1", address: "10.88.0.9", node: "n1" };
const lost = new KaliumError("E_SERVICE", "the SMTP sink does not answer");

test("services are processes of this machine unless the cluster has a pod for them", () => {
  const config = loadConfig({});
  expect(serviceStarter({ config })).toBe(startService);
  expect(serviceStarter({ config, cluster: { nodes: ["n1"] } })).toBe(startService);
  expect(serviceStarter({ config, cluster: { nodes: ["n1"], services } })).not.toBe(startService);
});

test("a service that does not answer is reported with its pod; all else stays as it is", () => {
  const placed = placedError(lost, { cluster: { nodes: ["n1"], services } });
  expect(placed).toMatchObject({ code: "E_SERVICE", cause: lost });
  expect(String(placed)).toMatch(/does not answer; it ran in pod kalium-bench\/services-1 on n1[^]*cluster -- doctor/);
  expect(placedError(lost, { cluster: { nodes: ["n1"] } })).toBe(lost);
  const other = new KaliumError("E_MYSQL", "no database");
  expect(placedError(other, { cluster: { nodes: ["n1"], services } })).toBe(other);
});
