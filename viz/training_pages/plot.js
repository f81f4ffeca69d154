// The large picture: the plane in the colours of the classes or values, or the curve over a line; and the points.
const canvas = find("plot"), legend = find("legend");
const LEVELS = 256, STRONGEST = 0.72;
let hues = [], ground = [255, 255, 255], ink = "#000000", ramp = null, tints = [], shadows = null;

// Blue is positive and vermilion negative, for weights, units and two classes alike.
const two = classes !== null && names.length === 2;
const hueOf = (c) => (two ? 1 - c : c);

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = (colour, strength) => ground.map((from, i) => Math.round(from + (colour[i] - from) * strength));
const packed = ([r, g_, b]) => ((255 << 24) | (b << 16) | (g_ << 8) | r) >>> 0;

// All colours that a cell may have, as its four bytes: a picture of the plane has thousands of cells.
function colours() {
  const style = getComputedStyle(document.documentElement), of = (name) => style.getPropertyValue(name).trim();
  hues = [...Array(7).keys()].map((k) => of(`--hue-${k}`));
  ground = rgb(of("--panel"));
  ink = of("--text");
  const [blue, vermilion] = hues.map(rgb), steps = [...Array(LEVELS + 1).keys()].map((k) => k / LEVELS);
  ramp = Uint32Array.from({ length: 2 * LEVELS + 1 }, (_, k) => {
    const x = (k - LEVELS) / LEVELS;
    return packed(mixed(x > 0 ? blue : vermilion, STRONGEST * Math.abs(x)));
  });
  tints = hues.map((hue) => Uint32Array.from(steps, (x) => packed(mixed(rgb(hue), STRONGEST * x))));
  shadows = Uint32Array.from(steps, (x) => packed(mixed(rgb(ink), x)));
}

const within = (x, least) => (x > 1 ? 1 : x >= least ? x : x < least ? least : 0);  // 0 for what is no number
const signed = (x) => ramp[Math.round(LEVELS * (within(x, -1) + 1))];
const inked = (x) => shadows[Math.round(LEVELS * within(x, 0))];

const largest = (map) => {
  let most = 0;
  for (const x of map) if (Math.abs(x) > most && Math.abs(x) < Infinity) most = Math.abs(x);
  return most || 1;
};
const mostTarget = classes ? 1 : largest(ys);

// How each point of the plane is coloured; and the heights whose level 0 is drawn as a line.
function painted(state) {
  const all = fields(state);
  if (classes === null) return { of: (k) => signed(all[0][k] / mostTarget), lines: [all[0]] };
  const z = all.map(() => 0), share = (k) => { for (let c = 0; c < z.length; c++) z[c] = all[c][k]; return shares(z); };
  if (two) {
    const lead = new Float64Array(points);
    for (let k = 0; k < points; k++) { const q = share(k); lead[k] = q[1] - q[0]; }
    return { of: (k) => signed(lead[k]), lines: [lead] };
  }
  const count = all.length, leads = all.map(() => new Float64Array(points)), cells = new Uint32Array(points);
  for (let k = 0; k < points; k++) {
    const q = share(k);
    let best = 0, second = -Infinity;
    for (let c = 1; c < count; c++) if (q[c] > q[best]) best = c;
    for (let c = 0; c < count; c++) if (c !== best && q[c] > second) second = q[c];
    cells[k] = tints[best][Math.round(LEVELS * within((q[best] - 1 / count) / (1 - 1 / count), 0))];
    for (let c = 0; c < count; c++) leads[c][k] = q[c] - (c === best ? second : q[best]);
  }
  return { of: (k) => cells[k], lines: leads };
}

// The plane, cell by cell, the second input upwards.
function fill(element, of) {
  const pen = element.getContext("2d");
  element.image ??= pen.createImageData(GRID, GRID);
  element.cells ??= new Uint32Array(element.image.data.buffer);
  for (let y = 0, k = 0; y < GRID; y++) {
    for (let at = (GRID - 1 - y) * GRID, end = at + GRID; at < end; at++, k++) element.cells[at] = of(k);
  }
  pen.putImageData(element.image, 0, 0);
}
const small = document.createElement("canvas");
small.width = small.height = GRID;

