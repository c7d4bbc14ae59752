import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { refused } from "./refused.ts";

export interface FolderFile {
  readonly path: string;
  readonly delimiter: string;
}

const packed = String.raw`(?:\.(?:gz|zst|xz))?`;
const pattern = (name: string): RegExp => new RegExp(`${name}${packed}$`);

const sqlFile = pattern(String.raw`\.sql`);

/**
 * mydumper's files by kind, in the order in which its loader runs them. In files of triggers, statements end at a
 * semicolon that ends a line.
 */
const kinds: readonly { readonly name: RegExp; readonly delimiter: string }[] = [
  { name: pattern(String.raw`-schema-create\.sql`), delimiter: ";" },
  { name: pattern(String.raw`-schema-sequence\.sql`), delimiter: ";" },
  { name: pattern(String.raw`-schema\.sql`), delimiter: ";" },
  { name: pattern(String.raw`\.sql`), delimiter: ";" }, // the rows
  { name: pattern(String.raw`-schema-indexes\.sql`), delimiter: ";" },
  { name: pattern(String.raw`-schema-constraints\.sql`), delimiter: ";" },
  { name: pattern(String.raw`-schema-view\.sql`), delimiter: ";\n" },
  { name: pattern(String.raw`-schema-triggers\.sql`), delimiter: ";\n" },
  { name: pattern(String.raw`-schema-post\.sql`), delimiter: ";\n" },
];

/** The SQL files of a folder of mydumper. @throws {KaliumError} E_CONFIG another program wrote it, or it is unfinished */
export async function folderFiles(folder: string): Promise<readonly FolderFile[]> {
  const names = (await readdir(folder)).toSorted();
  await refuseOthers(folder, names);
  const rank = (name: string): number => {
    const special = kinds.findIndex((kind, at) => at !== 3 && kind.name.test(name));
    return special === -1 ? 3 : special;
  };
  return names
    .filter((name) => sqlFile.test(name))
    .toSorted((one, other) => rank(one) - rank(other))
    .map((name) => ({ path: join(folder, name), delimiter: kinds[rank(name)]?.delimiter ?? ";" }));
}

/** Name of the database that a file of mydumper belongs to. */
const databaseOf = (name: string): string => /^(.+?)(?:-schema-(?:create|post|triggers)|\.)/.exec(name)?.[1] ?? "";

async function refuseOthers(folder: string, names: readonly string[]): Promise<void> {
  const find = (name: RegExp): string | undefined => names.find((candidate) => name.test(candidate));
  if (names.includes("@.json")) {
    throw refused({ file: folder }, "MySQL Shell wrote it", "Dump with mysqldump, mariadb-dump or mydumper.");
  }
  const partial = find(/^metadata\.partial$/);
  const metadata = partial ?? find(/^metadata$/);
  if (metadata === undefined) {
    const tab = find(/\.txt$/);
    const what = tab === undefined ? "the folder has no file metadata, which mydumper writes" : `it has rows in ${tab}`;
    const hint = tab === undefined ? "Name a folder of mydumper, or one file." : "Dump without --tab.";
    throw refused({ file: folder }, what, hint);
  }
  const text = await readFile(join(folder, metadata), "utf8");
  if (partial !== undefined || !/^#? ?Finished dump at/m.test(text)) {
    throw refused({ file: join(folder, metadata) }, "it does not say that mydumper finished", "Run mydumper again.");
  }
  const own = names.filter((name) => sqlFile.test(name) && !/-schema-create-tablespace\b/.test(name));
  const [database = "", other] = new Set(own.map(databaseOf));
  if (other !== undefined) {
    throw refused(
      { file: folder },
      `it holds two databases, ${database} and ${other}`,
      "Run mydumper with --database.",
    );
  }
  const rows = find(new RegExp(String.raw`\.(?:dat|csv|json)${packed}$`));
  if (rows !== undefined) {
    const hint = "Run mydumper without --load-data, --csv and --format.";
    throw refused({ file: join(folder, rows) }, "its rows are not INSERT statements", hint);
  }
}
