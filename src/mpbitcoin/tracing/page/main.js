// Assembles the page.

/** The known facts of a call: as {title, facts, error} for the panel, and as a short text. */
function describe(trace, call) {
  const lane = trace.lanes[trace.lane[call]];
  const side = trace.isServer(call) ? "server" : "client";
  const title = trace.methods[trace.method[call]];
  const length = trace.isMeasured(call) ? showTime(trace.duration[call]) : "not known";
  const took = trace.isFinished(call) ? length : "no end in the log";
  const number = trace.number[call] === UNKNOWN ? "" : ` #${trace.number[call]}`;
  const other = trace.partner[call];
  const sizes = `${showBytes(trace.request[call])} → ${showBytes(trace.response[call])}`;
  const facts = [
    ["side", side + number],
    ["process", trace.processes[lane.process].name],
    ["thread", lane.thread],
    ...(lane.peer ? [["works for", lane.peer]] : []),
    ["duration", took],
    ...(trace.begin === null ? [] : [
      ["at", `${showTime(trace.start[call])} from the start`],
      ["clock", clock(trace, call)],
    ]),
    ["request", showBytes(trace.request[call])],
    ["response", showBytes(trace.response[call])],
  ];
  if (trace.wait[call] !== UNKNOWN) facts.push(["waited", `${showTime(trace.wait[call])} for its thread`]);
  if (other >= 0 && trace.isMeasured(call) && trace.isMeasured(other)) {
    facts.push(["on the way", `${showTime(Math.abs(trace.duration[call] - trace.duration[other]))} there and back`]);
  }
  const error = trace.isFailed(call) ? trace.errors[trace.error[call]] : "";
  const tip = `${title}\n${side}${number}, ${took}\n${sizes}${error ? `\nfailed: ${error}` : ""}`;
  return { title, facts, error, tip };
}

