import { createTablesSql, resetSql } from "../../../fixtures/hello-retail/database/index.ts";
import { variantNamed } from "../../../fixtures/variants/index.ts";
import { printLine } from "../../../reports/terminal-text.ts";
import type { Variant } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import type { DatabaseAccess, MysqlAdmin } from "../../services/mysql/index.ts";
import { systemNamed } from "../../config/systems.ts";
import { databasePasswordSecret } from "../block/deployment.ts";
import { KaliumError } from "../../base/errors.ts";
import { differingTables } from "../../services/mysql/index.ts";

/** One database per system, so that interleaved systems never see each other's writes. */
export interface SeededDatabases {
  readonly accessOf: (system: System) => DatabaseAccess;
  /** Runs statements in the system's database. */
  readonly execute: (system: System, sql: string) => Promise<void>;
  /** Brings every system's rows back to the seed; the wall time is part of a block's record. */
  readonly reset: (systems: readonly System[]) => Promise<void>;
  /** Tables whose rows are not the seed's now. Some milliseconds per database: never between calls. */
  readonly changedTables: (system: System) => Promise<readonly string[]>;
}

/** What the databases hold: the generated rows of Hello, Retail!, a dump, or the user's, which may be none. */
export type Seed = "generated" | "none" | { readonly dump: string; readonly labelled?: readonly string[] };

/** Makes and seeds the databases, and hands their passwords to the gateway. */
export async function seedDatabases(
  admin: MysqlAdmin,
  systemNames: readonly string[],
  client: Pick<GatewayClient, "putSecret">,
  seeding: Seed,
): Promise<SeededDatabases> {
  const bySystem = new Map<string, DatabaseAccess>();
  const resets = new Map<string, string>();
  const seeds = new Map<Variant, ReadonlyMap<string, string>>();
  for (const system of systemNames.map((name) => systemNamed(name))) {
    const { name } = system;
    const access =
      typeof seeding === "string"
        ? await admin.createDatabase(name, seeding === "generated" ? createTablesSql() : [])
        : await admin.importDump(name, seeding.dump, seeding.labelled, bySystem.size === 0 ? tell : undefined);
    const { prepareDatabase } = variantNamed(system.variant);
    if (prepareDatabase !== undefined) {
      const statements = prepareDatabase(await admin.tables(access.database));
      await admin.reset(access.database, statements.join(";\n"));
    }
    if (seeding === "generated") await admin.reset(access.database, resetSql());
    const own = (reset: string): void => {
      bySystem.set(name, access);
      resets.set(name, reset);
    };
    await client.putSecret(databasePasswordSecret(system), access.password);
    if (seeding === "none") {
      own(nothingSql);
      continue;
    }
    // Of the dump itself: a reset is measured against what was loaded, not against a copy of ours.
    const seed = await admin.tableDigests(access.database);
    const reset = seeding === "generated" ? resetSql() : await admin.snapshot(access.database);
    await admin.reset(access.database, reset);
    refuseChanged(differingTables(seed, await admin.tableDigests(access.database)), access.database);
    // The first system's of each variant, so that its others are compared with that one.
    if (!seeds.has(system.variant)) seeds.set(system.variant, seed);
    own(reset);
  }
  const accessOf = (system: System): DatabaseAccess => {
    const access = bySystem.get(system.name);
    if (access === undefined) throw new TypeError(`no database was seeded for ${system.name}`);
    return access;
  };
  return {
    accessOf,
    execute: async (system, sql) => {
      await admin.reset(accessOf(system).database, sql);
    },
    reset: async (systems) => {
      for (const system of systems) {
        await admin.reset(accessOf(system).database, resets.get(system.name) ?? resetSql());
      }
    },
    changedTables: async (system) =>
      seeding === "none"
        ? []
        : differingTables(seeds.get(system.variant) ?? new Map(), await admin.tableDigests(accessOf(system).database)),
  };
}

const nothingSql = "DO 0";

const tell = (notice: string): void => printLine(`dump: ${notice}`, process.stderr);

function refuseChanged(tables: readonly string[], database: string): void {
  if (tables.length === 0) return;
  throw new KaliumError("E_MYSQL", `a reset of database ${database} does not restore ${tables.join(", ")}`, {
    hint: "Dump without these tables (--ignore-table=DATABASE.TABLE), or give them the engine InnoDB before.",
  });
}
