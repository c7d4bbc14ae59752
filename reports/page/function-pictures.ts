/** Small pictures of one function: how its calls are distributed, and how they went over time. SVG in the page's ink. */
import { systemTitle } from "../figures/figure-order.ts";
import { escapeHtml } from "../formats/escape-html.ts";
import { flagTexts } from "../tables/validity-tables.ts";
import type { LatencyRecord } from "../records/record.ts";
import { formatMs } from "../tables/numbers.ts";
import type { Course, Point, Spread } from "./function-series.ts";
import { logAxis } from "./log-axis.ts";

export interface Drawn {
  readonly system: string;
  readonly colour: string;
}

/** All pictures are as wide as this in their own units, so that their text can be read on a phone. */
const width = 360;
const right = width - 8;

/** A row per system: box of the quartiles, line from p5 to p95, median, and the slowest calls as dots. */
export function spreadPicture(label: string, spreads: readonly (Drawn & { readonly spread: Spread })[]): string {
  const axis = logAxis(
    spreads.flatMap(({ spread }) => [spread.least, spread.most]),
    { from: 8, to: right },
  );
  const rows = spreads.map(({ system, colour, spread }, index) => {
    const y = 22 + index * 30;
    const { p5, q1, median, q3, p95, slowest } = spread;
    const [x5, x1, x2, x3, x95] = [p5, q1, median, q3, p95].map((ns) => n(axis.at(ns)));
    const told = `${systemTitle(system)}: median ${formatMs(median)} ms, quartiles ${formatMs(q1)} to ${formatMs(q3)}, p5 ${formatMs(p5)}, p95 ${formatMs(p95)}, n = ${spread.count}`;
    return (
      `<g><title>${escapeHtml(told)}</title><text x="8" y="${y - 3}">${escapeHtml(systemTitle(system))}</text>` +
      `<path d="M${x5},${y + 6}H${x95}" stroke="currentColor"/>` +
      `<path d="M${x1},${y}H${x3}V${y + 12}H${x1}Z" fill="${colour}" stroke="currentColor" stroke-width="0.6"/>` +
      `<path d="M${x2},${y - 1}V${y + 13}" stroke="currentColor" stroke-width="2"/>` +
      slowest
        .map((ns) => `<circle cx="${n(axis.at(ns))}" cy="${y + 6}" r="1.5" fill="none" stroke="currentColor"/>`)
        .join("") +
      "</g>"
    );
  });
  const height = 22 + spreads.length * 30 + 18;
  const alt = spreads
    .map(({ system, spread }) => `${systemTitle(system)} median ${formatMs(spread.median)} ms`)
    .join(", ");
  return picture(`Distribution of the latency of ${label}: ${alt}`, height, [
    ...axis.ticks.map(({ at, text }) => verticalTick(at, text, height - 18)),
    ...rows,
  ]);
}

/** A line per system through the medians of neighbouring calls; blocks side by side. */
export function coursePicture(
  record: LatencyRecord,
  courses: readonly (Drawn & { readonly course: Course })[],
): string {
  const blocks = [...new Set(record.samples.map(({ block }) => block))].sort((a, b) => a - b);
  const all = courses.flatMap(({ course }) => [
    ...course.cold,
    ...course.warmup,
    ...course.failed,
    ...course.measured.flatMap(({ points }) => points),
  ]);
  const height = 196;
  const [top, bottom] = [18, height - 28];
  const axis = logAxis(
    all.map(({ ns }) => ns),
    { from: bottom, to: top },
  );
  const left = 40;
  const blockWidth = (right - left) / Math.max(1, blocks.length);
  const x = ({ block, share }: Point): string => n(left + (blocks.indexOf(block) + share) * blockWidth);
  const y = ({ ns }: Point): string => n(axis.at(ns));
  const lines = courses.map(({ system, colour, course }) => {
    const paths = course.measured.map(({ points, void: lost }) =>
      points.length === 0
        ? ""
        : `<path d="M${points.map((point) => `${x(point)},${y(point)}`).join("L")}" class="course" stroke="${colour}"${lost ? ' stroke-dasharray="2 2"' : ""}/>`,
    );
    return (
      `<g><title>${escapeHtml(systemTitle(system))}</title>${paths.join("")}` +
      course.warmup.map((point) => `<circle cx="${x(point)}" cy="${y(point)}" r="1" fill="${colour}"/>`).join("") +
      course.cold
        .map(
          (point) =>
            `<circle cx="${x(point)}" cy="${y(point)}" r="3" fill="none" stroke="${colour}" stroke-width="1.4"/>`,
        )
        .join("") +
      course.failed
        .map((point) => `<path d="M${x(point)},${y(point)}m-3,-3l6,6m0,-6l-6,6" stroke="currentColor"/>`)
        .join("") +
      "</g>"
    );
  });
  return picture(`Latency of ${record.label} over ${blocks.length} blocks, ${courses.length} systems`, height, [
    ...axis.ticks.map(({ at, text }) => horizontalTick(at, text, left)),
    ...blocks.map((block, index) =>
      blockMarks(record, block, {
        from: left + index * blockWidth,
        blockWidth,
        top,
        bottom,
        every: Math.ceil(blocks.length / 12),
        index,
      }),
    ),
    ...lines,
    `<text x="4" y="10">ms</text><text x="${right}" y="${height - 2}" text-anchor="end">block</text>`,
  ]);
}

