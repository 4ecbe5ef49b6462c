// The timeline: the visible part of the trace, changed with mouse and keys.

const LEAST_SPAN = 20; // µs in view at most zoom

class Timeline {
  /** Calls `changed` with "view" or "selection" after either has changed. */
  constructor(trace, changed) {
    this.trace = trace;
    this.changed = changed;
    this.box = document.querySelector("#timeline");
    this.canvas = this.box.querySelector("canvas");
    this.spacer = this.box.querySelector(".spacer");
    this.tip = document.querySelector("#tip");
    this.selected = -1;
    this.colours = readColours();
    this.overview = new Overview(trace, this);
    this.show(chooseCalls(trace, "", "all"));
    this.box.style.height = `${Math.min(this.layout.height + AXIS + 3, 0.55 * innerHeight)}px`;
    this.fit();
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = readColours();
      this.draw();
    });
    this.box.addEventListener("scroll", () => this.draw());
    this.#listenToPointer();
  }

  /** Shows the chosen calls only. */
  show(chosen) {
    this.layout = new Layout(this.trace, chosen);
    this.overview.count(chosen);
    this.draw();
  }

  fit() {
    this.look(0, this.trace.last);
  }

  /** Brings a span of time into view. */
  look(from, to) {
    const margin = this.trace.last * 0.02;
    const span = Math.min(Math.max(to - from, LEAST_SPAN), this.trace.last + 2 * margin);
    const middle = (from + to) / 2;
    this.from = Math.min(Math.max(middle - span / 2, -margin), this.trace.last + margin - span);
    this.to = this.from + span;
    this.draw();
    this.changed("view");
  }

  /** Zooms by a factor; the moment `time` stays in place. */
  zoom(factor, time = (this.from + this.to) / 2) {
    this.look(time - (time - this.from) * factor, time + (this.to - time) * factor);
  }

  pan(part) {
    const step = part * (this.to - this.from);
    this.look(this.from + step, this.to + step);
  }

  /** Selects a call, or nothing with -1; brings it into view if `reveal`. */
  select(call, reveal = false) {
    this.selected = call;
    if (call >= 0 && reveal) this.#reveal(call);
    this.draw();
    this.changed("selection");
  }

  /** Shows a call and its other side in the middle. */
  zoomTo(call) {
    if (call < 0) return;
    const { start, end, partner } = this.trace;
    const other = partner[call] < 0 ? call : partner[call];
    const from = Math.min(start[call], start[other]);
    const to = Math.max(end[call], end[other]);
    const around = Math.max(to - from, LEAST_SPAN) * 0.3;
    this.look(from - around, to + around);
    this.select(call, true);
  }

  #reveal(call) {
    const { start, end } = this.trace;
    const span = this.to - this.from;
    if (end[call] < this.from || start[call] > this.to) {
      this.look(start[call] - span / 3, start[call] + (2 * span) / 3);
    }
    const top = this.layout.topOf(call);
    const room = this.box.clientHeight - AXIS;
    if (top < this.box.scrollTop || top + ROW > this.box.scrollTop + room) {
      this.box.scrollTop = Math.max(0, top - room / 2);
    }
  }

  /** Draws in the next frame. */
  draw() {
    this.frame ??= requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    if (this.frame) cancelAnimationFrame(this.frame);
    this.frame = null;
    const { clientWidth: width, clientHeight: height } = this.box;
    const context = prepare(this.canvas, width, height);
    this.spacer.style.height = `${Math.max(0, this.layout.height + AXIS - height)}px`;
    const view = { from: this.from, to: this.to, top: this.box.scrollTop, width, height };
    this.picture = new Picture(context, this.trace, this.layout, view, this.colours);
    this.picture.draw(this.selected);
    this.overview.draw(this.colours, this.from, this.to);
  }

  #timeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left - GUTTER;
    return this.from + (x / (box.width - GUTTER)) * (this.to - this.from);
  }

  #callAt(event) {
    const box = this.canvas.getBoundingClientRect();
    if (event.clientX - box.left < GUTTER || event.clientY - box.top < AXIS) return -1;
    const near = (3 * (this.to - this.from)) / (box.width - GUTTER);
    const y = event.clientY - box.top - AXIS + this.box.scrollTop;
    return this.layout.callAt(y, this.#timeAt(event), near);
  }

  #listenToPointer() {
    let held = null;
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = { x: event.clientX, y: event.clientY, from: this.from, to: this.to, top: this.box.scrollTop, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held) return this.#hover(event);
      const [x, y] = [event.clientX - held.x, event.clientY - held.y];
      held.moved ||= Math.hypot(x, y) > 3;
      if (!held.moved) return undefined;
      this.box.classList.add("moving");
      this.tip.hidden = true;
      const step = (x / (canvas.clientWidth - GUTTER)) * (held.to - held.from);
      this.look(held.from - step, held.to - step);
      if (event.pointerType === "mouse") this.box.scrollTop = held.top - y;
      return undefined;
    });
    const release = (event) => {
      if (held && !held.moved && event.type === "pointerup") this.select(this.#callAt(event));
      held = null;
      this.box.classList.remove("moving");
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    canvas.addEventListener("dblclick", (event) => this.zoomTo(this.#callAt(event)));
    this.box.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) this.zoom(1.0015 ** event.deltaY, this.#timeAt(event));
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        this.pan((event.deltaX || event.deltaY) / 1000);
      } else return;
      event.preventDefault();
    }, { passive: false });
  }

  #hover(event) {
    const call = this.#callAt(event);
    this.tip.hidden = call < 0;
    if (call < 0) return;
    this.tip.textContent = describe(this.trace, call).tip;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${Math.min(event.clientX + 14, innerWidth - width - 8)}px`;
    const below = event.clientY + 18;
    this.tip.style.top = `${below + height > innerHeight ? event.clientY - height - 12 : below}px`;
  }
}

/** The bar above: the activity over time, and the part in view. */
class Overview {
  constructor(trace, timeline) {
    this.trace = trace;
    this.canvas = document.querySelector("#overview");
    let begun = null;
    const time = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return ((event.clientX - box.left) / box.width) * trace.last;
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      begun = time(event);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (begun === null) return;
      const [from, to] = [begun, time(event)].sort((a, b) => a - b);
      if ((to - from) * this.canvas.clientWidth > 4 * trace.last) timeline.look(from, to);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const [here, span] = [time(event), timeline.to - timeline.from];
      const dragged = Math.abs(here - begun) * this.canvas.clientWidth > 4 * trace.last;
      if (begun !== null && !dragged) timeline.look(here - span / 2, here + span / 2);
      begun = null;
    });
  }

  /** Counts the starts of the chosen calls, and the failures, in parts of the trace. */
  count(chosen) {
    const { start, last } = this.trace;
    this.starts = new Uint32Array(600);
    this.failures = new Uint8Array(600);
    chosen.forEach((one, call) => {
      if (!one) return;
      const part = Math.min(599, Math.floor((600 * start[call]) / last));
      this.starts[part]++;
      if (this.trace.isFailed(call)) this.failures[part] = 1;
    });
    this.most = this.starts.reduce((most, one) => Math.max(most, one), 1);
  }

  draw(colours, from, to) {
    const [width, height] = [this.canvas.parentElement.clientWidth, 44];
    const context = prepare(this.canvas, width, height);
    this.starts.forEach((count, part) => {
      if (!count) return;
      const tall = 2 + (height - 8) * Math.sqrt(count / this.most);
      context.fillStyle = colours.hues[0];
      context.fillRect((part * width) / 600, height - tall, Math.max(1, width / 600), tall);
      if (!this.failures[part]) return;
      context.fillStyle = colours.failed;
      context.fillRect((part * width) / 600, height - 6, Math.max(2, width / 600), 6);
    });
    const left = Math.max(0, (from / this.trace.last) * width);
    const right = Math.min(width, (to / this.trace.last) * width);
    context.globalAlpha = 0.5;
    context.fillStyle = colours.card;
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, width - right, height);
    context.globalAlpha = 1;
    context.strokeStyle = colours.ink;
    context.strokeRect(left + 0.5, 0.5, Math.max(2, right - left - 1), height - 1);
  }
}
