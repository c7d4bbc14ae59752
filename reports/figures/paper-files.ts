import type { Comparison } from "../comparison.ts";
import type { LatencyRecord } from "../records/record.ts";
import { artifactBuilds } from "./artifact-builds.ts";
import { caption } from "./caption.ts";
import { figure8, overlay } from "./figure-8.ts";
import { figure8Data } from "./figure-8-data.ts";
import { figure8Pgfplots } from "./figure-8-pgfplots.ts";
import { figureFormats } from "./figure-format.ts";
import { renderFigure } from "./render-figure.ts";

const formats = ["column", "slide"] as const;
const types = ["svg", "png", "pdf"] as const;

/** Names of what `paperFiles` writes. */
export const paperFileNames: readonly string[] = [
  ...formats.flatMap((format) => types.map((type) => `figure-8-${format}.${type}`)),
  "figure-8.tex",
];

/** Figure 8 for one column of a paper and for a slide, both without caption, and as source for pgfplots. */
export async function paperFiles(
  records: readonly LatencyRecord[],
  comparison: Comparison,
  { published, selected }: { readonly published: boolean; readonly selected?: readonly string[] | undefined },
): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const files: Record<string, string | Uint8Array> = {};
  for (const format of formats) {
    const spec = figure8(records, comparison, { published, selected, format: figureFormats[format] });
    const pictures = await renderFigure(spec);
    for (const type of types) files[`figure-8-${format}.${type}`] = pictures[type];
  }
  const data = figure8Data(comparison, { published: published ? overlay(comparison) : [], selected });
  files["figure-8.tex"] = figure8Pgfplots(
    comparison,
    data,
    caption(comparison, data, { builds: artifactBuilds(records) }),
  );
  return files;
}
