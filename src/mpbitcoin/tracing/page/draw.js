// Draws on a canvas. Calls closer together than a pixel become one block, so that the work for a
// picture depends on its size, not on the number of calls.

const GUTTER = 210; // px, left of the bars, for the threads' names
const AXIS = 24; // px, above the bars
const MOST_ARROWS = 150;
const ARROW_WIDTH = 10; // px, the least width of a bar that gets arrows

/** Colours of the present scheme. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    card: colour("card"), ink: colour("ink"), soft: colour("soft"), line: colour("line"), band: colour("band"),
    failed: colour("failed"), focus: colour("focus"),
    hues: [0, 1, 2, 3, 4, 5, 6, 7].map((hue) => colour(`hue${hue}`)),
  };
}

/** Makes a canvas that is `width` × `height` CSS pixels sharp, and clears it. */
function prepare(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  return context;
}

/** Round times within a span, about one per 110 pixels. */
function ticks(from, to, width) {
  const least = (to - from) / Math.max(1, width / 110);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least);
  const times = [];
  for (let n = Math.ceil(from / step); n * step <= to; n++) times.push(n * step);
  return { step, times };
}

/** A time on the axis, with the precision of the ticks. */
function tickText(time, step) {
  const [unit, size] = step < 1000 && time < 1e6 ? ["µs", 1] : step < 1e6 && time < 1e9 ? ["ms", 1e3] : ["s", 1e6];
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / size) - 1e-9)));
  return `${(time / size).toFixed(digits)} ${unit}`;
}

/** One picture of the calls of a layout. */
class Picture {
  constructor(context, trace, layout, view, colours) {
    Object.assign(this, { context, trace, layout, view, colours });
    this.scale = (view.width - GUTTER) / (view.to - view.from);
    this.arrows = [];
    this.blocks = new Map(); // colour -> flat list of left, top, width
    this.drawn = 0;
  }

  x(time) {
    return GUTTER + (time - this.view.from) * this.scale;
  }

  draw(selected) {
    const { context, layout, view } = this;
    context.save();
    context.beginPath();
    context.rect(0, AXIS, view.width, view.height - AXIS);
    context.clip();
    context.translate(0, AXIS - view.top);
    this.#grid();
    const bottom = view.top + view.height;
    const rows = layout.rows;
    for (let n = firstPlace(0, rows.length, (k) => rows[k].top + ROW > view.top); n < rows.length; n++) {
      if (rows[n].top > bottom) break;
      this.#row(rows[n]);
    }
    this.#drawBlocks();
    this.#arrows(selected);
    if (selected >= 0) this.#mark(selected);
    this.#names(bottom);
    context.restore();
    this.#axis();
  }

