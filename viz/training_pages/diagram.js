// The network: a column for each layer, a map in every unit, a line for every weight.
const net = find("net"), about = find("about"), MOST_UNITS = 16, MOST_EDGES = 4_000;
const columns = layers.map((layer, l) => {
  const count = layer.units.length, few = count > MOST_UNITS ? [...Array(MOST_UNITS - 1).keys()] : [...layer.units.keys()];
  return { layer, l, count, shown: few, places: [] };
});
let units = [], edges = [], chosen = null, pointed = null, stop = 0;
const wires = network ? mark(net, "svg", { class: "wires", "aria-hidden": "true" }) : null;
const looked = () => (pointed ?? chosen)?.u ?? null;
const inputName = (i) => (d === 1 ? "x" : `x${"₀₁₂₃₄₅₆₇₈₉"[i + 1]}`);
const nameOf = (l, i) => (l === 0 ? inputName(i) : l === columns.length - 1 ? (columns[l].count === 1 ? "output" : `output ${i + 1}`) : `unit ${i + 1} of layer ${l}`);

function makeNet() {
  if (!network) return;
  for (const column of columns) {
    column.title = add(net, "div", column.layer.title, "title");
    for (const i of column.shown) {
      const button = add(net, "button", "", "unit"), picture = add(button, "canvas");
      button.type = "button";
      picture.width = picture.height = kind === "plane" ? GRID : 48;
      picture.setAttribute("aria-hidden", "true");
      const one = { column, l: column.l, i, u: column.layer.units[i], button, picture, k: units.length };
      button.setAttribute("tabindex", units.length ? -1 : 0);
      button.addEventListener("click", () => { chosen = chosen === one ? null : one; redraw(); });
      button.addEventListener("mouseenter", () => { pointed = one; redraw(); });
      button.addEventListener("mouseleave", () => { pointed = null; redraw(); });
      button.addEventListener("focus", () => { units.forEach((other) => other.button.setAttribute("tabindex", other === one ? 0 : -1)); });
      button.addEventListener("keydown", (event) => walk(event, one));
      units.push(one);
    }
    if (column.shown.length < column.count) column.more = add(net, "div", `… ${column.count - column.shown.length} more`, "title");
  }
  for (const column of columns.slice(1)) {
    const { weights, linked } = column.layer, before = columns[column.l - 1];
    if (!weights.length || !linked || edges.length > MOST_EDGES) continue;
    for (const i of column.shown) {
      for (const j of before.shown) edges.push({ column, before, i, j, w: weights[i][j], line: mark(wires, "path", {}) });
    }
  }
  new ResizeObserver(place).observe(net);
  place();
}

// Where everything stands, for the size that there is.
function place() {
  const W = net.clientWidth, H = net.clientHeight, most = Math.max(...columns.map(({ shown, more }) => shown.length + (more ? 0.6 : 0)));
  const side = Math.max(12, Math.min(64, (H - 50) / most - 3, W / columns.length / 1.7)), gap = Math.min(14, Math.max(3, (H - 50) / most - side));
  wires.setAttribute("viewBox", `0 0 ${W} ${H}`);
  columns.forEach((column, c) => {
    const x = columns.length === 1 ? W / 2 : side / 2 + 22 + (c * (W - side - 44)) / (columns.length - 1);
    const tall = column.shown.length * (side + gap) - gap + (column.more ? 20 : 0), first = 40 + (H - 46 - tall) / 2;
    column.places = column.shown.map((_, k) => [x, first + k * (side + gap) + side / 2]);
    const wide = Math.max(56, (0.8 * W) / columns.length), at = Math.min(Math.max(x, wide / 2), W - wide / 2);
    Object.assign(column.title.style, { left: `${at}px`, top: "2px", width: `${wide}px` });
    if (column.more) Object.assign(column.more.style, { left: `${at}px`, top: `${first + tall - 18}px`, width: `${wide}px` });
  });
  for (const one of units) {
    const [x, y] = one.column.places[one.i];
    Object.assign(one.button.style, { left: `${x - side / 2}px`, top: `${y - side / 2}px`, width: `${side}px`, height: `${side}px` });
  }
  for (const { column, before, i, j, line } of edges) {
    const [x1, y1] = column.places[i], [x0, y0] = before.places[j], a = x0 + side / 2, b = x1 - side / 2, half = (b - a) / 2;
    line.setAttribute("d", `M${a},${y0}C${a + half},${y0} ${b - half},${y1} ${b},${y1}`);
  }
}