interface BlockPlace {
  readonly from: number;
  readonly blockWidth: number;
  readonly top: number;
  readonly bottom: number;
  /** Only every so many blocks are numbered. */
  readonly every: number;
  readonly index: number;
}

/** Its border and number; grey where all of it is void; a triangle where something was noted. */
function blockMarks(
  { voids = [], flags = [] }: LatencyRecord,
  block: number,
  { from, blockWidth, top, bottom, every, index }: BlockPlace,
): string {
  const lost = voids.filter((entry) => (entry.block ?? block) === block);
  const noted = [
    ...new Set(
      flags
        .filter((entry) => entry.block === block)
        .map(({ kind, system }) => `${flagTexts[kind]}${system === undefined ? "" : ` (${systemTitle(system)})`}`),
    ),
  ];
  const whole = lost.filter(({ system }) => system === undefined);
  const reasons = lost.map(
    ({ system, reason }) => `void${system === undefined ? "" : ` (${systemTitle(system)})`}: ${reason}`,
  );
  return [
    whole.length === 0
      ? ""
      : `<rect x="${n(from)}" y="${top}" width="${n(blockWidth)}" height="${bottom - top}" fill="currentColor" fill-opacity="0.15"><title>${escapeHtml(reasons.join("; "))}</title></rect>`,
    `<path d="M${n(from)},${top}V${bottom}" stroke="currentColor" stroke-opacity="0.3"/>`,
    index % every === 0
      ? `<text x="${n(from + blockWidth / 2)}" y="${bottom + 13}" text-anchor="middle">${block}</text>`
      : "",
    lost.length > whole.length
      ? `<text x="${n(from + blockWidth / 2)}" y="${bottom - 3}" text-anchor="middle">v<title>${escapeHtml(reasons.join("; "))}</title></text>`
      : "",
    noted.length === 0
      ? ""
      : `<path d="M${n(from + blockWidth / 2 - 4)},${top - 8}h8l-4,7z" fill="currentColor"><title>${escapeHtml(noted.join("; "))}</title></path>`,
  ].join("");
}

const verticalTick = (at: number, text: string, bottom: number): string =>
  `<path d="M${n(at)},8V${bottom}" stroke="currentColor" stroke-opacity="0.2"/><text x="${n(at)}" y="${bottom + 12}" text-anchor="middle">${text}</text>`;

const horizontalTick = (at: number, text: string, left: number): string =>
  `<path d="M${left},${n(at)}H${right}" stroke="currentColor" stroke-opacity="0.2"/><text x="${left - 4}" y="${n(at + 4)}" text-anchor="end">${text}</text>`;

const picture = (alt: string, height: number, parts: readonly string[]): string =>
  `<svg class="small" role="img" aria-label="${escapeHtml(alt)}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>`;

/** A tenth of a unit is finer than any screen. */
const n = (value: number): string => String(Math.round(value * 10) / 10);
