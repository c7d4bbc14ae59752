import { printLine, widthOf } from "../../reports/terminal-text.ts";
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
  const width = widthOf(process.stdout);
  for (const { reference, digest } of images) {
    const short = digest.slice(0, 19);
    const line = `${reference}  ${short}`;
    console.log(line.length <= width ? line : `${reference}\n  ${short}`);
  }
  printLine(`\n${images.length} images with Node ${about.node}, watchdog: ${about.watchdog}`);
}
