import { expect, test } from "vitest";
import { idsOf } from "./node-images.ts";

const table = `REF TYPE DIGEST SIZE PLATFORMS LABELS
kalium-bench.local/mariadb:1 application/vnd.oci.image.manifest.v1+json sha256:aa 15.5 MiB linux/amd64 io.cri-containerd.image=managed
sha256:01 application/vnd.oci.image.manifest.v1+json sha256:aa 15.5 MiB linux/amd64 io.cri-containerd.image=managed
docker.io/library/x:1 application/vnd.oci.image.manifest.v1+json sha256:bb 1 MiB linux/amd64 -
docker.io/mine/x:1 application/vnd.oci.image.manifest.v1+json sha256:bb 1 MiB linux/amd64 -
sha256:02 application/vnd.oci.image.manifest.v1+json sha256:bb 1 MiB linux/amd64 -
`;

test("the id of an image goes with its last name", () => {
  expect(idsOf(table, ["kalium-bench.local/mariadb:1"])).toEqual(["sha256:01"]);
  expect(idsOf(table, ["docker.io/mine/x:1"])).toEqual([]);
  expect(idsOf(table, ["docker.io/mine/x:1", "docker.io/library/x:1"])).toEqual(["sha256:02"]);
  expect(idsOf(table, ["gone:1"])).toEqual([]);
});
