import type { V1ContainerState, V1Node, V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { localShell } from "./local-shell.test-support.ts";
import { agentCandidates, enterNode, presentImages, runningImages } from "./agent-manifest.ts";

const nodeWith = (...names: string[]): V1Node => ({
  status: { images: names.map((name) => ({ names: [name, `${name.split(":")[0] ?? ""}@sha256:1`] })) },
});

test("the agent's image is one that every node has, the pause image where there is one", () => {
  const first = nodeWith("docker.io/library/mysql:8.4", "registry.k8s.io/pause:3.9");
  expect(presentImages([first])).toEqual(["registry.k8s.io/pause:3.9", "docker.io/library/mysql:8.4"]);
  expect(presentImages([first, nodeWith("docker.io/library/mysql:8.4")])).toEqual(["docker.io/library/mysql:8.4"]);
  expect(presentImages([first, nodeWith("else:1")])).toEqual([]);
  expect(presentImages([])).toEqual([]);
  const nameless = JSON.parse('{"status":{"images":[{"names":null},{"names":["a:1"]}]}}') as V1Node;
  expect(presentImages([nameless])).toEqual(["a:1"]);
  const own = "docker.io/kalium-bench/vanilla-empty:0123456789ab"; // which `down` may just have removed
  expect(presentImages([nodeWith(own, "a:1")])).toEqual(["a:1", own]);
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
  expect(runningImages(nodes, pods)).toEqual([]);
  const all = [...pods, pod("b", "proxy:1", running)];
  expect(runningImages(nodes, all)).toEqual(["proxy:1"]);
  const listing = nodes.map((node) => ({ ...node, ...nodeWith("else:1", "proxy:1", "x/pause:1") }));
  expect(agentCandidates(listing, all)).toEqual(["x/pause:1", "proxy:1", "else:1"]);
  expect(runningImages([], pods)).toEqual([]);
});

test("a script gets its arguments as they are, whatever is in them", async () => {
  const args = ["a b", "$(id)", "'\"", ""];
  const command = enterNode('printf "[%s]" "$@"', args);
  const here = command.map((part) => (part.includes("nsenter") ? 'exec "$@"' : part));
  expect(here).not.toEqual(command);
  const { stdout } = await localShell.run('"$@"', { args: here });
  expect(stdout).toBe("[a b][$(id)]['\"][]");
});
