/**
 * A policy with the events of the artifact's sample (`policy_test.json`), whose hashes are published vectors, and the
 * graph that its observed verdicts imply.
 */
const chain = (length: number) => Array.from({ length: length - 1 }, (_, index) => ({ "0": index, "1": [index + 1] }));

export const samplePolicy = () => ({
  NAME: "default",
  EVENTID: [
    { h: 1812729574, e: 0 }, // GETE cs.wisc.edu POST
    { h: 1606744180, e: 1 }, // SEND www.wisc.edu GET
    { h: 1638347932, e: 2 }, // SEND www.google.com GET
    { h: 3047131961, e: 3 }, // SEND www.facebook.com GET
    { h: 4256792839, e: 4 }, // ENDE function 0
  ],
  URL: [] as string[],
  IP: [] as string[],
  IO: [] as string[],
  IOR: 1,
  NETR: 1,
  GLOBALGRAPH: {
    ns: [1, 1, 1, 2, 1].map((cnt, id) => ({ id, cnt })),
    es: chain(5),
  } as Record<string, unknown>,
  LOCALGRAPH: [
    {
      NAME: "test0",
      EVENTID: [
        { h: 1606744180, e: 0 },
        { h: 1638347932, e: 1 },
        { h: 3047131961, e: 2 },
      ],
      ns: [1, 1, 2].map((cnt, id) => ({ id, cnt })),
      es: chain(3),
    } as Record<string, unknown>,
  ],
});

export type SamplePolicy = ReturnType<typeof samplePolicy>;
