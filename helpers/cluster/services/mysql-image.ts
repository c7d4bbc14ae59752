import { createReadStream, createWriteStream } from "node:fs";
import { cp, mkdtemp, readdir, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { findLocalServer, type LocalServer } from "../../services/mysql/local-server.ts";
import { makeDataDirectory } from "../../services/mysql/data-directory.ts";
import { KaliumError } from "../../base/errors.ts";
import { privateCache } from "../../runtimes/binary.ts";
import { librariesOf } from "../../sandboxes/skeleton.ts";
import { chooseUser, makePrivateDirectory } from "../../services/mysql/run-as.ts";
import { archiveOf } from "../../images/oci/archive.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import { writeImage } from "../../images/oci/image.ts";
import type { ImageArchive } from "../nodes/node-images.ts";
import { type LayerEntry, writeLayer } from "../../images/oci/layer.ts";

const template = "/usr/share/kalium-bench/mysql";

/**
 * An image of this machine's own MariaDB or MySQL, for clusters without a registry. It takes MYSQL_ROOT_PASSWORD and the
 * server's flags as the official images do. The same server gives the same reference.
 * @throws {KaliumError} E_MYSQL when this machine has no server
 */
export async function buildMysqlImage(): Promise<ImageArchive> {
  const server = await findLocalServer();
  const messages = await messagesOf(server.flavour);
  const tools = ["/bin/sh", "/bin/cp", "/bin/mv", "/bin/rm"];
  const programs = [server.binary, ...tools];
  const libraries = new Set((await Promise.all(programs.map((program) => librariesOf(program)))).flat());
  const entries: LayerEntry[] = [
    ...programs.map((path): LayerEntry => ({ path, kind: "file", from: path, mode: 0o755 })),
    ...[...libraries].map((path): LayerEntry => ({ path, kind: "file", from: path, mode: 0o755 })),
    ...messages,
    ...(await templateEntries(server)),
    { path: "/entrypoint", kind: "text", content: entrypoint(server.binary), mode: 0o755 },
    { path: "/etc/passwd", kind: "text", content: "root:x:0:0::/:/bin/sh\n" },
    { path: "/tmp", kind: "folder", mode: 0o1777 },
    { path: "/var/lib/mysql", kind: "folder", mode: 0o777 },
  ];
  const store = await openBlobStore(join(privateCache(), "mysql-image"));
  const image = await writeImage(store, [await writeLayer(store, entries)], {
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    entrypoint: ["/entrypoint"],
    workingDirectory: "/",
    ports: [3306],
  });
  const tag = image.descriptor.digest.replace("sha256:", "").slice(0, 12);
  const reference = `kalium-bench.local/${server.flavour}:${tag}`;
  const path = join(privateCache(), "mysql-image", `${tag}.tar`);
  await pipeline(archiveOf(store, [{ image, references: [reference] }]), createWriteStream(path));
  return { reference, sizeBytes: (await stat(path)).size, open: () => createReadStream(path) };
}

/** The data directory of a fresh server, whose accounts have no password. Kept, because its files are read later. */
async function templateEntries(server: LocalServer): Promise<readonly LayerEntry[]> {
  const runAs = await chooseUser();
  const kept = join(privateCache(), "mysql-image", `template-${server.fingerprint}`);
  const scratch = await mkdtemp(join(tmpdir(), "kalium-mysql-image-"));
  try {
    const directory = await makePrivateDirectory(join(scratch, "made"), runAs);
    try {
      await makeDataDirectory(server, join(directory, "data"), runAs);
      await rm(kept, { recursive: true, force: true });
      await cp(join(directory, "data"), kept, { recursive: true });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const files = (await filesBelow(kept)).map((from): LayerEntry => {
    return { path: `${template}${from.slice(kept.length)}`, kind: "file", from, mode: 0o644 };
  });
  return [{ path: template, kind: "folder" }, ...files];
}

const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** Error messages and character sets, without which a server does not start. */
async function messagesOf(flavour: LocalServer["flavour"]): Promise<readonly LayerEntry[]> {
  for (const folder of [`/usr/share/${flavour}`, "/usr/share/mysql"]) {
    const found = await realpath(folder).catch(() => undefined);
    const files = found === undefined ? [] : await filesBelow(found);
    const needed = files.filter((path) => /\/(english|charsets)\/[^/]+$/.test(path));
    if (found === undefined || needed.length === 0) continue;
    return needed.map((from): LayerEntry => ({ path: `${folder}${from.slice(found.length)}`, kind: "file", from }));
  }
  throw new KaliumError("E_MYSQL", "the files of error messages of this machine's database server are missing", {
    hint: "Run `npm run setup`, or name an image that the nodes can pull: --mysql-image mysql:8.4",
  });
}

/** The root account gets its password by a file that the server runs at its start, and may then log in over TCP. */
const entrypoint = (binary: string): string => `#!/bin/sh
set -eu
umask 077
data=/var/lib/mysql
if [ ! -e "$data/.complete" ]; then
  cp -r ${template}/. "$data"
  : >"$data/.complete"
fi
accounts() {
  for host in localhost %; do
    printf "CREATE USER IF NOT EXISTS 'root'@'%s';\\n" "$host"
    printf "ALTER USER 'root'@'%s' IDENTIFIED BY '%s';\\n" "$host" "$MYSQL_ROOT_PASSWORD"
    printf "GRANT ALL ON *.* TO 'root'@'%s' WITH GRANT OPTION;\\n" "$host"
  done
}
accounts >/tmp/accounts.sql
exec ${binary} --no-defaults --user=root --datadir="$data" --socket=/tmp/mysql.sock --pid-file=/tmp/mysql.pid \\
  --bind-address=0.0.0.0 --init-file=/tmp/accounts.sql "$@"
`;
