// What is computed and drawn: numbers, boxes that show them, arrows between boxes.
const find = (id) => document.getElementById(id);
const story = JSON.parse(find("story").textContent);
const { numbers, boxes, arrows, output, parameters } = story;
const svg = find("svg"), figure = find("figure"), overview = find("overview"), SVG = "http://www.w3.org/2000/svg";
const MOST = 6;  // rows and columns of a matrix that are drawn
const LEAST = 0.78;  // below this scale the type is too small: only the surroundings of a box are shown
const LARGEST = 1.4;  // above it boxes shout
const NARROW = 800;
const paper = matchMedia("print");  // there stands the whole graph

const steps = [...story.forward.map((b) => ({ b, backwards: false })), ...story.backward.map((b) => ({ b, backwards: true }))];
const end = steps.length;
const valued = boxes.map(() => 0), paid = boxes.map(() => Infinity);
steps.forEach(({ b, backwards }, k) => { (backwards ? paid : valued)[b] = k + 1; });

const v = numbers.map((n) => Number(n.start)), d = [], g = numbers.map(() => 0), memory = new Map();
let edges = 0;
for (const n of numbers) { n.edge = edges; edges += n.inputs.length; }
boxes.forEach((box, b) => box.cells.forEach((i) => { if (i !== null && numbers[i].box === undefined) numbers[i].box = b; }));

function compute() {
  forward(v);
  slopes(v, d);
  for (let k = 0; k < edges; k++) d[k] = Number(d[k]);
  backward(v, g);
  memory.clear();
}

// How fast a number moves with those shown before it, through what lies between.
function swept(c) {
  if (!memory.has(c)) {
    const found = new Map([[c, 1]]), ends = new Map(), waiting = [c];
    while (waiting.length) {
      const i = waiting.sort((a, b) => a - b).pop();
      numbers[i].inputs.forEach((j, k) => {
        const into = numbers[j].box === undefined ? found : ends;
        if (into === found && !found.has(j)) waiting.push(j);
        into.set(j, (into.get(j) ?? 0) + found.get(i) * d[numbers[i].edge + k]);
      });
    }
    memory.set(c, ends);
  }
  return memory.get(c);
}

// Where a shown number goes, with the local derivative there: its formula twice, and its number.
const uses = numbers.map(() => []);
numbers.forEach((n, c) => {
  const direct = n.inputs.every((j) => numbers[j].box !== undefined);
  n.partials.forEach(([j, symbols, numerals], k) => {
    const slope = direct ? () => d[n.edge + k] : () => swept(c).get(j) ?? 0;
    uses[j].push({ c, symbols, numerals, slope, edge: direct ? n.edge + k : null });
    n.moves = [...(n.moves ?? []), { j, symbols, numerals, slope }];
  });
});

const minus = (s) => s.replace(/-/g, "−");
function fmt(x, digits = 4) {
  if (!Number.isFinite(x)) return minus(String(x)).replace("Infinity", "∞");
  const size = Math.abs(x), small = digits < 4 ? 1e-3 : 5e-4, large = digits < 4 ? 1e4 : 1e5;
  if (size !== 0 && (size < small || size >= large)) return minus(x.toExponential(digits < 4 ? 0 : 1)).replace("e+", "e");
  return minus(Number(x.toPrecision(size < 1 ? digits - 1 : digits)).toString());
}
const held = (text) => (/^−|\de/.test(text) ? `(${text})` : text);
const simple = (name) => (/^[\p{L}\p{N}_.[\], ′]+$/u.test(name) ? name : `(${name})`);
const name = (i) => numbers[i].name;
const partial = (i, j) => `∂${i === null ? "□" : simple(name(i))}/∂${j === null ? "□" : simple(name(j))}`;
const gradient = (i) => partial(output, i);
const inSymbols = (parts) => parts.map((p) => (typeof p === "string" ? p : Array.isArray(p) ? simple(name(p[0])) : name(p))).join("");
const inNumbers = (parts) => parts.map((p) => (typeof p === "string" ? p : Array.isArray(p) ? held(fmt(v[p[0]])) : fmt(v[p]))).join("");

function add(parent, tag, text = "", kind = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  parent.append(element);
  return element;
}

function mark(parent, tag, attributes, text = null) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}

