import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { elevation } from "./apt.ts";
import { fakeMachine } from "./fake-programs.test-support.ts";
import { installPackages } from "./install-packages.ts";

/** An apt that knows the names in `$MACHINE/lists`, fills them on update, and logs what it is asked to install. */
const apt = {
  "apt-cache": `grep -s "^$2" $MACHINE/lists; exit 0`,
  "apt-get": `case "$*" in
*update*) echo update >> $MACHINE/log; cp $MACHINE/mirror $MACHINE/lists;;
*install*) echo "install \${*#*--no-remove }" >> $MACHINE/log; [ ! -e $MACHINE/stale ] || { rm $MACHINE/stale; echo "E: Failed to fetch x 404"; exit 100; };;
esac`,
};

const quiet = { say: (): void => undefined };
const mayInstall = (await elevation()) !== undefined;

describe.skipIf(!mayInstall)("with root or sudo", () => {
  test("the lists are updated only where they do not know a package", async () => {
    const machine = startWith("runc", "runc");
    await installPackages(["runc"], quiet);
    expect(machine.log()).toEqual(["install runc"]);

    const empty = startWith("", "runc");
    await installPackages(["runc"], quiet);
    expect(empty.log()).toEqual(["update", "install runc"]);
  });

  test("stale lists are updated after the mirror has refused", async () => {
    const machine = startWith("runc", "runc", { stale: true });
    await installPackages(["runc"], quiet);
    expect(machine.log()).toEqual(["install runc", "update", "install runc"]);
  });

  test("a package goes by the name that the release has for it", async () => {
    const versioned = startWith("mariadb-server-core-10.5\nmariadb-server-core-10.11\nmariadb-server-core-doc");
    await installPackages(["mariadb-server-core"], quiet);
    expect(versioned.log()).toEqual(["install mariadb-server-core-10.11"]);

    const mysql = startWith("mysql-server-core-8.0", "mysql-server-core-8.0");
    await installPackages(["mariadb-server-core"], quiet);
    expect(mysql.log()).toContain("install mysql-server-core-8.0");
  });

  test("a package that no source has is named, and nothing is installed", async () => {
    const machine = startWith("runc", "runc");
    await expect(installPackages(["runc", "runsc"], quiet)).rejects.toThrow(/package sources do not have runsc/);
    expect(machine.log()).toEqual(["update"]);
  });
});

test.skipIf(mayInstall)("without root the command to type is named", async () => {
  startWith("runc");
  await expect(installPackages(["runc"], quiet)).rejects.toThrow(/apt-get install --no-install-recommends runc/);
});

function startWith(lists: string, mirror = lists, { stale = false } = {}): { log(): readonly string[] } {
  const { path } = fakeMachine(apt);
  writeFileSync(join(path, "lists"), `${lists}\n`);
  writeFileSync(join(path, "mirror"), `${mirror}\n`);
  if (stale) writeFileSync(join(path, "stale"), "");
  return {
    log: () => (existsSync(join(path, "log")) ? readFileSync(join(path, "log"), "utf8").trim().split("\n") : []),
  };
}