// The level 0 of heights on the grid, square by square.
function contour(pen, height, X, Y) {
  const cross = (a, b) => height[a] / (height[a] - height[b]);
  pen.beginPath();
  for (let y = 0; y < GRID - 1; y++) {
    for (let x = 0; x < GRID - 1; x++) {
      const a = y * GRID + x, b = a + 1, c = a + GRID + 1, e = a + GRID, ends = [];
      if (height[a] > 0 !== height[b] > 0) ends.push([x + cross(a, b), y]);
      if (height[b] > 0 !== height[c] > 0) ends.push([x + 1, y + cross(b, c)]);
      if (height[e] > 0 !== height[c] > 0) ends.push([x + cross(e, c), y + 1]);
      if (height[a] > 0 !== height[e] > 0) ends.push([x, y + cross(a, e)]);
      for (let k = 0; k + 1 < ends.length; k += 2) {
        pen.moveTo(X(ends[k][0]), Y(ends[k][1]));
        pen.lineTo(X(ends[k + 1][0]), Y(ends[k + 1][1]));
      }
    }
  }
  pen.stroke();
}

// Colour and shape say the class.
function symbol(pen, c, x, y, r) {
  pen.beginPath();
  if (c === 0) pen.arc(x, y, r, 0, 2 * Math.PI);
  else if (c === 1) pen.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  else {
    const corners = [null, null, 3, 4, 3, 5, 6][c] ?? 8, turn = c === 4 ? Math.PI / 2 : -Math.PI / 2;
    for (let k = 0; k < corners; k++) {
      const angle = turn + (k * 2 * Math.PI) / corners;
      pen.lineTo(x + 1.2 * r * Math.cos(angle), y + 1.2 * r * Math.sin(angle));
    }
    pen.closePath();
  }
  pen.fill();
  pen.stroke();
}

const signedText = (x) => `rgb(${mixed(rgb(hues[x > 0 ? 0 : 1]), STRONGEST * Math.min(Math.abs(x), 1))})`;

function dot(pen, c, x, y, r, isWrong) {
  pen.fillStyle = classes ? hues[hueOf(c)] : c;
  pen.strokeStyle = isWrong ? ink : `rgb(${ground})`;
  pen.lineWidth = isWrong ? 2.4 : 1;
  symbol(pen, classes ? c : 0, x, y, r);
}

function axes(pen, size, bottom, top) {
  pen.fillStyle = ink;
  pen.font = "12px Helvetica, Arial, sans-serif";
  pen.textBaseline = "alphabetic";
  pen.textAlign = "right";
  pen.fillText(kind === "plane" ? "x₁ →" : "x →", size - 4, size - 5);
  pen.textAlign = "left";
  pen.fillText(kind === "plane" ? "x₂ ↑" : `↑ ${fmt(top, 2)}`, 4, 14);
  if (kind === "line") pen.fillText(`↓ ${fmt(bottom, 2)}`, 4, size - 5);
}

function pen_for(element, size) {
  const ratio = Math.max(devicePixelRatio, 1);
  if (element.width !== Math.round(size * ratio)) element.width = element.height = Math.round(size * ratio);
  const pen = element.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size, size);
  return pen;
}

// The picture of the model, or of the unit that is looked at.
function drawPlot(state, wrong, unit) {
  const size = Math.min(canvas.clientWidth, canvas.clientHeight) || 320, pen = pen_for(canvas, size);
  if (kind === "plane") drawPlane(pen, size, state, wrong, unit);
  else drawLine(pen, size, state, wrong, unit);
}

