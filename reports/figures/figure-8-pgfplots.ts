/** Figure 8 as source for pgfplots, so that a paper sets it in its own font and size. Pure. */
import type { Comparison } from "../comparison.ts";
import { type Figure8Data, axisTop, drawnSystems } from "./figure-8-data.ts";
import { systemColours, systemTitle } from "./figure-order.ts";

/** Of a group of bars; the distance between groups is 1. */
const groupWidth = 0.84;

/** `caption`: a comment above the figure. Needs pgfplots 1.15 or newer. */
export function figure8Pgfplots(comparison: Comparison, data: Figure8Data, caption: string): string {
  const { groups, slots, systems, bars, gaps, bands, published } = data;
  const top = axisTop(data);
  const colours = systemColours(drawnSystems(comparison));
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const width = groupWidth / Math.max(1, slots.length);
  const groupAt = (name: string): number => groups.indexOf(name);
  const slotAt = (of: { readonly function: string; readonly system: string }): string =>
    rounded(groupAt(of.function) - groupWidth / 2 + (slots.indexOf(of.system) + 0.5) * width);
  const node = (x: string, y: number, { text, style }: { readonly text: string; readonly style: string }): string =>
    `  \\node[font=\\tiny, ${style}] at (axis cs:${x},${rounded(y)}) {${escapeTex(text)}};`;

  return [
    "% Needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.15}.",
    ...(caption === "" ? [] : [`% ${caption}`]),
    ...systems.map((_, index) => `\\definecolor{${colourName(index)}}{HTML}{${(colours[index] ?? "").slice(1)}}`),
    "\\begin{tikzpicture}",
    "\\begin{axis}[",
    "  width=\\linewidth, height=5cm, clip mode=individual, axis lines*=left,",
    `  xmin=-0.6, xmax=${rounded(groups.length - 0.4)}, ymin=0, ymax=${rounded(top)}, ytick distance=1, ymajorgrids, tick align=outside,`,
    `  ylabel={Latency relative to ${escapeTex(baseline)}}, label style={font=\\scriptsize},`,
    `  xtick={${groups.map((_, index) => index).join(",")}},`,
    `  xticklabels={${groups.map((group) => `{${escapeTex(group)}}`).join(",")}},`,
    "  x tick label style={rotate=90, anchor=east, font=\\tiny}, y tick label style={font=\\tiny},",
    "  legend columns=2, legend cell align=left,",
    "  legend style={at={(0.5,1.15)}, anchor=south, draw=none, fill=none, font=\\tiny},",
    "]",
    ...bands.map(
      ({ function: group, low, high }) =>
        `  \\fill[black!15] (axis cs:${rounded(groupAt(group) - 0.5)},${rounded(Math.min(low, top))}) rectangle ` +
        `(axis cs:${rounded(groupAt(group) + 0.5)},${rounded(Math.min(high, top))});`,
    ),
    ...systems.flatMap((system, index) => [
      `  \\addplot[ybar, area legend, bar width=${rounded(width)}, bar shift=0pt, draw=black, line width=0.2pt, fill=${colourName(index)},`,
      "    error bars/y dir=both, error bars/y explicit, error bars/error mark=none]",
      "    table[x=x, y=ratio, y error plus=plus, y error minus=minus, row sep=newline] {",
      "    x ratio plus minus",
      ...bars
        .filter((bar) => bar.system === system)
        .map((bar) => {
          const { ratio, low, high } = bar;
          return `    ${slotAt(bar)} ${rounded(ratio)} ${rounded((high ?? ratio) - ratio)} ${rounded(ratio - (low ?? ratio))}`;
        }),
      "    };",
      `  \\addlegendentry{${escapeTex(system)}}`,
    ]),
    ...[false, true].flatMap((cut) => {
      const marks = published.filter((mark) => mark.cut === cut);
      if (marks.length === 0) return [];
      return [
        `  \\addplot[only marks, mark=${cut ? "triangle*" : "diamond*"}, mark size=1.4pt, draw=black, mark options={fill=white}]`,
        "    table[x=x, y=ratio, row sep=newline] {",
        "    x ratio",
        ...marks.map((mark) => `    ${slotAt(mark)} ${rounded(Math.min(mark.ratio, top))}`),
        "    };",
        `  \\addlegendentry{${cut ? "published, cut: this or more" : "published"}}`,
      ];
    }),
    `  \\addplot[dashed] coordinates {(-0.6,1) (${rounded(groups.length - 0.4)},1)};`,
    `  \\addlegendentry{${escapeTex(baseline)} = 1}`,
    ...bars.flatMap((bar) =>
      bar.cutLabel === null
        ? []
        : [node(slotAt(bar), top, { text: bar.cutLabel, style: "rotate=90, anchor=west, inner sep=3pt" })],
    ),
    ...bars
      .filter(({ otherWork }) => otherWork)
      .map((bar) => node(slotAt(bar), 0, { text: "†", style: "anchor=south, inner sep=1pt" })),
    ...gaps.map((gap) =>
      gap.system === null
        ? node(String(groupAt(gap.function)), (1 + top) / 2, { text: gap.text, style: "rotate=90" })
        : node(slotAt({ function: gap.function, system: gap.system }), 0, {
            text: gap.text,
            style: "rotate=90, anchor=west, inner sep=1pt",
          }),
    ),
    "\\end{axis}",
    "\\end{tikzpicture}",
    "",
  ].join("\n");
}

const colourName = (index: number): string =>
  `kaliumbench${String.fromCodePoint(97 + (index % 26))}${"x".repeat(Math.floor(index / 26))}`;

const rounded = (value: number): string => String(Number(value.toFixed(4)));

const texOf: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "†": "\\textdagger{}",
  "×": "$\\times$",
  "≥": "$\\geq$",
};

const escapeTex = (text: string): string =>
  text.replaceAll(/[\\~^†×≥#$%&_{}]/g, (character) => texOf[character] ?? `\\${character}`);
