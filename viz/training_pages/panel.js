// What Python has drawn of a model that the page does not compute: weights, samples and activations by state.
const panel = find("panel");
let drawers = [];

// An image of signed numbers in blue and vermilion, or of brightness.
function painting(parent, [high_, wide], cell, label) {
  const element = add(parent, "canvas", "", "cells");
  element.width = wide;
  element.height = high_;
  Object.assign(element.style, { width: `${wide * cell}px`, height: `${high_ * cell}px` });
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  return (values, most, start = 0, shade = signed) => {
    const pen = element.getContext("2d"), image = pen.createImageData(wide, high_), cells = new Uint32Array(image.data.buffer);
    for (let k = 0; k < cells.length; k++) cells[k] = shade(values[start + k] / most);
    pen.putImageData(image, 0, 0);
  };
}

const cellSize = ([high_, wide], room) => Math.max(1, Math.min(12, Math.floor(Math.min(room / wide, room / high_))));

function makePanel() {
  if (!pictures) return;
  if (pictures.filters) makeFilters(pictures.filters);
  if (pictures.weights.length) makeHistograms();
  if (pictures.outputs.length) makeSamples();
}

function makeFilters({ name, of, count, shape, states: all }) {
  const part = add(panel, "section");
  add(part, "h2", `${name}: ${count < of ? `${count} of ${of}` : count} units of the first layer`);
  const row = add(part, "div", "", "images"), size = shape[0] * shape[1];
  const cell = Math.max(1, Math.min(14, Math.floor(54 / Math.max(...shape))));
  const painters = [...Array(count).keys()].map((k) => painting(row, shape, cell, `weights of unit ${k + 1}`));
  drawers.push((state) => { const values = decoded(all[state]), most = largest(values); painters.forEach((paint, k) => paint(values, most, k * size)); });
}

function makeHistograms() {
  const part = add(panel, "section");
  add(part, "h2", "How the weights are distributed");
  const row = add(part, "div", "", "histograms");
  for (const { name, span, counts } of pictures.weights) {
    const figure = add(row, "figure"), svg = mark(figure, "svg", { viewBox: "0 0 120 56", role: "img" });
    add(figure, "figcaption", name);
    const most = Math.max(...counts.map((row_) => Math.max(...row_))), bins = counts[0].length, zero = (-span[0] / (span[1] - span[0])) * 120;
    const bars = [...Array(bins).keys()].map((k) => mark(svg, "rect", { x: (k * 120) / bins, width: 120 / bins - 0.6, class: (k + 0.5) * (120 / bins) < zero ? "negative" : "positive" }));
    mark(svg, "path", { class: "axis", d: `M0,44H120M${Math.max(0, Math.min(zero, 120))},40V48` });
    mark(svg, "text", { x: 0, y: 55 }, fmt(span[0], 2));
    mark(svg, "text", { x: 120, y: 55, class: "end" }, fmt(span[1], 2));
    drawers.push((state) => {
      const now = counts[state], total = now.reduce((a, b) => a + b, 0);
      bars.forEach((bar, k) => { const tall = (now[k] / most) * 42; bar.setAttribute("y", 43 - tall); bar.setAttribute("height", tall); });
      const middle = now.reduce((sum, x, k) => sum + x * (span[0] + ((k + 0.5) / bins) * (span[1] - span[0])), 0) / total;
      const spread = Math.sqrt(now.reduce((sum, x, k) => sum + x * (span[0] + ((k + 0.5) / bins) * (span[1] - span[0]) - middle) ** 2, 0) / total);
      svg.setAttribute("aria-label", `${name}: mean ${fmt(middle, 2)}, standard deviation ${fmt(spread, 2)}`);
    });
  }
}

function makeSamples() {
  const part = add(find("samples"), "section"), { inputShape, inputs, values, outputs: given, activations } = pictures;
  add(part, "h2", activations[0]?.length ? "Some samples: what goes in, what the layers make of it, what comes out" : "Some samples: what goes in and what comes out");
  const table = add(part, "table"), body = add(table, "tbody"), several = inputShape[0] > 1, rest = activations[0] ?? [];
  inputs.forEach((image, k) => {
    const row = add(body, "tr"), first = add(row, "th"), target = pictures.targets[k];
    first.scope = "row";
    if (several) { const paint = painting(first, inputShape, cellSize(inputShape, 44), `input ${k + 1}`), pixels = decoded(image); drawers.push(() => paint(pixels, largest(pixels), 0, image.low < 0 ? signed : inked)); }
    else add(first, "div", values[k].map((x) => fmt(x, 2)).join(", "), "numbers");
    add(first, "div", classes ? target : `target ${target}`, "target");
    rest.forEach((layer, l) => {
      const cell = add(row, "td"), size = layer.shape[0] * layer.shape[1];
      const width = Math.max(1, Math.min(6, Math.floor(126 / layer.shape[1]))), paint = painting(cell, layer.shape, width, `${layer.name} of sample ${k + 1}`);
      const canvas_ = cell.lastChild;
      if (layer.shape[0] === 1) canvas_.style.height = "20px";
      if (k === 0) cell.dataset.name = layer.name;
      drawers.push((state) => { const values_ = decoded(activations[state][l]); paint(values_, largest(values_), k * size); });
    });
    const out = add(row, "td", "", "shares"), bars = given[0][k].slice(0, 10).map((_, c) => { const bar = add(out, "span"); add(bar, "i"); add(bar, "b", classes ? (names[c].replace(/^class /, "")).slice(0, 5) : ""); return bar; });
    const verdict = add(row, "td", "", "verdict");
    drawers.push((state) => {
      const now = given[state][k];
      if (!classes) { verdict.textContent = now.slice(0, 4).map((x) => fmt(x)).join(", "); out.hidden = true; return; }
      const best = now.indexOf(Math.max(...now)), right = names[best] === target;
      bars.forEach((bar, c) => { bar.firstChild.style.height = `${(100 * now[c]).toFixed(1)}%`; bar.classList.toggle("best", c === best); });
      verdict.textContent = `${right ? "✓" : "✗"} ${names[best]} ${Math.round(100 * now[best])}%`;
      verdict.classList.toggle("wrong", !right);
    });
  });
  if (rest.length) {
    const head = add(table.createTHead(), "tr");
    add(head, "th", "input");
    for (const { name, of } of rest) add(head, "th", `${name} (${of})`);
    add(head, "th", "output");
    add(head, "th", "");
  }
}

function drawPanel(state) {
  for (const draw of drawers) draw(state);
}