function drawPlane(pen, size, state, wrong, unit) {
  const X = (x) => ((x - low[0]) / (high[0] - low[0])) * size, Y = (y) => size - ((y - low[1]) / (high[1] - low[1])) * size;
  const map = unit === null ? null : maps.get(unit), most = map && largest(map);
  const { of, lines } = map ? { of: (k) => signed(map[k] / most), lines: [map] } : painted(state);
  pen.imageSmoothingEnabled = true;
  fill(small, of);
  pen.drawImage(small, 0, 0, size, size);
  pen.strokeStyle = ink;
  pen.lineWidth = 1.6;
  const across = (x) => (x / (GRID - 1)) * size, down = (y) => size - (y / (GRID - 1)) * size;
  for (const height of lines) contour(pen, height, across, down);
  const bad = new Set(wrong), r = n > 400 ? 2.6 : n > 150 ? 3.6 : 4.6;
  for (let k = 0; k < n; k++) {
    const c = classes ? classes[k] : signedText(ys[k * targets] / mostTarget);
    dot(pen, c, X(xs[2 * k]), Y(xs[2 * k + 1]), r, bad.has(k));
  }
  axes(pen, size, low[1], high[1]);
}

const share_of_line = (all, k) => (classes ? shares(all.map((map) => map[k])) : all.map((map) => map[k]));

function drawLine(pen, size, state, wrong, unit) {
  let [bottom, top] = classes ? [0, 1] : [Math.min(...ys), Math.max(...ys)];
  const map = unit === null ? null : maps.get(unit), all = map ? [map] : fields(state);
  if (map) { bottom = Math.min(...map); top = Math.max(...map); }
  const margin = 0.12 * (top - bottom) || 1;
  [bottom, top] = [bottom - margin, top + margin];
  const X = (x) => ((x - low[0]) / (high[0] - low[0])) * size, Y = (y) => size - ((y - bottom) / (top - bottom)) * size;
  if (!map) {
    const bad = new Set(wrong);
    for (let k = 0; k < n; k++) {
      if (classes) dot(pen, classes[k], X(xs[k]), Y(two ? classes[k] : 0), 4, bad.has(k));
      else for (let j = 0; j < targets; j++) dot(pen, hues[j % 7], X(xs[k]), Y(ys[k * targets + j]), 3.6, false);
    }
  }
  const count = map ? 1 : classes ? names.length : all.length;
  for (let c = map || !two ? 0 : 1; c < count; c++) {
    pen.beginPath();
    for (let k = 0; k < LINE; k++) {
      const value = map ? map[k] : share_of_line(all, k)[c];
      pen.lineTo((k / (LINE - 1)) * size, Y(value));
    }
    pen.strokeStyle = map || count === 1 ? ink : hues[classes ? hueOf(c) : c % 7];
    pen.lineWidth = 2.6;
    pen.stroke();
  }
  axes(pen, size, bottom, top);
}

function makeLegend() {
  legendOfPoints();
  add(legend, "span", (kind === "plane" ? ["x₁", "x₂"] : ["x"]).map((name, i) => `${name}: ${fmt(low[i], 2)} to ${fmt(high[i], 2)}`).join(", "), "quiet");
}

function legendOfPoints() {
  if (!classes) {
    add(legend, "span").textContent = kind === "plane" ? `Colour: blue above 0, vermilion below, full at ±${fmt(mostTarget, 2)}.` : "Points: the data. Line: the model.";
    return;
  }
  names.forEach((name, c) => {
    const item = add(legend, "span", "", "item"), swatch = add(item, "canvas");
    swatch.setAttribute("aria-hidden", "true");
    swatch.className = "swatch";
    swatch.dataset.hue = c;
    add(item, "span", name);
  });
  if (network) {
    const item = add(legend, "span", "", "item"), swatch = add(item, "canvas");
    swatch.setAttribute("aria-hidden", "true");
    swatch.className = "swatch";
    swatch.dataset.hue = "wrong";
    add(item, "span", "wrong side");
  }
}

function paintLegend() {
  for (const swatch of legend.querySelectorAll(".swatch")) {
    const pen = pen_for(swatch, 16), isWrong = swatch.dataset.hue === "wrong";
    if (isWrong) { pen.fillStyle = "transparent"; pen.strokeStyle = ink; pen.lineWidth = 2.4; symbol(pen, 0, 8, 8, 5); }
    else dot(pen, Number(swatch.dataset.hue), 8, 8, 5, false);
  }
}