/** The time of day, UTC, as the log has it. */
function clock(trace, call) {
  const micros = Math.round(trace.begin + trace.start[call]);
  const second = new Date(Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(micros % 1e6).padStart(6, "0")}Z`;
}

class App {
  constructor(trace) {
    this.trace = trace;
    this.filter = document.querySelector("#filter");
    this.kind = document.querySelector("#kind");
    this.details = document.querySelector("#details");
    this.busy = document.querySelector("#busy");
    this.lanes = null; // those that are shown, if not all
    this.table = new MethodsTable((name) => this.only(name), (call) => this.timeline.zoomTo(call));
    this.timeline = new Timeline(trace, (what) => (what === "view" ? this.#later() : this.#showDetails()));
    this.#legend();
    const again = () => this.choose();
    this.filter.addEventListener("input", again);
    this.kind.addEventListener("change", again);
    for (const button of document.querySelectorAll("[data-key]")) {
      button.addEventListener("click", () => this.press(button.dataset.key));
    }
    document.addEventListener("keydown", (event) => this.#key(event));
    this.choose();
  }

  /** Shows the calls that filter and kind allow. */
  choose() {
    this.timeline.show(chooseCalls(this.trace, this.filter.value, this.kind.value, this.lanes));
    const { count } = this.timeline.layout;
    document.querySelector("#shown").textContent = `${count.toLocaleString("en")} calls shown`;
    this.showTable();
  }

  /** Shows only the threads that have calls in view now, or all again. */
  toggleLanes(wanted = !this.lanes) {
    this.lanes = wanted ? lanesWithin(this.trace, this.timeline.from, this.timeline.to) : null;
    this.busy.setAttribute("aria-pressed", String(wanted));
    this.choose();
    if (this.timeline.selected >= 0) this.timeline.select(this.timeline.selected, true);
  }

  /** Shows the calls of one method. */
  only(name) {
    this.filter.value = name;
    this.choose();
  }

  showTable() {
    const { from, to, layout } = this.timeline;
    const whole = from <= 0 && to >= this.trace.last;
    document.querySelector("#part").textContent = whole ? "in the whole trace" : `in the ${showTime(to - from)} in view`;
    this.table.show(methodFigures(this.trace, layout, from, to));
  }

  /** Updates the table when the view stops changing. */
  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.showTable(), 150);
  }

  #legend() {
    const shown = this.trace.interfaces.slice(0, 8).map((name, place) => {
      const mark = element("i", {});
      mark.style.setProperty("--hue", `var(--hue${place})`);
      return element("span", {}, mark, name);
    });
    document.querySelector("#interfaces").append(...shown);
  }

  #showDetails() {
    const call = this.timeline.selected;
    this.details.hidden = call < 0;
    if (call < 0) return;
    const { title, facts, error } = describe(this.trace, call);
    const list = facts.map(([name, value]) => element("div", {},
      element("dt", {}, name), element("dd", value.length < 30 ? { class: "short" } : {}, value)));
    const keys = [["z", "zoom to it"], ["p", "previous of the thread"], ["n", "next of the thread"]];
    if (this.trace.partner[call] >= 0) keys.unshift(["o", "other side"]);
    this.details.replaceChildren(
      element("h3", {}, title), element("dl", {}, ...list),
      ...(error ? [element("p", { class: "error" }, `failed: ${error}`)] : []),
      ...keys.map(([key, text]) => {
        const button = element("button", { type: "button", title: key }, text);
        button.addEventListener("click", () => this.press(key));
        return button;
      }),
    );
  }

  #goOn(step) {
    const { selected, layout } = this.timeline;
    if (selected < 0) {
      const first = firstPlace(0, this.trace.count, (n) => this.trace.start[n] >= this.timeline.from);
      const shown = layout.placeOf.findIndex((place, call) => place >= 0 && call >= first);
      return this.timeline.select(shown, true);
    }
    const next = layout.neighbour(selected, step);
    return next < 0 ? undefined : this.timeline.select(next, true);
  }

  #goToOtherSide() {
    const other = this.trace.partner[this.timeline.selected] ?? -1;
    if (other < 0) return;
    if (this.timeline.layout.topOf(other) < 0) {
      this.kind.value = "all";
      this.toggleLanes(false);
    }
    this.timeline.select(other, true);
  }

  /** Handles a key; false for keys without a function. */
  press(key) {
    const timeline = this.timeline;
    const acts = {
      ArrowLeft: () => timeline.pan(-0.15),
      ArrowRight: () => timeline.pan(0.15),
      ArrowUp: () => { timeline.box.scrollTop -= 3 * ROW; },
      ArrowDown: () => { timeline.box.scrollTop += 3 * ROW; },
      "+": () => timeline.zoom(1 / 1.6),
      "=": () => timeline.zoom(1 / 1.6),
      "-": () => timeline.zoom(1.6),
      0: () => timeline.fit(),
      t: () => this.toggleLanes(),
      n: () => this.#goOn(1),
      p: () => this.#goOn(-1),
      o: () => this.#goToOtherSide(),
      z: () => timeline.zoomTo(timeline.selected),
      "/": () => this.filter.focus(),
      Escape: () => timeline.select(-1),
    };
    if (!Object.hasOwn(acts, key)) return false;
    acts[key]();
    return true;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inField = event.target.closest("input, select, button, summary");
    if (inField && event.key === "Escape") this.timeline.box.focus();
    if (inField) return;
    // Arrows scroll the page, unless the timeline has the focus.
    if (event.key.startsWith("Arrow") && event.target !== this.timeline.box) return;
    if (this.press(event.key)) event.preventDefault();
  }
}

let app = null;
loadTrace().then((trace) => {
  app = new App(trace);
  document.documentElement.dataset.ready = "yes";
}).catch((error) => {
  document.querySelector("#timeline").textContent = `The trace cannot be shown: ${error.message}`;
});
