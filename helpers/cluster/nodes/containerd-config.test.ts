import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { addHandlers, effectiveRuntimes } from "./containerd-config.ts";

const path = "/etc/containerd/config.toml";
const handlers = [
  {
    name: "kalium-bench-gvisor",
    shim: "/var/lib/kalium-bench/shim",
    configPath: "/var/lib/kalium-bench/runsc/gvisor/runsc.toml",
  },
];
const expected = {
  runtime_type: "io.containerd.runsc.v1",
  runtime_path: "/var/lib/kalium-bench/shim",
  options: { TypeUrl: "io.containerd.runsc.v1.options", ConfigPath: "/var/lib/kalium-bench/runsc/gvisor/runsc.toml" },
};

const version2 = `version = 2
imports = ["/etc/containerd/conf.d/*.toml"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "pause:1"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"`;

test("containerd 1: the main file is extended, all of it stays, and its folder of imports is not used", () => {
  const edit = addHandlers({ path, text: version2, major: 1 }, handlers);
  expect(edit).toMatchObject({ kind: "edit", path });
  expect(edit.text.startsWith(version2)).toBe(true);
  expect(effectiveRuntimes(edit.text)).toEqual({
    runc: { runtime_type: "io.containerd.runc.v2" },
    "kalium-bench-gvisor": expected,
  });
});

const version3 = `version = 3
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
`;

test.for([3, 4])("containerd 2 with a folder of imports gets a file of ours there, version %i", (version) => {
  const text = `imports = ["/etc/containerd/conf.d/*.toml"]\n${version3.replace("3", String(version))}`;
  const edit = addHandlers({ path, text, major: 2 }, handlers);
  expect(edit).toMatchObject({ kind: "drop-in", path: "/etc/containerd/conf.d/kalium-bench.toml" });
  expect(parse(edit.text)["version"]).toBe(version);
  expect(effectiveRuntimes(edit.text)).toEqual({ "kalium-bench-gvisor": expected });
});

test("containerd 2 without one: the main file is extended, in the format that it has", () => {
  const third = addHandlers({ path, text: version3, major: 2 }, handlers);
  expect(third.kind).toBe("edit");
  expect(effectiveRuntimes(third.text)).toMatchObject({ runc: {}, "kalium-bench-gvisor": expected });
  const second = addHandlers({ path, text: version2, major: 2 }, handlers);
  expect(second.text).toContain('"io.containerd.grpc.v1.cri".containerd.runtimes."kalium-bench-gvisor"');
});

test.for([
  [1, 2],
  [2, 3],
])("where there is no file, containerd %i gets one of version %i", ([major, version]) => {
  const edit = addHandlers({ path, text: undefined, major: major ?? 0 }, handlers);
  expect(parse(edit.text)["version"]).toBe(version);
  expect(effectiveRuntimes(edit.text)).toEqual({ "kalium-bench-gvisor": expected });
});

test("the old format without a version is extended under its own plugin names", () => {
  const edit = addHandlers({ path, text: 'root = "/data"\n[plugins.cri]\nsandbox_image = "p"\n', major: 1 }, handlers);
  expect(effectiveRuntimes(edit.text)).toEqual({ "kalium-bench-gvisor": expected });
  expect(edit.text).toContain('[plugins."cri".containerd');
});

test.for<[string, string, RegExp]>([
  ["no TOML", "version = ", /config\.toml cannot be read/],
  ["a version of the future", "version = 5\n", /version 5[^]*--nodes/],
  [
    "such a handler already",
    addHandlers({ path, text: version2, major: 1 }, handlers).text,
    /kalium-bench-gvisor already/,
  ],
  ["closed tables", 'version = 2\nplugins = { "io.containerd.grpc.v1.cri" = {} }\n', /cannot be read or extended/],
])("%s is refused by name", ([, text, message]) => {
  expect(() => addHandlers({ path, text, major: 1 }, handlers)).toThrow(message);
});
