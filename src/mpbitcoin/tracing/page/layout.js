// Positions of the shown calls: lanes below their processes, rows within lanes.

const ROW = 17; // px, height of a row of bars
const HEAD = 24; // px, height of a process' name
const GAP = 5; // px, below each lane

/** The lanes that have a call within a span of time. */
function lanesWithin(trace, from, to) {
  const lanes = new Set();
  const after = firstPlace(0, trace.count, (call) => trace.start[call] > to);
  for (let call = 0; call < after; call++) if (trace.end[call] >= from) lanes.add(trace.lane[call]);
  return lanes;
}

/** Which calls are shown: those that the filter's words, the kind and the lanes, if given, allow. */
function chooseCalls(trace, words, kind, lanes = null) {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word && word !== "-");
  const allowed = trace.methods.map((name) => wanted.every((word) => word.startsWith("-")
    ? !name.toLowerCase().includes(word.slice(1)) : name.toLowerCase().includes(word)));
  const kinds = {
    all: () => true,
    client: (row) => !trace.isServer(row),
    server: (row) => trace.isServer(row),
    failed: (row) => trace.isFailed(row),
    unfinished: (row) => !trace.isFinished(row),
    unpaired: (row) => trace.partner[row] < 0,
  };
  const chosen = new Uint8Array(trace.count);
  for (let row = 0; row < trace.count; row++) {
    if (lanes && !lanes.has(trace.lane[row])) continue;
    if (allowed[trace.method[row]] && kinds[kind](row)) chosen[row] = 1;
  }
  return chosen;
}

/** The calls of a lane, each in the first row that is free when it starts: nested ones are below. */
function layRows(trace, calls) {
  const rows = [];
  for (const call of calls) {
    const start = trace.start[call];
    let row = rows.find((one) => one.end <= start);
    if (!row) rows.push((row = { calls: [], end: 0 }));
    row.calls.push(call);
    // A call without a duration needs space, too.
    row.end = Math.max(trace.end[call], start + 1e-3);
  }
  return rows;
}

class Layout {
  /** `chosen` has a 1 for each call that is shown. */
  constructor(trace, chosen) {
    this.trace = trace;
    this.count = 0;
    const ofLane = trace.lanes.map(() => []);
    for (let call = 0; call < trace.count; call++) {
      if (!chosen[call]) continue;
      ofLane[trace.lane[call]].push(call);
      this.count++;
    }
    this.heads = []; // {text, top} of each process
    this.lanes = []; // {lane, top, height}
    this.rows = []; // {calls, failures, top, lane}, from top to bottom
    this.placeOf = new Int32Array(trace.count).fill(-1); // call -> index in rows
    this.height = 0;
    trace.processes.forEach((process, number) => this.#addProcess(process, number, ofLane));
  }

  #addProcess(process, number, ofLane) {
    const lanes = this.trace.lanes.map((_, lane) => lane)
      .filter((lane) => this.trace.lanes[lane].process === number && ofLane[lane].length);
    if (!lanes.length) return;
    lanes.sort((a, b) => ofLane[a][0] - ofLane[b][0]);
    this.heads.push({ text: process.name, top: this.height });
    this.height += HEAD;
    for (const lane of lanes) {
      const top = this.height;
      for (const row of layRows(this.trace, ofLane[lane])) this.#addRow(row, lane);
      this.lanes.push({ lane, top, height: this.height - top });
      this.height += GAP;
    }
  }

  #addRow({ calls }, lane) {
    const failures = new Uint32Array(calls.length + 1); // failures[n]: among the first n
    calls.forEach((call, place) => {
      failures[place + 1] = failures[place] + (this.trace.isFailed(call) ? 1 : 0);
      this.placeOf[call] = this.rows.length;
    });
    this.rows.push({ calls: Int32Array.from(calls), failures, top: this.height, lane });
    this.height += ROW;
  }

  /** The top of a call's bar, or -1 if it is not shown. */
  topOf(call) {
    return this.placeOf[call] < 0 ? -1 : this.rows[this.placeOf[call]].top;
  }

  /** The call at a height and time, `near` µs beside it at most; or -1. */
  callAt(y, time, near) {
    const { start, end } = this.trace;
    const row = this.rows[firstPlace(0, this.rows.length, (n) => this.rows[n].top + ROW > y)];
    if (!row || row.top > y) return -1;
    const { calls } = row;
    const place = firstPlace(0, calls.length, (n) => end[calls[n]] >= time);
    const distance = (n) => n < 0 || n >= calls.length ? Infinity
      : Math.max(start[calls[n]] - time, time - end[calls[n]], 0);
    const best = distance(place - 1) < distance(place) ? place - 1 : place;
    return distance(best) <= near ? calls[best] : -1;
  }

  /** The call `step` calls after this one on its thread, or -1. */
  neighbour(call, step) {
    if (this.placeOf[call] < 0) return -1;
    const { lane } = this.trace;
    let next = call + step;
    while (next >= 0 && next < this.trace.count) {
      if (lane[next] === lane[call] && this.placeOf[next] >= 0) return next;
      next += step;
    }
    return -1;
  }
}
