/**
 * Tables whose rows differ between two snapshots of `helpers/mysql` (one statement per line), whatever the order of
 * rows; a table that only one of them has differs, too. Pure.
 */
export function changedTables(before: string, after: string): readonly string[] {
  const [old, now] = [rowsByTable(before), rowsByTable(after)];
  const tables = new Set([...old.keys(), ...now.keys()]);
  return [...tables].filter((table) => old.get(table) !== now.get(table)).toSorted();
}

function rowsByTable(snapshot: string): ReadonlyMap<string, string> {
  const tables = new Map<string, string[]>();
  for (const line of snapshot.split(";\n")) {
    const table = /^(?:DELETE FROM|INSERT INTO) `((?:[^`]|``)+)`/.exec(line)?.[1];
    if (table !== undefined) tables.set(table, [...(tables.get(table) ?? []), line]);
  }
  return new Map([...tables].map(([table, lines]) => [table, lines.toSorted().join("\n")]));
}
