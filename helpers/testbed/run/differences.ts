/** Where two values, taken as JSON, are not the same: `machine.cpu.model was "a" and is "b"`. Pure. */
export function differences(before: unknown, now: unknown): readonly string[] {
  const [old, current] = [leaves(before), leaves(now)];
  const paths = new Set([...old.keys(), ...current.keys()]);
  return [...paths]
    .filter((path) => old.get(path) !== current.get(path))
    .map((path) => `${path} was ${old.get(path) ?? "absent"} and is ${current.get(path) ?? "absent"}`);
}

function leaves(value: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: unknown, path: string): void => {
    if (node === undefined) return;
    if (node === null || typeof node !== "object") found.set(path, JSON.stringify(node));
    else for (const [key, inner] of Object.entries(node)) visit(inner, path === "" ? key : `${path}.${key}`);
  };
  visit(value, "");
  return found;
}
