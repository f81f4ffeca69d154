// w ← w − η · ∂L/∂w, one step or many, with the curve of the loss.
let rate = story.rate, history = [];
const learned = new Set(parameters);
const restart = () => { history = []; };
const leaves = boxes.map((box, b) => b).filter((b) => boxes[b].cells.some((i) => parameters.includes(i)));

function descendBy(count) {
  if (!history.length) keep();
  for (let k = 0; k < count; k++) {
    for (const i of learned) v[i] -= rate * g[i];
    compute();
    keep();
  }
  if (!Number.isFinite(v[output])) playback.pause();
  show();
}

function keep() {
  history.push({ loss: v[output], at: parameters.map((i) => v[i]) });
}

function undo() {
  if (history.length < 2) return;
  history.pop();
  goTo(history[history.length - 1].at);
}

function goTo(at) {
  at.forEach((x, k) => { v[parameters[k]] = x; });
  compute();
  show();
}

function downhill() {
  const count = Math.max(history.length - 1, 0);
  return `${count === 1 ? "1 step" : `${count} steps`} downhill: ${name(output)} = ${fmt(v[output])}`;
}

let toggles = [], lineOf = [], chart = null, undoing = null, over = null;

function makeDescent() {
  const bar = add(descent, "div", "", "bar");
  const button = (id, text, act) => { const made = add(bar, "button", text); made.id = id; made.addEventListener("click", act); return made; };
  button("one", "One step", () => { playback.pause(); descendBy(1); });
  button("ten", "Ten", () => { playback.pause(); descendBy(10); });
  button("roll", "Play", () => playback.toggle());
  undoing = button("undo", "Undo", () => { playback.pause(); undo(); });
  over = button("over", "Restart", () => { if (history.length) { playback.pause(); const { at } = history[0]; restart(); goTo(at); } });
  const label = add(bar, "label", "η "), eta = add(label, "input");
  Object.assign(eta, { type: "number", step: "any", min: "0", value: rate, id: "eta" });
  eta.setAttribute("aria-label", "Learning rate η");
  eta.addEventListener("input", () => { if (eta.value !== "" && Number(eta.value) >= 0) { rate = Number(eta.value); show(); } });
  const table = add(descent, "div", "", "learning");
  for (const b of leaves) {
    const row = add(table, "div", "", "row"), press = add(row, "button", short(boxes[b].name, 10));
    press.setAttribute("aria-label", `${boxes[b].name} learns`);
    press.addEventListener("click", () => {
      const on = boxes[b].cells.some((i) => learned.has(i));
      boxes[b].cells.forEach((i) => { if (on) learned.delete(i); else if (parameters.includes(i)) learned.add(i); });
      show();
    });
    toggles.push(press);
    lineOf.push(add(row, "span"));
  }
  chart = mark(descent, "svg", { viewBox: "0 0 360 128", role: "img" });
}

function showDescent() {
  leaves.forEach((b, k) => {
    const i = cellOf(b), learns = boxes[b].cells.some((j) => learned.has(j));
    toggles[k].setAttribute("aria-pressed", String(learns));
    lineOf[k].textContent = learns ? `${name(i)} ← ${fmt(v[i])} − ${fmt(rate)} · ${held(fmt(g[i]))} = ${fmt(v[i] - rate * g[i])}` : `${name(i)} = ${fmt(v[i])} stays`;
  });
  undoing.setAttribute("aria-disabled", String(history.length < 2));
  over.setAttribute("aria-disabled", String(history.length < 2));
  const losses = history.length ? history.map(({ loss }) => loss) : [v[output]];
  const count = Math.max(losses.length - 1, 10), top = Math.max(...losses), floor = Math.min(0, ...losses), tall = top - floor || 1;
  const X = (k) => 44 + (k / count) * 304, Y = (loss) => 104 - ((loss - floor) / tall) * 88;
  chart.replaceChildren();
  mark(chart, "path", { class: "axis", d: "M44,10V104H350" });
  const after = losses.length === 2 ? "1 step" : `${losses.length - 1} steps`;
  mark(chart, "text", { x: 196, y: 123 }, `${short(name(output), 12)} = ${fmt(v[output])} after ${after}`);
  mark(chart, "text", { x: 340, y: 119, class: "end" }, String(count));
  if (losses.every(Number.isFinite)) {
    mark(chart, "text", { x: 40, y: 20, class: "end" }, fmt(top, 3));
    mark(chart, "text", { x: 40, y: 108, class: "end" }, fmt(floor, 3));
    mark(chart, "path", { class: "curve", d: losses.map((loss, k) => `${k ? "L" : "M"}${X(k).toFixed(1)},${Y(loss).toFixed(1)}`).join("") });
    mark(chart, "circle", { class: "dot", cx: X(losses.length - 1), cy: Y(losses[losses.length - 1]), r: 4.5 });
  } else mark(chart, "text", { x: 196, y: 60 }, "This is no number any more: η is too large.");
  chart.setAttribute("aria-label", `The loss after each step, the last eight: ${losses.slice(-8).map((loss) => fmt(loss)).join(", ")}`);
}
