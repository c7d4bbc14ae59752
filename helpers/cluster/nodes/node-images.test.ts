import { expect, test } from "vitest";
import { addedNames } from "./node-images.ts";

const row = (name: string, digest: string): string =>
  `${name} application/vnd.oci.image.manifest.v1+json ${digest} 15.5 MiB linux/amd64 io.cri-containerd.image=managed`;
const table = (...rows: readonly (readonly [name: string, digest: string])[]): string =>
  ["REF TYPE DIGEST SIZE PLATFORMS LABELS", ...rows.map(([name, digest]) => row(name, digest)), ""].join("\n");

const imported = table(
  ["kalium-bench.local/mariadb:1", "sha256:aa"],
  ["sha256:01", "sha256:aa"],
  ["docker.io/library/x:1", "sha256:bb"],
  ["docker.io/mine/x:1", "sha256:bb"],
  ["sha256:02", "sha256:bb"],
);

test.each([
  ["an image goes with its id", ["kalium-bench.local/mariadb:1"], ["sha256:01", "kalium-bench.local/mariadb:1"]],
  ["the id stays with another name", ["docker.io/mine/x:1"], ["docker.io/mine/x:1"]],
  [
    "the id goes with the last name",
    ["docker.io/mine/x:1", "docker.io/library/x:1"],
    ["sha256:02", "docker.io/library/x:1", "docker.io/mine/x:1"],
  ],
  ["one that is gone already is not named", ["gone:1"], []],
])("%s", (_, images, removed) => {
  expect(addedNames(imported, { images })).toEqual(removed);
});

const pulled = "registry.example:5000/kalium-bench/vanilla-empty";
const byKubelet = table(
  [`${pulled}:0123456789ab`, "sha256:cc"],
  [`${pulled}@sha256:cc`, "sha256:cc"],
  ["sha256:03", "sha256:cc"],
  ["docker.io/library/redis:7", "sha256:dd"],
  ["docker.io/kalium-bench/notes:latest", "sha256:ee"],
);

test("an image of a function that a kubelet has pulled is removed with all its names, and no other image", () => {
  const names = [`${pulled}@sha256:cc`, "sha256:03", `${pulled}:0123456789ab`];
  expect(addedNames(byKubelet, { images: [], imagesBefore: ["docker.io/library/redis:7"] })).toEqual(names);
});

test("an image that the node had before stays, and so does all where that is unknown", () => {
  expect(addedNames(byKubelet, { images: [], imagesBefore: [`${pulled}:0123456789ab`] })).toEqual([]);
  expect(addedNames(byKubelet, { images: [] })).toEqual([]);
});
