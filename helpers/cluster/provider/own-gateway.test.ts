import type { V1Deployment } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { upOptions } from "../up/up-options.ts";
import { clusterGatewaySchema } from "./cluster-gateway.ts";
import { ownGatewayObjects } from "./own-gateway.ts";

const words = { runsc: [], runscFlag: [], mysqlImage: "local", gateway: "own", services: "auto", functionLimit: "15" };

test("what `up` is given reaches the gateway in its pod", async () => {
  const { gateway } = await upOptions(words, { KALIUM_CALLBACK_HOSTS: "Sink.example:8443,10.1.2.3" });
  expect(gateway).toMatchObject({ functionLimit: 15, callbackHosts: ["sink.example:8443", "10.1.2.3"] });
  const { functionLimit = 0, callbackHosts = [] } = gateway;
  const basicAuth = { user: "admin", password: "secret" };
  const objects = ownGatewayObjects({ image: "x:1", basicAuth, labels: {}, functionLimit, callbackHosts });
  const deployment = objects.find(({ kind }) => kind === "Deployment") as V1Deployment | undefined;
  const [settings] = deployment?.spec?.template.spec?.containers[0]?.env ?? [];
  expect(settings?.name).toBe("KALIUM_GATEWAY_OPTIONS");
  const read = clusterGatewaySchema.parse(JSON.parse(settings?.value ?? ""));
  expect(read).toMatchObject({ functionLimit: 15, callbackHosts: ["sink.example:8443", "10.1.2.3"] });
});
