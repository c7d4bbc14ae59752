import { expect, test } from "vitest";
import { inRegistry, parseReference, seenFrom, sourceOf } from "./reference.ts";
import { failure } from "./skopeo.ts";

test.each([
  ["oci:/images/hello", { kind: "layout", transport: "oci", path: "/images/hello" }],
  ["oci:/images/hello:v1", { kind: "layout", transport: "oci", path: "/images/hello", name: "v1" }],
  ["oci-archive:/hello.tar:a/b:v1", { kind: "layout", transport: "oci-archive", path: "/hello.tar", name: "a/b:v1" }],
  ["docker-archive:/hello.tar", { kind: "archive", transport: "docker-archive", path: "/hello.tar" }],
  ["docker-daemon:hello:latest", { kind: "engine", transport: "docker-daemon", name: "hello:latest" }],
  [
    "containers-storage:localhost/hello:1",
    { kind: "engine", transport: "containers-storage", name: "localhost/hello:1" },
  ],
  ["docker://ghcr.io/a/b:1", { kind: "registry", transport: "docker", registry: "ghcr.io", name: "ghcr.io/a/b:1" }],
])("reads %s, and hands it to skopeo as it is", (text, expected) => {
  const reference = parseReference(text);
  expect(reference).toEqual(expected);
  expect(reference && sourceOf(reference)).toBe(text);
});

test.each([
  ["hello", "docker.io", "docker.io/library/hello"],
  ["a/b:1", "docker.io", "docker.io/a/b:1"],
  ["localhost:5000/b", "localhost:5000", "localhost:5000/b"],
  ["ghcr.io/a/b@sha256:12", "ghcr.io", "ghcr.io/a/b@sha256:12"],
])("completes %s as Docker does", (text, registry, name) => {
  expect(inRegistry(text)).toMatchObject({ registry, name });
});

test.each([
  ["oci:hello:1", "oci:/stack/hello:1"],
  ["oci-archive:../hello.tar:latest", "oci-archive:/hello.tar:latest"],
  ["docker-archive:./a/b.tar", "docker-archive:/stack/a/b.tar"],
  ["oci:/hello", "oci:/hello"],
  ["docker-daemon:hello:1", "docker-daemon:hello:1"],
  ["a/b:1", "a/b:1"],
])("%s in a stack file of the folder /stack is %s", (text, expected) => {
  expect(seenFrom("/stack", text)).toBe(expected);
});

test("leaves plain names alone", () => {
  for (const name of ["hello", "a/b:1", "ocialist/x", "docker.io/x"]) expect(parseReference(name)).toBeUndefined();
});

test.each([
  "oci:images/hello",
  "oci:",
  "docker:hello",
  "docker-daemon:",
  "docker-daemon:hello",
  "docker://-x",
  "docker://a b",
])("refuses %j with the form to write", (text) => {
  expect(() => parseReference(text)).toThrow(/is not an image reference\n {2}-> Write /);
});

test.each([
  [
    "docker-daemon",
    'level=fatal msg="loading image from docker engine: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"',
    /^image docker-daemon:hello:1 cannot be fetched, because its engine does not answer: /,
    /^Start the engine, or export .* `docker save -o FILE hello:1`, and name docker-archive:\/FILE\.$/,
  ],
  [
    "docker-daemon",
    'level=fatal msg="loading image from docker engine: Error response from daemon: No such image: hello:1"',
    /^image docker-daemon:hello:1 is not found: /,
    /^List what there is with `docker images`, or /,
  ],
  [
    "containers-storage",
    'level=fatal msg="reference \\"hello:1\\" does not resolve to an image ID: identifier is not an image"',
    /^image containers-storage:hello:1 is not found: reference "hello:1"/,
    /^List what there is with `podman images`/,
  ],
] as const)("without an engine, or without its image, says so: %s", (transport, words, message, hint) => {
  const error = failure({ kind: "engine", transport, name: "hello:1" }, words);
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test.each([
  [
    'level=fatal msg="Error parsing image name: reading manifest v9 in ghcr.io/a/b: manifest unknown"',
    /is not found/,
    /skopeo inspect/,
  ],
  ['level=fatal msg="unable to retrieve auth token: unauthorized"', /is refused/, /skopeo login ghcr\.io/],
  ['level=fatal msg="no image found in manifest list for architecture amd64"', /not available for linux/, /--platform/],
  ["dial tcp: lookup ghcr.io: no such host", /cannot be fetched: dial tcp/, /skopeo inspect/],
])("says what to do about %s", (words, message, hint) => {
  const error = failure(inRegistry("ghcr.io/a/b:v9"), words);
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
  expect(error.details["status"]).toBe(400);
});
