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
  for (const { reference, digest } of images) console.log(`${reference}  ${digest.slice(0, 19)}`);
  console.log(`\n${images.length} images with Node ${about.node}, watchdog: ${about.watchdog}`);
}