  #grid() {
    const { context, view, colours } = this;
    context.fillStyle = colours.line;
    this.ticks = ticks(view.from, view.to, view.width - GUTTER);
    for (const time of this.ticks.times) context.fillRect(Math.round(this.x(time)), view.top, 1, view.height);
  }

  #row({ calls, failures, top }) {
    const { start, end } = this.trace;
    const { from, to } = this.view;
    const thin = 2 / this.scale;
    let place = firstPlace(0, calls.length, (n) => end[calls[n]] >= from);
    while (place < calls.length && start[calls[place]] <= to) {
      const call = calls[place];
      if (end[call] - start[call] >= thin) {
        this.#bar(call, top);
        place++;
        continue;
      }
      const pixel = Math.floor(this.x(start[call]));
      const until = from + (pixel + 1 - GUTTER) / this.scale;
      let next = this.#firstFrom(calls, place + 1, until);
      const last = calls[next - 1];
      if (next - 1 > place && end[last] - start[last] >= thin) next--;
      this.#block(pixel, top, call, failures[next] > failures[place]);
      place = next;
    }
  }

  /** First place of a call that starts at `time` or later; looked for in growing steps. */
  #firstFrom(calls, from, time) {
    const { start } = this.trace;
    let step = 1;
    while (from + step < calls.length && start[calls[from + step]] < time) step *= 2;
    return firstPlace(from, Math.min(calls.length, from + step), (n) => start[calls[n]] >= time);
  }

  #hue(call) {
    const hues = this.colours.hues;
    return hues[this.trace.interfaceOf[this.trace.method[call]] % hues.length];
  }

  /** Notes a block of a pixel's width; one that touches the last of its colour widens that. */
  #block(pixel, top, call, failed) {
    this.drawn++;
    const colour = (failed ? this.colours.failed : this.#hue(call)) + (this.trace.isServer(call) ? "" : "90");
    let list = this.blocks.get(colour);
    if (!list) this.blocks.set(colour, (list = []));
    const end = list.length;
    if (end && list[end - 2] === top && list[end - 3] + list[end - 1] === pixel) list[end - 1]++;
    else list.push(pixel, top, 1);
  }

  #drawBlocks() {
    for (const [colour, list] of this.blocks) {
      this.context.fillStyle = colour;
      for (let n = 0; n < list.length; n += 3) this.context.fillRect(list[n], list[n + 1] + 1, list[n + 2], ROW - 3);
    }
  }

  #bar(call, top) {
    const { context, trace, colours, view } = this;
    this.drawn++;
    const left = Math.max(this.x(trace.start[call]), GUTTER - 4);
    const right = Math.min(this.x(trace.end[call]), view.width + 4);
    const width = Math.max(1, right - left - (right - left > 6 ? 1 : 0));
    const server = trace.isServer(call);
    const hue = trace.isFailed(call) ? colours.failed : this.#hue(call);
    context.fillStyle = hue;
    if (!trace.isFinished(call) && width > 4) {
      const fade = context.createLinearGradient(left, 0, right, 0);
      fade.addColorStop(0, hue);
      fade.addColorStop(1, colours.card);
      context.fillStyle = fade;
    }
    context.globalAlpha = server ? 1 : 0.3;
    context.fillRect(left, top + 1, width, ROW - 3);
    context.globalAlpha = 1;
    if (!server) {
      context.fillRect(left, top + 1, Math.min(2, width), ROW - 3);
      context.fillRect(left, top + ROW - 3, width, 1);
    }
    if (width > 34) this.#label(call, left, width, top, server);
    if (!server && trace.partner[call] >= 0 && width >= ARROW_WIDTH) this.arrows.push(call);
  }

  #label(call, left, width, top, light) {
    const { context, trace, colours } = this;
    const whole = trace.methods[trace.method[call]];
    const shown = Math.max(left, GUTTER) + 5;
    const room = left + width - shown - 3;
    const text = 6.3 * whole.length < room ? whole : whole.slice(whole.lastIndexOf(".") + 1);
    const most = Math.floor(room / 6.3);
    if (most < 3) return;
    context.fillStyle = light ? "#fff" : colours.ink;
    context.fillText(text.length > most ? `${text.slice(0, most - 1)}…` : text, shown, top + ROW / 2);
  }

  #arrows(selected) {
    const { context, trace, colours } = this;
    context.save();
    context.beginPath();
    context.rect(GUTTER, this.view.top, this.view.width - GUTTER, this.view.height);
    context.clip();
    let drawn = this.arrows.length > MOST_ARROWS ? [] : this.arrows;
    if (selected >= 0) {
      const client = trace.isServer(selected) ? trace.partner[selected] : selected;
      if (client >= 0 && !drawn.includes(client)) drawn = [...drawn, client];
    }
    this.drawnArrows = 0;
    for (const client of drawn) {
      const server = trace.partner[client];
      const [from, to] = [this.layout.topOf(client), this.layout.topOf(server)];
      if (server < 0 || from < 0 || to < 0) continue;
      this.drawnArrows++;
      const strong = selected >= 0 && (client === selected || server === selected);
      context.strokeStyle = context.fillStyle = strong ? colours.ink : colours.soft;
      context.globalAlpha = strong ? 1 : 0.45;
      this.#arrow(trace.start[client], from, trace.start[server], to);
      if (trace.isFinished(client) && trace.isFinished(server)) {
        this.#arrow(trace.end[server], to, trace.end[client], from);
      }
    }
    context.restore();
  }

  #arrow(begin, top, finish, bottom) {
    const { context } = this;
    const down = bottom > top;
    const [x0, x1] = [this.x(begin), this.x(finish)];
    const [y0, y1] = down ? [top + ROW - 2, bottom + 1] : [top + 1, bottom + ROW - 2];
    const angle = Math.atan2(y1 - y0, x1 - x0);
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.beginPath();
    context.moveTo(x1, y1);
    for (const side of [2.8, -2.8]) context.lineTo(x1 + 6 * Math.cos(angle + side), y1 + 6 * Math.sin(angle + side));
    context.fill();
  }

  #mark(selected) {
    const { context, trace, colours } = this;
    for (const call of [selected, trace.partner[selected]]) {
      const top = call < 0 ? -1 : this.layout.topOf(call);
      if (top < 0) continue;
      const left = Math.max(this.x(trace.start[call]), GUTTER - 4);
      const right = Math.min(this.x(trace.end[call]), this.view.width + 4);
      if (right < GUTTER || left > this.view.width) continue;
      context.strokeStyle = call === selected ? colours.ink : colours.soft;
      context.lineWidth = 2;
      context.strokeRect(left - 1, top, Math.max(3, right - left + 1), ROW - 1);
      context.lineWidth = 1;
    }
  }

  #names(bottom) {
    const { context, trace, layout, view, colours } = this;
    context.fillStyle = colours.card;
    context.fillRect(0, view.top, GUTTER, view.height);
    context.fillStyle = colours.line;
    context.fillRect(GUTTER - 1, view.top, 1, view.height);
    for (const { lane, top, height } of layout.lanes) {
      if (top + height < view.top || top > bottom) continue;
      context.fillStyle = colours.line;
      context.fillRect(0, top + height + 2, view.width, 1);
      context.fillStyle = colours.soft;
      context.fillText(shorten(context, trace.lanes[lane].label, GUTTER - 26), 18, top + ROW / 2);
    }
    context.font = "bold 12px system-ui, sans-serif";
    for (const { text, top } of layout.heads) {
      context.fillStyle = colours.band;
      context.fillRect(0, top, view.width, HEAD - 3);
      context.fillStyle = colours.ink;
      context.fillText(text, 8, top + (HEAD - 3) / 2);
    }
    context.font = "11px system-ui, sans-serif";
  }

  #axis() {
    const { context, view, colours } = this;
    context.fillStyle = colours.card;
    context.fillRect(0, 0, view.width, AXIS);
    context.fillStyle = colours.line;
    context.fillRect(0, AXIS - 1, view.width, 1);
    context.fillStyle = colours.soft;
    for (const time of this.ticks.times) {
      const text = tickText(time, this.ticks.step);
      const half = context.measureText(text).width / 2;
      const middle = Math.min(Math.max(this.x(time), GUTTER + half + 2), view.width - half - 4);
      context.fillText(text, middle - half, AXIS / 2);
    }
    context.fillText(`${showTime(view.to - view.from)} in view`, 8, AXIS / 2);
  }
}

/** A text that fits into `room` pixels; loses its middle if necessary. */
function shorten(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let keep = text.length;
  let tried = text;
  while (keep > 4 && context.measureText(tried).width > room) {
    keep -= 2;
    tried = `${text.slice(0, Math.ceil(keep / 2))}…${text.slice(text.length - Math.floor(keep / 2))}`;
  }
  return tried;
}
