import type { V1Node } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { localShell } from "./local-shell.test-support.ts";
import { enterNode, presentImage } from "./agent-manifest.ts";

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

test("a script gets its arguments as they are, whatever is in them", async () => {
  const args = ["a b", "$(id)", "'\"", ""];
  const command = enterNode('printf "[%s]" "$@"', args);
  const here = command.map((part) => (part.includes("nsenter") ? 'exec "$@"' : part));
  expect(here).not.toEqual(command);
  const { stdout } = await localShell.run('"$@"', { args: here });
  expect(stdout).toBe("[a b][$(id)]['\"][]");
});