function walk(event, one) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const { column, i } = one, beside = (l, k) => units.find((other) => other.l === l && other.i === Math.max(0, Math.min(k, columns[l]?.shown.length - 1)));
  const scaled = (l) => Math.round((i / Math.max(column.shown.length - 1, 1)) * ((columns[l]?.shown.length ?? 1) - 1));
  const to = { ArrowUp: beside(one.l, i - 1), ArrowDown: beside(one.l, i + 1), ArrowLeft: beside(one.l - 1, scaled(one.l - 1)), ArrowRight: beside(one.l + 1, scaled(one.l + 1)) };
  if (event.key.startsWith("Arrow")) (to[event.key] ?? one).button.focus();
  else if (event.key === "PageDown") playback.move(playback.now + 1);
  else if (event.key === "PageUp") playback.move(playback.now - 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function drawNet() {
  if (!network) return;
  const most = Math.max(...edges.map(({ w }) => Math.abs(p[w])).filter(Number.isFinite), 1e-9), lit = pointed ?? chosen;
  for (const { column, before, i, j, w, line } of edges) {
    const x = p[w], share = Math.min(Math.abs(x) / most, 1) || 0, of = lit && ((lit.column === column && lit.i === i) || (lit.column === before && lit.i === j));
    line.setAttribute("class", `${x < 0 ? "negative" : "positive"}${of ? " lit" : ""}`);
    line.setAttribute("stroke-width", (0.4 + 4.6 * share).toFixed(2));
    line.setAttribute("stroke-opacity", lit && !of ? 0.12 : (0.25 + 0.75 * share).toFixed(2));
  }
  for (const one of units) {
    drawUnit(one);
    one.button.setAttribute("aria-pressed", String(one === chosen));
    one.button.setAttribute("aria-label", one.l === 0 ? `Input ${inputName(one.i)}` : `${nameOf(one.l, one.i)}: ${weightsOf(one)}`);
  }
}

function drawUnit({ u, picture }) {
  const map = maps.get(u), most = largest(map);
  if (kind === "plane") {
    fill(picture, (k) => signed(map[k] / most));
    return;
  }
  const size = picture.width, pen = picture.getContext("2d");
  pen.clearRect(0, 0, size, size);
  pen.strokeStyle = `rgb(${mixed(rgb(hues[0]), 0.35)})`;
  pen.strokeRect(-1, size / 2, size + 2, 0.01);
  pen.beginPath();
  for (let k = 0; k < LINE; k += 2) pen.lineTo((k / (LINE - 1)) * size, size / 2 - (map[k] / most) * (size / 2 - 4));
  pen.strokeStyle = hues[0];
  pen.lineWidth = 3;
  pen.stroke();
}

// The sum of a unit, its largest weights first where there are many.
function weightsOf({ column, i, l }) {
  const { weights, biases, linked } = column.layer, bias = biases.length ? `bias ${fmt(p[biases[i]])}` : "no bias";
  if (!weights.length) return "computed from the units before it";
  const short = (j) => (l === 1 && linked ? inputName(j) : `h${j + 1}`);
  const terms = weights[i].map((w, j) => [p[w], j]).sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
  const told = terms.slice(0, 6).map(([w, j]) => `${fmt(w)} ${short(j)}`).join(", ");
  return `weights ${told}${terms.length > 6 ? ` … ${terms.length - 6} more` : ""}; ${bias}`;
}

function describe() {
  if (kind === "samples") return;
  const one = pointed ?? chosen;
  find("what").textContent = one ? `${nameOf(one.l, one.i)}, ${kind === "line" ? "along the line" : "all over the plane"}` : kind === "line" ? "The model" : classes ? "What the model decides" : "What the model gives";
  if (!network) return;
  about.textContent = one ? (one.l === 0 ? `${inputName(one.i)}: an input.` : `${nameOf(one.l, one.i)}: ${weightsOf(one)}.`) : "Point at a unit or choose it to see what it computes. Blue lines: positive weights; dashed vermilion: negative.";
}
