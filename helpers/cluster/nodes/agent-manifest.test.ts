import type { V1ContainerState, V1Node, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { localShell } from "./local-shell.test-support.ts";
import { enterNode, presentImage, runningImage } from "./agent-manifest.ts";

const nodeWith = (...names: string[]): V1Node => ({
  status: { images: names.map((name) => ({ names: [name, `${name.split(":")[0] ?? ""}@sha256:1`] })) },
});

test("the agent's image is one that every node has, the pause image where there is one", () => {
  const first = nodeWith("docker.io/library/mysql:8.4", "registry.k8s.io/pause:3.9");
  expect(presentImage([first])).toBe("registry.k8s.io/pause:3.9");
  expect(presentImage([first, nodeWith("docker.io/library/mysql:8.4")])).toBe("docker.io/library/mysql:8.4");
  expect(presentImage([first, nodeWith("else:1")])).toBeUndefined();
  expect(presentImage([])).toBeUndefined();
  const nameless = JSON.parse('{"status":{"images":[{"names":null},{"names":["a:1"]}]}}') as V1Node;
  expect(presentImage([nameless])).toBe("a:1");
});

test("without images in the status of nodes, it is one that runs on each of them", () => {
  const nodes = ["a", "b"].map((name) => ({ metadata: { name } }));
  const pod = (nodeName: string | undefined, image: string, state: V1ContainerState): V1Pod => ({
    spec: { ...(nodeName !== undefined && { nodeName }), containers: [{ name: "c", image }] },
    status: { containerStatuses: [{ name: "c", image, imageID: "", ready: true, restartCount: 0, state }] },
  });
  const [running, waiting] = [{ running: {} }, { waiting: { reason: "ImagePullBackOff" } }];
  const pods = [
    pod("a", "absent:1", waiting),
    pod("a", "only-a:1", running),
    pod("a", "proxy:1", running),
    pod("b", "absent:1", waiting),
    pod(undefined, "only-a:1", running),
  ];
  expect(runningImage(nodes, pods)).toBeUndefined();
  expect(runningImage(nodes, [...pods, pod("b", "proxy:1", running)])).toBe("proxy:1");
  expect(runningImage([], pods)).toBeUndefined();
});

test("a script gets its arguments as they are, whatever is in them", async () => {
  const args = ["a b", "$(id)", "'\"", ""];
  const command = enterNode('printf "[%s]" "$@"', args);
  const here = command.map((part) => (part.includes("nsenter") ? 'exec "$@"' : part));
  expect(here).not.toEqual(command);
  const { stdout } = await localShell.run('"$@"', { args: here });
  expect(stdout).toBe("[a b][$(id)]['\"][]");
});