// Only what has changed is written.
const put = (element, property, value) => { if (element[property] !== value) element[property] = value; };
const written = new WeakMap();
function putText(element, text) {
  if (written.get(element) !== text) { written.set(element, text); element.textContent = text; }
}
function putAttribute(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const single = (b) => boxes[b].cells.length === 1;
let view = null, drawn = [], lines = [], near = true;

function draw(onChoose, onKey) {
  view = story.views[innerWidth <= NARROW ? 1 : 0];
  svg.replaceChildren();
  lines = arrows.map(([tail, head, edge], k) => {
    const { path, tip, at } = view.arrows[k], element = mark(svg, "g", { class: "edge" });
    mark(element, "path", { d: path });
    mark(element, "polygon", { points: tip });
    return { element, tail, head, edge, label: edge === null ? null : mark(element, "text", { x: at[0], y: at[1] }) };
  });
  drawn = boxes.map((box, b) => drawBox(box, b, onChoose, onKey));
  raise();
}

function drawBox(box, b, onChoose, onKey) {
  const [cx, cy, w, h] = view.boxes[b], x = cx - w / 2, y = cy - h / 2;
  const element = mark(svg, "g", { class: `node ${box.kind}`, tabindex: b ? -1 : 0, role: "button" });
  const lid = box.kind === "parameter" ? 4 : 0;
  if (lid) {
    mark(element, "path", { class: "shape", d: `M${x},${y + lid}a${w / 2},${lid} 0 0 1 ${w},0v${h - 2 * lid}a${w / 2},${lid} 0 0 1 ${-w},0z` });
    mark(element, "path", { class: "inner", d: `M${x},${y + lid}a${w / 2},${lid} 0 0 0 ${w},0` });
  } else mark(element, "rect", { class: "shape", x, y, width: w, height: h, rx: box.kind === "input" ? 14 : 2 });
  if (box.kind === "output") mark(element, "rect", { class: "inner", x: x + 4, y: y + 4, width: w - 8, height: h - 8 });
  const title = mark(element, "text", { class: "name", x: cx, y: y + 24 + lid / 2 }, short(box.name, 14));
  if (box.op) mark(title, "tspan", { class: "op", dx: 9 }, short(box.op, 12));
  mark(element, "title", {}, box.op ? `${box.name} = ${boxText(b)}` : box.name);
  const cells = single(b) ? [drawCell(element, cx, y + 47, y + 67)] : drawCells(element, box, b, cx, y + 36, onChoose);
  element.addEventListener("mousedown", (event) => event.preventDefault());
  element.addEventListener("click", () => onChoose(b));
  element.addEventListener("focus", () => { drawn.forEach((other) => other.element.setAttribute("tabindex", other.element === element ? 0 : -1)); fit(b); });
  element.addEventListener("keydown", (event) => onKey(event, b));
  return { element, cells };
}

function drawCell(element, x, above, below) {
  return { value: mark(element, "text", { class: "value", x, y: above }), slope: mark(element, "text", { class: "gradient", x, y: below }) };
}

// A matrix: six rows and columns at most, and what is left out named in the corner.
function drawCells(element, box, b, cx, top, onChoose) {
  const { width, height } = view.cell, across = Math.min(box.columns, MOST), down = Math.min(box.rows, MOST);
  const found = box.cells.map(() => null), left = cx - (across * width) / 2;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const k = row * box.columns + column, x = left + column * width, y = top + row * height;
      const frame = mark(element, "rect", { class: "cell", x, y, width, height });
      found[k] = { frame, ...drawCell(element, x + width / 2, y + 18, y + 35) };
      frame.addEventListener("click", (event) => { event.stopPropagation(); onChoose(b, k); });
    }
  }
  if (box.rows > down || box.columns > across) mark(element, "text", { class: "more", x: cx, y: top + down * height + 15 }, `the corner of ${box.rows} × ${box.columns}`);
  return found;
}

const boxText = (b) => (single(b) ? inSymbols(numbers[boxes[b].cells[0]].text) || boxes[b].text : boxes[b].text);

// The size of the figure is asked for when it changes, not with every number: the answer costs a layout.
const room = { across: 0, down: 0 };
let middle = 0;
new ResizeObserver(() => requestAnimationFrame(() => { measure(); fit(middle); })).observe(figure);

function measure() {
  room.across = figure.clientWidth;
  room.down = figure.clientHeight;
}

// On a narrow screen the figure is as high as the graph, unless that is far wider than the screen.
function raise() {
  const scale = figure.clientWidth / view.width;
  figure.style.height = innerWidth > NARROW ? "" : scale >= LEAST ? `${Math.ceil(view.height * Math.min(scale, LARGEST))}px` : "60vh";
  measure();
}

// The whole graph, or, where that would be too small to be read, the surroundings of a box.
function fit(b) {
  middle = b;
  const { across, down } = room, scale = Math.min(across / view.width, down / view.height);
  put(overview, "hidden", scale >= LEAST);
  const ample = Math.max(scale, LARGEST) / LARGEST, spare = (size) => (size * (1 - ample)) / 2;
  let shown = [spare(view.width), spare(view.height), view.width * ample, view.height * ample];
  if (scale < LEAST && near && !paper.matches) {
    const [cx, cy] = view.boxes[b], w = across / LEAST, h = down / LEAST;
    const start = (at, size, all) => (size >= all ? (all - size) / 2 : Math.max(0, Math.min(at - size / 2, all - size)));
    shown = [start(cx, w, view.width), start(cy, h, view.height), w, h];
  }
  putAttribute(svg, "viewBox", shown.join(" "));
}
