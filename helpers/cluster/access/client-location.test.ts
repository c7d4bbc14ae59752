import { expect, test } from "vitest";
import { someFacts } from "../testing/some-facts.ts";
import { clientAddress, clientLocation } from "./client-location.ts";

const [node] = someFacts.nodes;
const nodeAddress = node?.address ?? "";

test("where the client is follows from its surroundings and addresses", () => {
  expect(clientLocation(someFacts, {}, ["127.0.0.1", nodeAddress])).toBe("same host as a node");
  expect(clientLocation(someFacts, {}, ["127.0.0.1"])).toBe("outside the cluster");
  expect(clientLocation(someFacts, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, [])).toBe("pod of the cluster");
});

test("services listen where `up` has found that pods reach this machine, unless the user knows better", () => {
  expect(clientAddress(someFacts, undefined, ["10.88.0.1", "10.9.9.9"])).toBe("10.88.0.1");
  expect(clientAddress(someFacts, "10.9.9.9", ["10.88.0.1", "10.9.9.9"])).toBe("10.9.9.9");
});

test("an address of another machine is refused: `up` was called elsewhere", () => {
  expect(() => clientAddress(someFacts, undefined, ["127.0.0.1"])).toThrow(/10\.88\.0\.1.*\n.*--services pod/);
});

test("with a pod for the services no address of this machine is needed, and one that is given wins", () => {
  const inPod = { services: { kind: "pod", image: "i" } } as const;
  expect(clientAddress(inPod, undefined, ["127.0.0.1"])).toBeUndefined();
  expect(clientAddress(inPod, "10.9.9.9", ["10.9.9.9"])).toBe("10.9.9.9");
});
