import type { Comparison } from "../comparison.ts";
import type { Floor, LatencyRecord } from "../records/record.ts";
import { quotable } from "../quotable.ts";
import { median } from "../stats/quantile.ts";
import { type Table, columns } from "./document.ts";
import { formatDigits } from "../records/format-digits.ts";
import { dash, formatMs } from "./numbers.ts";

const titles: Readonly<Record<Floor["name"], string>> = {
  gateway: "empty function through the gateway",
  instance: "the same function, gateway bypassed",
  "tcp-echo": "raw TCP echo",
  "sandbox-echo": "TCP echo of 200 bytes, sandbox to host",
};

/**
 * What the harness itself costs, measured in each block; nothing is subtracted. A share near 100 % would mean that a
 * function's latency is the harness's.
 */
export function floorsTable(records: readonly LatencyRecord[], { cells }: Comparison): Table {
  const rows = Object.entries(titles).flatMap(([name, title]) => {
    const perFunction = records.filter(quotable).flatMap(({ label, baseline, floors = [] }) => {
      const own = floors.filter((floor) => floor.name === name);
      const baselineNs = cells.find((cell) => cell.label === label && cell.system === baseline)?.medianNs;
      return own.length === 0
        ? []
        : [{ own, share: median(own.map(({ medianNs }) => medianNs)) / (baselineNs ?? NaN) }];
    });
    const all = perFunction.flatMap(({ own }) => own);
    if (all.length === 0) return [];
    const shares = perFunction.map(({ share }) => share).filter(Number.isFinite);
    const medians = all.map(({ medianNs }) => medianNs);
    return [
      [
        title,
        String(all.length),
        String(all.reduce((sum, { n }) => sum + n, 0)),
        formatMs(median(medians)),
        `${formatMs(Math.min(...medians))} to ${formatMs(Math.max(...medians))}`,
        shares.length === 0 ? dash : range(shares),
      ],
    ];
  });
  return {
    columns: columns(
      "Floor",
      ">Blocks",
      ">Calls",
      ">Median ms",
      ">Range of medians ms",
      ">Share of the baseline's median",
    ),
    rows,
  };
}

function range(shares: readonly number[]): string {
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map((share) => formatDigits(100 * share, 2));
  return low === high ? `${low} %` : `${low} to ${high} %`;
}
