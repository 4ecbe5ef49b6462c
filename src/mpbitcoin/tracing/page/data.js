// The page's trace, and the display of its numbers.

const UNKNOWN = 0xffffffff;

/** The columns, inflated: one typed array each, in the order in which page.py writes them. */
async function inflate(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(plain).arrayBuffer();
}

/** Combines columns of seconds and µs into one of µs. */
function together(seconds, micros) {
  return Float64Array.from(seconds, (value, row) => value * 1e6 + micros[row]);
}

/**
 * All calls, ordered by start; times are µs since the trace's first moment. `partner` is the
 * call's other side, or -1; `interfaces` are those of the methods, the most used first.
 */
async function loadTrace() {
  const trace = JSON.parse(document.querySelector("#trace").textContent);
  const buffer = await inflate(document.querySelector("#columns").textContent);
  const column = {};
  trace.columns.forEach((name, place) => {
    column[name] = new Uint32Array(buffer, 4 * place * trace.count, trace.count);
  });
  const { method, lane, number, request, response, wait, error, flags } = column;
  const start = together(column.startSecond, column.startMicro);
  const duration = together(column.durationSecond, column.durationMicro);
  const end = duration.map((value, row) => start[row] + value);
  // Even numbers are steps forwards, odd ones back: see html.py.
  const partner = Int32Array.from(column.partner, (step, row) => (
    step === UNKNOWN ? -1 : step % 2 ? row - (step + 1) / 2 : row + step / 2));
  let last = 1;
  for (const one of end) if (one > last) last = one;
  for (const one of trace.lanes) {
    one.label = one.peer ? `for ${one.peer.split(" ")[0].split("/").pop()}` : one.thread;
  }
  const parts = trace.methods.map((name) => name.slice(0, name.lastIndexOf(".")));
  const count = new Map(parts.map((part) => [part, 0]));
  for (const one of method) count.set(parts[one], count.get(parts[one]) + 1);
  const interfaces = [...count.keys()].sort((a, b) => count.get(b) - count.get(a));
  return {
    ...trace, method, lane, number, request, response, wait, error, start, duration, end, partner, last, interfaces,
    interfaceOf: parts.map((part) => interfaces.indexOf(part)),
    isServer: (row) => (flags[row] & 1) !== 0,
    isFinished: (row) => (flags[row] & 2) !== 0,
    isMeasured: (row) => (flags[row] & 6) === 6,
    isFailed: (row) => error[row] !== UNKNOWN,
  };
}

/** A duration in µs, for readers. */
function showTime(micros) {
  const size = Math.abs(micros);
  if (size < 1000) return `${Math.round(micros)} µs`;
  if (size < 1e6) return `${(micros / 1000).toFixed(size < 1e5 ? 2 : 1)} ms`;
  if (size < 6e7) return `${(micros / 1e6).toFixed(size < 1e7 ? 3 : 2)} s`;
  const minutes = Math.floor(size / 6e7);
  return `${micros < 0 ? "-" : ""}${minutes} min ${((size - minutes * 6e7) / 1e6).toFixed(1)} s`;
}

function showBytes(count) {
  if (count === UNKNOWN) return "not known";
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1000).toFixed(1)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/** First place in `[from, to)` for which `past(place)` is true, or `to`. */
function firstPlace(from, to, past) {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (past(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** An element with attributes and children; text is never read as markup. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
