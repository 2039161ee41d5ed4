// A story for other programs: its members as CSV, and a link to it.

const CSV_COLUMNS = ["story", "document", "title", "publisher", "date", "url", "credit", "relation", "similarity", "words", "share_of_document", "share_of_representative", "file"];

/** Returns the members of an entry as CSV (RFC 4180). */
function membersAsCsv(entry) {
  const rows = inOrder(entry).map((at) => {
    const member = entry.cluster.members[at];
    return [nameOf(entry), member.id, titleOf(entry, at), member.source, member.date, member.url, member.credit, member.relation,
      member.resemblance, member.words, member.containment, member.containment_representative, member.path];
  });
  return [CSV_COLUMNS, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

/** Quotes a cell. Text that a spreadsheet would run as a formula gets a leading apostrophe, as in dedupe -f csv. */
function csvCell(value) {
  if (typeof value === "number") return String(value);
  const text = shown(String(value ?? "")).replace(/^(?=\s*[=+\-@＝＋－＠−])/u, "'");
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function saveCsv(entry) {
  const file = new Blob(["\ufeff", membersAsCsv(entry)], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(file);
  const name = entry.cluster.id.replace(/[^\w-]+/gu, "_");
  el("a", { href: address, download: `${entry.isOverlap ? "overlap" : "story"}-${name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A button that copies the address of the entry. Where the browser does not allow that, it shows the address. */
function copyLinkButton(entry) {
  const button = el("button", { type: "button", id: "copy-link" }, "Copy link");
  const holder = el("span", { class: "link-holder" }, button);
  button.addEventListener("click", async () => {
    const address = new URL(`#${entryPath(entry)}`, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Link copied";
    } catch {
      const field = el("input", { readonly: true, value: address, "aria-label": "Link to this story" });
      holder.replaceChildren(field);
      field.select();
    }
  });
  return holder;
}
