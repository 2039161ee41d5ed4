// A histogram of the similarity of copies, and a slider that hides weaker ones.

/** Width of a column, in percent. */
const BIN = 5;

/** Returns the number of copies by similarity, in columns of `BIN` percent. */
function similarityBins(all) {
  const bins = Array.from({ length: 100 / BIN }, () => 0);
  for (const { cluster } of all) {
    for (const member of copiesOf(cluster)) {
      bins[Math.min(bins.length - 1, Math.floor((member.resemblance * 100) / BIN))] += 1;
    }
  }
  return bins;
}

/** The members of a story that are copies. An overlap is one copy. */
function copiesOf({ members }) {
  const copies = members.filter((member) => kindOf(member) !== undefined);
  return copies[0]?.relation === "overlap" ? copies.slice(0, 1) : copies;
}

/** Draws the histogram of these entries. Columns below the slider are hollow. */
function drawHistogram(box, bins, similarity) {
  const [height, width] = [54, 100 / bins.length];
  const most = Math.max(1, ...bins);
  const columns = bins.map((number, at) => {
    const tall = number ? Math.max(2, (number / most) * height) : 0;
    const isHidden = (at + 1) * BIN <= similarity;
    return svg("g", {}, svg("title", {}, `${at * BIN} to ${(at + 1) * BIN}%: ${count(number)}`),
      svg("rect", { class: isHidden ? "hidden-copies" : "copies", x: `${at * width + 0.4}%`, width: `${width - 0.8}%`, y: height - tall, height: tall }));
  });
  const label = bins.map((number, at) => [number, at]).filter(([number]) => number)
    .map(([number, at]) => `${at * BIN} to ${(at + 1) * BIN}%: ${count(number)}`).join("; ");
  box.replaceChildren(svg("svg", { role: "img", "aria-label": `Copies by similarity. ${label}`, width: "100%", height: height + 1 }, columns,
    svg("line", { class: "baseline", x1: 0, x2: "100%", y1: height + 0.5, y2: height + 0.5 })));
}
