/** The void blocks of a function in words, for a reader who asks what happened to them. Pure. */
import { systemTitle } from "./figures/figure-order.ts";
import type { LatencyRecord } from "./records/record.ts";

interface LostBlock {
  readonly block: number;
  /** Measured in its place; absent: none. */
  readonly again: number | undefined;
  /** For which it does not count; absent: all. */
  readonly system: string | undefined;
  readonly reason: string;
}

/** Finished blocks that do not count, one text for all with the same reason, and what was measured in their place. */
export function voidBlockTexts({ label, blocks, voids = [] }: LatencyRecord): readonly string[] {
  const lost = blocks.flatMap(({ block }): readonly LostBlock[] => {
    const first = voids.find((entry) => entry.block === block);
    const again = blocks.find(({ repeats }) => repeats === block)?.block;
    return first === undefined ? [] : [{ block, again, system: first.system, reason: first.reason }];
  });
  const kinds = Map.groupBy(lost, ({ system, reason }) => `${system ?? ""} ${reason.replace(number, "N")}`);
  return [...kinds.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [kindText(first, { label, alike })];
  });
}

function kindText(
  { block, again, system }: LostBlock,
  { label, alike }: { readonly label: string; readonly alike: readonly LostBlock[] },
): string {
  const of = `of ${label}${system === undefined ? "" : `, ${systemTitle(system)}`} (${reasonOf(alike)})`;
  if (alike.length === 1) {
    return `block ${block} ${of}, ${again === undefined ? "not measured again" : `measured again as block ${again}`}`;
  }
  const repeated = alike.filter((each) => each.again !== undefined).length;
  const shown = repeated === alike.length ? "all" : repeated === 0 ? "none" : `${repeated} of them`;
  return `${alike.length} blocks ${of}, ${shown} measured again`;
}

const number = /\d+/g;

/** Of reasons that differ in their numbers only: `the client was starved in 32 to 49 of 60 rounds`. */
function reasonOf(alike: readonly LostBlock[]): string {
  const numbers = alike.map(({ reason }) => reason.match(number)?.map(Number) ?? []);
  let at = 0;
  return (alike[0]?.reason ?? "").replace(number, () => {
    const own = numbers.map((each) => each[at] ?? 0);
    at++;
    const [low, high] = [Math.min(...own), Math.max(...own)];
    return low === high ? String(low) : `${low} to ${high}`;
  });
}
