import { expect, test } from "vitest";
import { imagesText } from "./print-images.ts";

const list = {
  node: "24.21.0",
  watchdog: "kalium-bench" as const,
  images: ["short", `registry.example/kalium-bench/${"long-".repeat(7)}name:vanilla`].map((reference) => ({
    reference,
    digest: `sha256:${"0123456789abcdef".repeat(4)}`,
  })),
};

test("in a file every image has one line, on a terminal as many as it needs", () => {
  expect(imagesText(list, Infinity).split("\n").slice(0, 2)).toEqual([
    "short  sha256:0123456789ab",
    expect.stringMatching(/^registry.*:vanilla {2}sha256:0123456789ab$/),
  ]);
  const lines = imagesText(list, 80).split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.slice(0, 3)).toEqual(["short  sha256:0123456789ab", list.images[1]?.reference, "  sha256:0123456789ab"]);
  expect(imagesText(list, 40).split("\n").slice(-2)).toEqual(["2 images with Node 24.21.0, watchdog:", "kalium-bench"]);
});
