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
