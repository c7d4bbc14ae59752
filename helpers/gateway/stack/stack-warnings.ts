/** What a stack file says without effect, in words. */
import type { YamlFile } from "./yaml-file.ts";

/** Settings of of-watchdog, which it reads from its environment. */
const settings = new Set([
  ...["read_timeout", "write_timeout", "exec_timeout", "healthcheck_interval", "max_inflight", "ready_path"],
  ...["write_debug", "combine_output", "prefix_logs", "log_buffer_size", "content_type", "http_proxy", "mode"],
]);

/** One line for each key and each surprise, however often it occurs. */
export function describeWarnings(file: string, read: Omit<YamlFile<unknown>, "value">): readonly string[] {
  const byKey = new Map<string, { readonly places: string[]; readonly lines: Set<number> }>();
  const add = (key: string, place: string, offset: number): void => {
    const group = byKey.get(key) ?? { places: [], lines: new Set() };
    group.places.push(place);
    group.lines.add(read.lineOf(offset));
    byKey.set(key, group);
  };
  for (const { path, offset = 0 } of read.unknown) {
    const key = path.at(-1) ?? "";
    const [top, name = "", ...rest] = path;
    const inFunction = top === "functions" && rest.length > 0;
    const advice =
      inFunction && rest.length === 1 && settings.has(key) ? ': of-watchdog reads it under "environment"' : "";
    add(`${inFunction ? [top, "*", ...rest].join(".") : path.join(".")} has no effect${advice}`, name, offset);
  }
  const unknown = [...byKey].map(([what, { places, lines }]) => {
    const [only = ""] = places;
    return `${file}: ${places.length === 1 ? what.replace("*", () => only) : what} (${listLines([...lines])})`;
  });
  byKey.clear();
  for (const { what, offset } of read.surprises) add(what, "", offset);
  const surprises = [...byKey].map(([what, { lines }]) => `${file}: ${what} (${listLines([...lines])})`);
  return [...unknown, ...surprises];
}

const mostLines = 5;

function listLines(lines: readonly number[]): string {
  const shown = lines.slice(0, mostLines).join(", ");
  const more = lines.length > mostLines ? ` and ${lines.length - mostLines} more` : "";
  return `line${lines.length === 1 ? "" : "s"} ${shown}${more}`;
}
