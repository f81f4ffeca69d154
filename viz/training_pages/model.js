// The model: its states, what it gives for points, and gradient steps.
const find = (id) => document.getElementById(id);
const story = JSON.parse(find("story").textContent);
const { kind, names, classes, link, n, d, epochs, layers, pictures } = story;
const floats = (text, Kind) => new Kind(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const xs = floats(story.x, Float64Array), ys = floats(story.y, Float64Array), states = floats(story.states, Float32Array);
const targets = ys.length / n, held = states.length / epochs.length, trains = losses.length > 0;
const GRID = 40, LINE = 160;  // points of the plane along each side, and of a line
const points = kind === "plane" ? GRID * GRID : kind === "line" ? LINE : 0;

const p = new Float64Array(held), s = new Float64Array(held);
const v = new Float64Array(network ? network.size : 0), g = new Float64Array(v.length);
const rooms = losses.map((loss) => ({ loss, v: new Float64Array(loss.size), g: new Float64Array(loss.size) }));
const shownUnits = layers.flatMap((layer) => layer.units);
const maps = new Map(shownUnits.map((u) => [u, new Float64Array(points)]));
const outputs = network ? network.output : [...Array(story.count).keys()];

function load(state) {
  for (let k = 0; k < held; k++) p[k] = states[state * held + k];
}

function run(k) {
  for (let j = 0; j < d; j++) v[j] = xs[k * d + j];
  network.forward(p, v);
}

// The loss of the sample that has been run, in the room of its target.
function lossOf(k) {
  const room = rooms[story.which[k]];
  const { output } = network;
  for (let j = 0; j < output.length; j++) room.v[j] = v[output[j]];
  if (rooms.length === 1) for (let j = 0; j < targets && output.length + j < room.loss.size; j++) room.v[output.length + j] = ys[k * targets + j];
  room.loss.forward(p, room.v);
  return room;
}

// -- gradient steps: w ← w − η (∂L/∂w + λ w), the mean over the samples of a batch

const settings = { rate: story.rate, batch: n, decay: 0 };
let order = [], taken = 0, seed = 1;

// The order of the samples is drawn anew for each pass, and the same after every reset (mulberry32).
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

function shuffle() {
  order = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  taken = 0;
}

function forget() {
  seed = 1;
  order = [];
  taken = 0;
}

// One step; how large a part of a pass over the samples it was.
function descend() {
  if (taken >= order.length) shuffle();
  const batch = order.slice(taken, taken + settings.batch);
  taken += batch.length;
  s.fill(0);
  for (const k of batch) {
    run(k);
    const room = lossOf(k);
    g.fill(0);
    room.g.fill(0);
    for (const i of room.loss.output) room.g[i] = 1;
    room.loss.backward(p, room.v, room.g, s);
    network.output.forEach((i, j) => { g[i] += room.g[j]; });
    network.backward(p, v, g, s);
  }
  for (let k = 0; k < held; k++) p[k] -= settings.rate * (s[k] / batch.length + settings.decay * p[k]);
  return batch.length / n;
}

// -- what is shown of it

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

// The probability of each class, from the outputs.
function shares(z) {
  if (z.length === 1) {
    const share = link === "probabilities" ? z[0] : sigmoid(z[0]);
    return [1 - share, share];
  }
  if (link === "probabilities") return z;
  const top = Math.max(...z), powers = z.map((x) => Math.exp(x - top)), sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

// Loss and hits on the points of the page, with the parameters as they are.
function judge() {
  let loss = 0, right = 0;
  const wrong = [];
  for (let k = 0; k < n; k++) {
    run(k);
    if (trains) { const room = lossOf(k); loss += room.v[room.loss.output[0]]; }
    if (!classes) continue;
    const share = shares(outputs.map((i) => v[i])), best = share.indexOf(Math.max(...share));
    if (best === classes[k]) right++;
    else wrong.push(k);
  }
  return { loss: trains ? loss / n : NaN, right, wrong };
}

const [low, high] = story.span;

// What every unit gives all over the plane, or along the line.
function survey() {
  for (let k = 0; k < points; k++) {
    if (kind === "line") v[0] = low[0] + (k / (LINE - 1)) * (high[0] - low[0]);
    else {
      v[0] = low[0] + ((k % GRID) / (GRID - 1)) * (high[0] - low[0]);
      v[1] = low[1] + (Math.floor(k / GRID) / (GRID - 1)) * (high[1] - low[1]);
    }
    network.forward(p, v);
    for (const [u, map] of maps) map[k] = v[u];
  }
}

// Numbers that Python has put into 256 steps.
function decoded({ low: least, high: most, data }) {
  return Float64Array.from(atob(data), (c) => least + (c.charCodeAt(0) / 255) * (most - least));
}

// The outputs all over the plane or line at the state that is shown.
function fields(state) {
  return network ? outputs.map((u) => maps.get(u) ?? new Float64Array(points)) : pictures.surface[state].map(decoded);
}

const minus = (text) => text.replace(/-/g, "−");
function fmt(x, digits = 3) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "no number" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return minus(x.toExponential(1));
  return minus(Number(x.toPrecision(digits)).toString());
}

function add(parent, tag, text = "", kind_ = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind_) element.className = kind_;
  parent.append(element);
  return element;
}

function mark(parent, tag, attributes, text = null) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}
