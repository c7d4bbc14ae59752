import { KaliumError } from "../base/errors.ts";

/** What this machine's interfaces and routes claim: an IPv4 network, `10.0.0.0/8`, and by what. */
export interface ClaimedNetwork {
  readonly network: string;
  /** As in messages: `dev tun0`. */
  readonly by: string;
}

/**
 * Where a run's bridge may be, in this order. Private networks of several kinds, because a VPN, a container engine or a
 * cluster often claims one of them as a whole; 198.18.0.0/15 is reserved for benchmarks (RFC 2544), 100.64.0.0/10 for
 * carriers (RFC 6598). The test cluster has 10.202.0.0/16, container engines take the lower part of 172.16.0.0/12.
 */
export const usualRanges = ["10.201.0.0/16", "172.30.0.0/16", "192.168.128.0/17", "198.18.0.0/15", "100.96.0.0/12"];

/** As wide as a default route: OpenVPN replaces that by `0.0.0.0/1` and `128.0.0.0/1`. A bridge goes before it. */
const asDefault = 1;

/**
 * First three numbers of a free /24. The search starts at a place in each range that the run gives, so that two runs that
 * start together do not race for the same one. In a range that the user has named, wide routes do not count: whoever
 * names it knows that nothing is behind them there, and the narrower bridge goes first.
 * @throws {KaliumError} E_NETWORK with what claims the ranges
 */
export function freeSubnet(claimed: readonly ClaimedNetwork[], runId: string, named?: string): string {
  const ranges = named === undefined ? usualRanges : [named];
  const relevant = claimed.filter(({ network }) => prefixOf(network) > asDefault);
  for (const range of ranges) {
    const others = named === undefined ? relevant : relevant.filter(({ network }) => !covers(network, range));
    const size = 2 ** (24 - prefixOf(range));
    const first = Number.parseInt(runId, 16) % size;
    for (let offset = 0; offset < size; offset++) {
      const subnet = nthSubnet(range, (first + offset) % size);
      if (!others.some(({ network }) => overlap(network, `${subnet}.0/24`))) return subnet;
    }
  }
  const claims = relevant.filter(({ network }) => ranges.some((range) => overlap(network, range)));
  const shown = claims.slice(0, 5).map(({ network, by }) => `${network} ${by}`);
  const more = claims.length > shown.length ? `, and ${claims.length - shown.length} more` : "";
  throw new KaliumError("E_NETWORK", `no free /24 in ${ranges.join(", ")}: taken by ${shown.join(", ")}${more}`, {
    hint: "Name a free private range in KALIUM_NETWORK_RANGE, or remove dead runs: npm run sweep",
  });
}

const prefixOf = (network: string): number => Number(network.split("/")[1] ?? 32);

/** First and last address as numbers. */
function endsOf(network: string): readonly [first: number, last: number] {
  const size = 2 ** (32 - prefixOf(network));
  const address = (network.split("/")[0] ?? "").split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = address - (address % size);
  return [first, first + size - 1];
}

function overlap(a: string, b: string): boolean {
  const [[firstA, lastA], [firstB, lastB]] = [endsOf(a), endsOf(b)];
  return firstA <= lastB && firstB <= lastA;
}

const covers = (wide: string, narrow: string): boolean => prefixOf(wide) <= prefixOf(narrow) && overlap(wide, narrow);

function nthSubnet(range: string, index: number): string {
  const number = endsOf(range)[0] / 256 + index;
  return [number >> 16, (number >> 8) & 255, number & 255].join(".");
}
