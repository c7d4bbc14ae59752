import { expect, test } from "vitest";
import { readImageConfig } from "./image-config.ts";
import { entryProblem } from "./plain-layers.ts";
import { ociArchitecture } from "./skopeo.ts";

const of = (config: object, changes: object = {}): string =>
  JSON.stringify({ architecture: ociArchitecture, os: "linux", config, ...changes });

const digest = `sha256:${"0".repeat(64)}`;

test("reads how a container of an image starts", () => {
  const text = of(
    {
      Entrypoint: ["/a"],
      Cmd: ["b", "c"],
      Env: ["X=1=2", "EMPTY=", "=x"],
      WorkingDir: "/w",
      User: "app:app",
      ExposedPorts: { "3000/tcp": {} },
    },
    { rootfs: { diff_ids: [digest] } },
  );
  expect(readImageConfig(text, "oci:/x")).toMatchObject({
    command: ["/a", "b", "c"],
    env: { X: "1=2", EMPTY: "", PATH: expect.stringContaining("/usr/bin") as string },
    workingDirectory: "/w",
    user: "app:app",
    exposedPorts: ["3000/tcp"],
    diffIds: [digest],
  });
});

test("what an image leaves out is what container runtimes take", () => {
  const bare = of({ Cmd: ["a"], Env: null, WorkingDir: "", Entrypoint: null });
  expect(readImageConfig(bare, "oci:/x")).toMatchObject({ command: ["a"], workingDirectory: "/", user: "" });
});

test.each([
  [of({ Cmd: ["a"] }, { architecture: "riscv64" }), /is for linux\/riscv64, and this machine is linux\//],
  [of({ Cmd: ["a"] }, { os: "windows" }), /is for windows\//],
  [of({}), /has neither an entrypoint nor a command\n {2}-> .*fwatchdog/],
  [JSON.stringify({ config: null }), /has neither/],
  ["[", /has an unusable configuration/],
  [of({ Cmd: "a b" }), /has an unusable configuration: .*Cmd/s],
  [of({ Cmd: ["a"] }, { rootfs: { diff_ids: ["sha256:../../../etc/cron.d/x"] } }), /only sha256 digests.*diff_ids/s],
])("refuses %s", (text, words) => {
  expect(() => readImageConfig(text, "oci:/x")).toThrow(words);
});

test.each(["a/../b", "..", "../x", "x/.."])("an entry with the path %j leads out of the image", (name) => {
  expect(entryProblem({ name, type: "file" } as Parameters<typeof entryProblem>[0])).toMatch(/leads out/);
});

test.each(["a/..b", "...", ".wh.name", "a/.wh..wh..opq", "./etc/", ".wh..x", "a/.wh...x"])(
  "an entry with the path %j is an ordinary one",
  (name) => {
    expect(entryProblem({ name, type: "file" } as Parameters<typeof entryProblem>[0])).toBeUndefined();
  },
);
