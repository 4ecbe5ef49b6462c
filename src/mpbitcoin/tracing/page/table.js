// The methods of the part that is in view: how often, how long, how much.

const COLUMNS = [
  { title: "Method", of: (row) => row.name },
  { title: "Side", of: (row) => row.side },
  { title: "Calls", of: (row) => row.count, show: (value) => value.toLocaleString("en") },
  { title: "Total", of: (row) => row.total, show: showKnown },
  { title: "Mean", of: (row) => row.mean, show: showKnown },
  { title: "p50", of: (row) => row.p50, show: showKnown },
  { title: "p99", of: (row) => row.p99, show: showKnown },
  { title: "Max", of: (row) => row.max, show: showKnown },
  { title: "Bytes", of: (row) => row.bytes, show: (value) => (value === UNKNOWN ? "" : showBytes(value)) },
  { title: "Failed", of: (row) => row.failed, show: (value) => String(value || "") },
];

/** A time of calls whose durations are known; below 0 when there are none. */
function showKnown(micros) {
  return micros < 0 ? "" : showTime(micros);
}

/** The smallest value that `part` of the ordered ones do not exceed (nearest rank). */
function percentile(ordered, part) {
  return ordered.length ? ordered[Math.max(0, Math.ceil(part * ordered.length) - 1)] : -1;
}

/** Figures of each method and side, of the calls that are shown and start within a span. */
function methodFigures(trace, layout, from, to) {
  const { start, duration, method, request, response } = trace;
  const found = new Map();
  const begin = firstPlace(0, trace.count, (row) => start[row] >= from);
  for (let call = begin; call < trace.count && start[call] <= to; call++) {
    if (layout.placeOf[call] < 0) continue;
    const key = 2 * method[call] + (trace.isServer(call) ? 1 : 0);
    let row = found.get(key);
    if (!row) {
      const side = trace.isServer(call) ? "server" : "client";
      row = { name: trace.methods[method[call]], side, count: 0, failed: 0, bytes: UNKNOWN, times: [], slowest: call };
      found.set(key, row);
    }
    row.count++;
    if (trace.isFailed(call)) row.failed++;
    for (const size of [request[call], response[call]]) {
      if (size !== UNKNOWN) row.bytes = size + (row.bytes === UNKNOWN ? 0 : row.bytes);
    }
    if (!trace.isMeasured(call)) continue;
    row.times.push(duration[call]);
    if (!trace.isMeasured(row.slowest) || duration[call] > duration[row.slowest]) row.slowest = call;
  }
  return [...found.values()].map(({ times, ...row }) => {
    const ordered = Float64Array.from(times).sort();
    const total = ordered.length ? ordered.reduce((sum, one) => sum + one) : -1;
    return {
      ...row, total, mean: ordered.length ? total / ordered.length : -1,
      p50: percentile(ordered, 0.5), p99: percentile(ordered, 0.99), max: ordered[ordered.length - 1] ?? -1,
    };
  });
}

class MethodsTable {
  /** A click on a method calls `pick(name)`, one on a slowest call `go(call)`. */
  constructor(pick, go) {
    this.table = document.querySelector("#methods");
    this.sortedBy = 3;
    this.descending = true;
    this.pick = pick;
    this.go = go;
    const heads = COLUMNS.map((column, place) => {
      const button = element("button", { type: "button" }, column.title);
      button.addEventListener("click", () => this.#sort(place));
      return element("th", column.show ? { class: "number" } : {}, button);
    });
    this.heads = heads;
    this.body = element("tbody", {});
    this.table.append(element("thead", {}, element("tr", {}, ...heads)), this.body);
  }

  #sort(place) {
    this.descending = this.sortedBy === place ? !this.descending : Boolean(COLUMNS[place].show);
    this.sortedBy = place;
    this.show(this.rows);
  }

  show(rows) {
    this.rows = rows;
    const { of, show } = COLUMNS[this.sortedBy];
    const order = (a, b) => (show ? of(a) - of(b) : of(a).localeCompare(of(b)));
    rows.sort((a, b) => (this.descending ? order(b, a) : order(a, b)));
    this.heads.forEach((head, place) => {
      if (place !== this.sortedBy) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
    });
    this.body.replaceChildren(...rows.map((row) => this.#row(row)));
  }

  #row(row) {
    const cells = COLUMNS.map(({ title, of, show }) => {
      const value = of(row);
      const text = show ? show(value) : value;
      if (title === "Method") return element("td", {}, this.#button(text, "show these only", () => this.pick(row.name)));
      if (title === "Max" && text) {
        return element("td", { class: "number" }, this.#button(text, "go to this call", () => this.go(row.slowest)));
      }
      return element("td", show ? { class: "number", title: String(value) } : {}, text);
    });
    return element("tr", {}, ...cells);
  }

  #button(text, title, act) {
    const button = element("button", { type: "button", title }, text);
    button.addEventListener("click", act);
    return button;
  }
}
