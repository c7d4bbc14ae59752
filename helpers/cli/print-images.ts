import { inLines, widthOf } from "../../reports/terminal-text.ts";
import type { ImageList } from "../cluster/images/build.ts";

export function print({ images, ...about }: ImageList, json: true | undefined): void {
  if (json) {
    const shown = images.map(({ reference, variant, function: name, digest, contentDigest, sizeBytes }) => ({
      reference,
      variant,
      function: name,
      digest,
      contentDigest,
      sizeBytes,
    }));
    console.log(JSON.stringify({ ...about, images: shown }, null, 2));
    return;
  }
  console.log(imagesText({ images, ...about }, widthOf(process.stdout)));
}

/** A line per image; two where a terminal of `width` characters has no room for its digest beside its name. */
export function imagesText(
  {
    images,
    node,
    watchdog,
  }: Pick<ImageList, "node" | "watchdog"> & {
    readonly images: readonly Pick<ImageList["images"][number], "reference" | "digest">[];
  },
  width: number,
): string {
  const lines = images.map(({ reference, digest }) => {
    const line = `${reference}  ${digest.slice(0, 19)}`;
    return line.length <= width ? line : line.replace("  ", "\n  ");
  });
  return [...lines, "", inLines(`${images.length} images with Node ${node}, watchdog: ${watchdog}`, width)].join("\n");
}
