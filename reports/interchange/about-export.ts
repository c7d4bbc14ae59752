/** The first line marks the folder as ours: an export replaces it, and no other. */
export const exportMark = "# Results in the artifact's formats";

/** Beside the exported files, for whoever finds them. */
export const aboutExport = `${exportMark}

Written by kalium-bench with every report; do not keep your own files here.

- \`seclats.csv\` (Kalium), \`valvelats.csv\`, \`trapezelats.csv\`, and one for each further system: mean latency divided by
  gVisor's, per function of Figure 8. This is the artifact's statistic; the report's own ratio is paired by round, with
  an interval. \`nan\`: not measured, or void. Absent where the baseline was not gVisor.
- \`*lats_trimmed.csv\`: the same, cut at 5. The artifact's LaTeX reads these names: put them into its
  \`graphs/figure/data/\`.
- \`results_<system>/<runtime>_<calls>_<function>_results\`: mean and sample standard deviation, s. The artifact's
  \`compute_rel_graph_csv.py\` reads these folders.
- \`raw_<system>/<runtime>_<calls>_<function>\`: every measured call in order, s. Warm-up, cold calls and wrong answers
  are left out, time-outs count with their limit.

What these formats cannot say: blocks, order of the systems, failures. \`npm run import -- <this folder>\` reads them
again, as one block per file.
`;
