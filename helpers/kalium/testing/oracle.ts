/**
 * The check as its description has it, word by word and from the raw JSON of a graph, with nothing of the product's
 * code: a second opinion for tests. Where the artifact dies it denies.
 */
interface RawGraph {
  readonly ns: readonly { readonly id: number; readonly cnt: number }[];
  readonly es: readonly { readonly "0": number; readonly "1": readonly number[] }[];
}

interface Place {
  readonly id: number;
  readonly loops: number;
  left: number;
  readonly next: Place[];
}

export function oracle({ ns, es }: RawGraph, { lastNodeResets }: { readonly lastNodeResets: boolean }) {
  const places: Place[] = ns.map(({ id, cnt }) => ({ id, loops: cnt, left: cnt, next: [] }));
  let overfull = false;
  for (const edge of es) {
    const from = places[edge["0"]];
    for (const to of edge["1"]) {
      const place = places[to];
      if (to === -1 || place === undefined) continue;
      from?.next.push(place);
    }
  }
  for (const index of ns.keys()) {
    const slots = es.filter((edge) => edge["0"] === index).flatMap((edge) => edge["1"]);
    if (slots.length > 20) overfull = true;
  }

  let current: Place | "HEAD" = "HEAD";
  const reset = (): void => {
    for (const place of places) place.left = place.loops;
    current = "HEAD";
  };

  const allows = (event: number): boolean => {
    const [first] = places;
    if (first === undefined || overfull) return false;
    if (current === "HEAD") {
      reset();
      current = first;
    }
    if (event < 0) return false;
    const here: Place = current;
    if (here.id === event) {
      if (here.left <= 0) return false;
      here.left -= 1;
    } else {
      const taken = here.next.find((place) => place.id === event && place.left > 0);
      if (taken === undefined) return false;
      taken.left -= 1;
      current = taken;
    }
    if (lastNodeResets && current.left === 0 && current === places.at(-1)) reset();
    return true;
  };
  return { allows, reset };
}

/** The same for `strict`, of a graph that leaves entries and ends to its nodes: docs/policy.md. */
export function strictOracle({ ns, es }: RawGraph) {
  const places: Place[] = ns.map(({ id, cnt }) => ({ id, loops: cnt, left: cnt, next: [] }));
  const ends = new Set<Place>();
  for (const edge of es) {
    for (const to of edge["1"]) {
      const [from, place] = [places[edge["0"]], places[to]];
      if (from === undefined) continue;
      if (to === -1) ends.add(from);
      else if (place !== undefined) from.next.push(place);
    }
  }
  const [first] = places;
  const virtual = first?.loops === 0;
  const entries = first === undefined ? [] : virtual ? first.next.filter(({ id }) => id !== first.id) : [first];
  let current: Place | undefined;

  const allows = (event: number): boolean => {
    const here = current;
    const choice = here === undefined ? entries : here.id === event ? [here] : here.next;
    const taken = choice.find((place) => place.id === event && event >= 0 && place.left > 0);
    if (taken === undefined) return false;
    taken.left -= 1;
    current = taken;
    return true;
  };
  const ended = (): boolean => {
    const legal = current === undefined ? virtual && ends.has(first) : ends.has(current);
    if (!legal) return false;
    for (const place of places) place.left = place.loops;
    current = undefined;
    return true;
  };
  return { allows, ended };
}
