import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeMachine, fakeRunsc } from "./fake-programs.test-support.ts";
import { fetchRunsc } from "./fetch-runsc.ts";
import { outputOf } from "./probe.ts";

const release = (await outputOf("cat", "/etc/os-release")) ?? "";
const codename = /^VERSION_CODENAME=(\S+)/m.exec(release)?.[1];
const usable =
  /^ID=(debian|ubuntu)$/m.test(release) &&
  codename !== undefined &&
  (await outputOf("dpkg-deb", "--version")) !== undefined;

/** An apt whose mirror has one real Debian package, with the given runsc in it. */
const apt = (runsc: string): string => `case "$*" in
*indextargets*) echo "other http://other"; echo "${String(codename)} http://joe:canary@mirror/";;
*update*) for option; do case $option in Dir::Etc::sourcelist=*) cp "\${option#*=}" $MACHINE/sources; stat -c %a "\${option#*=}" > $MACHINE/mode;; esac; done;;
*download*)
  mkdir -p $MACHINE/package/DEBIAN $MACHINE/package/usr/bin
  printf 'Package: runsc\\nVersion: 0.0~20240729.0-4\\nArchitecture: all\\nMaintainer: x <x@y>\\nDescription: x\\n' > $MACHINE/package/DEBIAN/control
  cat > $MACHINE/package/usr/bin/runsc <<'END'
#!/bin/sh
${runsc}
END
  chmod 755 $MACHINE/package/usr/bin/runsc
  dpkg-deb --build $MACHINE/package runsc.deb;;
esac`;

const quiet = { say: (): void => undefined };

describe.skipIf(!usable)("on Debian and Ubuntu", () => {
  test("a newer runsc is unpacked into the private cache, from the machine's own mirror", async () => {
    const { path } = fakeMachine({ "apt-get": apt(fakeRunsc("0.0~20240729.0", "systrap (default), ptrace")) });
    const runsc = await fetchRunsc(quiet);
    expect(runsc).toEqual({
      path: join(path, "cache/kalium-bench/runsc-0.0~20240729.0-4/usr/bin/runsc"),
      version: "0.0~20240729.0",
      systrap: true,
    });
    expect(await outputOf("cat", join(path, "sources"))).toMatch(
      /^deb \[signed-by=\/usr\/share\/keyrings\/\S+\.gpg\] http:\/\/joe:canary@mirror\/ \w+ \w+$/,
    );
    expect(await outputOf("cat", join(path, "mode"))).toBe("600");
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
    expect(readdirSync(join(path, "cache/kalium-bench"))).toEqual(["runsc-0.0~20240729.0-4"]);
    await expect(fetchRunsc(quiet)).resolves.toEqual(runsc);
  });

  test.for([
    ["has no systrap", fakeRunsc("0.0~20221219.0", "ptrace (default), kvm")],
    ["does not run here", "exit 1"],
  ])("a package whose runsc %s is refused, and nothing stays", async ([, runsc]) => {
    const { path } = fakeMachine({ "apt-get": apt(String(runsc)) });
    await expect(fetchRunsc(quiet)).rejects.toMatchObject({ code: "E_SETUP" });
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
    expect(readdirSync(join(path, "cache/kalium-bench"))).toEqual([]);
  });

  test("a mirror that does not answer is the reason, and nothing stays", async () => {
    const { path } = fakeMachine({
      "apt-get": `case "$*" in *indextargets*) echo "${String(codename)} http://mirror/";; *) echo "E: no route"; exit 100;; esac`,
    });
    await expect(fetchRunsc(quiet)).rejects.toThrow(/reading the package list of \w+ failed: E: no route/);
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
    expect(existsSync(join(path, "cache"))).toBe(false);
  });
});
