// Runs in the page, as a reader would use it: with keys, clicks and the pointer.
"use strict";
const seen = {errors: [], dark: matchMedia("(prefers-color-scheme: dark)").matches};
addEventListener("securitypolicyviolation", (event) => seen.errors.push(event.blockedURI));
addEventListener("error", (event) => seen.errors.push(event.message));

const line = () => app.timeline;
const press = (key, target = line().box) =>
  target.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const inView = () => [line().from, line().to];
const drawn = () => { line().drawNow(); return [line().picture.drawn, line().picture.drawnArrows]; };
const rows = () => [...document.querySelectorAll("#methods tbody tr")]
  .map((row) => [...row.cells].map((cell) => cell.textContent));
const details = () => document.querySelector("#details").innerText;

/** The place of a call's bar in the window. */
function place(call) {
  const box = line().canvas.getBoundingClientRect();
  const middle = (app.trace.start[call] + app.trace.end[call]) / 2;
  return {
    clientX: box.left + GUTTER + (middle - line().from) / (line().to - line().from) * (box.width - GUTTER),
    clientY: box.top + AXIS + line().layout.topOf(call) - line().box.scrollTop + ROW / 2,
    bubbles: true, button: 0, pointerId: 1, pointerType: "mouse",
  };
}
function point(kind, call, shift = 0) {
  const at = place(call);
  line().canvas.dispatchEvent(new PointerEvent(kind, {...at, clientX: at.clientX + shift}));
}
function colourOf(call) {
  const at = place(call);
  const box = line().canvas.getBoundingClientRect();
  const scale = line().canvas.width / box.width;
  const x = (at.clientX - box.left) * scale;
  const y = (at.clientY - box.top - ROW / 2 + 3) * scale;
  return [...line().canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
}

function probe() {
  const {trace} = app;
  line().canvas.setPointerCapture = () => {};
  seen.count = trace.count;
  seen.partners = [...trace.partner];
  seen.starts = [...trace.start];
  seen.shown = document.querySelector("#shown").textContent;
  seen.figures = methodFigures(trace, line().layout, -1, Infinity)
    .map(({name, side, count, failed, total, p50, p99, max, bytes}) =>
      [name, side, count, failed, total, p50, p99, max, bytes]);
  seen.table = rows();
  seen.lanes = line().layout.lanes.map(({lane}) => trace.lanes[lane].label);
  seen.overlaps = line().layout.rows.filter(({calls}) =>
    calls.some((call, n) => n && trace.start[call] < trace.end[calls[n - 1]])).length;
  seen.whole = [inView(), ...drawn(), trace.last];

  const failed = trace.error.findIndex((one) => one !== UNKNOWN);
  line().zoomTo(failed);
  seen.zoomed = [inView(), ...drawn(), [trace.start[failed], trace.end[failed]]];
  seen.colours = {failed: colourOf(failed), want: readColours().failed};
  seen.failed = details();
  for (let n = 0; n < 9; n++) press("+");
  press("t");
  seen.busy = [inView(), line().layout.lanes.length, document.querySelector("#busy").ariaPressed];
  press("t");
  seen.all = [line().layout.lanes.length, document.querySelector("#busy").ariaPressed];
  press("o");
  seen.other = [line().selected, trace.partner[failed], details()];
  press("Escape");
  seen.escaped = [line().selected, document.querySelector("#details").hidden];

  line().zoomTo(40);
  line().select(-1);
  line().drawNow();
  point("pointermove", 40);
  const tip = document.querySelector("#tip");
  const tipBox = tip.getBoundingClientRect();
  seen.tip = [tip.hidden, tip.textContent, tipBox.right <= innerWidth && tipBox.bottom <= innerHeight];
  point("pointerdown", 40);
  point("pointerup", 40);
  seen.clicked = line().selected;
  press("n");
  press("p");
  seen.thereAndBack = line().selected;
  const before = inView();
  point("pointerdown", 40);
  point("pointermove", 40, -60);
  point("pointerup", 40, -60);
  seen.dragged = [before, inView()];
  press("ArrowRight");
  seen.moved = inView();
  press("+");
  seen.nearer = inView();
  press("0");
  seen.back = inView();

  const filter = document.querySelector("#filter");
  press("/");
  seen.focus = document.activeElement === filter;
  filter.value = "WALLET -balances";
  filter.dispatchEvent(new Event("input"));
  seen.filtered = [line().layout.count, rows().map((row) => row[0])];
  press("n", filter);
  seen.typed = line().selected;
  document.querySelector("#methods tbody button").click();
  seen.picked = [filter.value, rows().map((row) => row[0])];
  filter.value = "";
  const kind = document.querySelector("#kind");
  kind.value = "failed";
  kind.dispatchEvent(new Event("change"));
  seen.failures = line().layout.count;
  kind.value = "all";
  kind.dispatchEvent(new Event("change"));
  const heads = [...document.querySelectorAll("#methods th button")];
  heads.find((head) => head.textContent === "Calls").click();
  seen.sorted = rows().map((row) => Number(row[2].replaceAll(",", "")));
  seen.sortMark = [...document.querySelectorAll("#methods th")].map((head) => head.ariaSort);
  seen.fits = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  seen.text = document.body.innerText;
}

const wait = setInterval(() => {
  if (!document.documentElement.dataset.ready) return;
  clearInterval(wait);
  try { probe(); } catch (error) { seen.errors.push(error.stack); }
  const out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify(seen);
  document.body.append(out);
}, 10);
