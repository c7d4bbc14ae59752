import type { Void } from "../../../reports/records/record.ts";
import type { RunFunction } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import type { SeededDatabases } from "../suite/databases.ts";

/** Looks at every system's database before the first and after the last call of a block. */
export interface DatabaseCheck {
  /** Systems whose rows are not the seed right after the reset: they would not do equal work. */
  readonly before: () => Promise<readonly Void[]>;
  /** Systems in which a table has changed that none of the block's functions uses. */
  readonly after: () => Promise<readonly Void[]>;
}

export function createDatabaseCheck(
  databases: Pick<SeededDatabases, "changedTables">,
  systems: readonly System[],
  definitions: readonly RunFunction[],
): DatabaseCheck {
  const known = new Set(definitions.flatMap(({ tables }) => Object.values(tables)));
  const voidsOf = async (
    counts: (table: string) => boolean,
    tell: (tables: string) => string,
  ): Promise<readonly Void[]> => {
    const voids: Void[] = [];
    for (const system of systems) {
      const changed = (await databases.changedTables(system)).filter(counts);
      if (changed.length > 0) voids.push({ system: system.name, reason: tell(changed.join(", ")) });
    }
    return voids;
  };
  return {
    before: () =>
      voidsOf(
        () => true,
        (tables) => `the database differs from the seed after its reset: ${tables}`,
      ),
    after: () =>
      voidsOf(
        (table) => !known.has(table),
        (tables) => `the database changed in a table that no function of the block uses: ${tables}`,
      ),
  };
}
