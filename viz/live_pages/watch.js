// Step by step: a value appears forwards, a gradient backwards, a local derivative with the value it belongs to.
const [said, about, ask, descent, inputs] = ["said", "about", "ask", "descent", "inputs"].map(find);
const modes = [...document.querySelectorAll("button[data-mode]")], controls = document.querySelector(".controls");
const picked = boxes.map((box) => Math.max(0, box.cells.findIndex((i) => i !== null)));
const TERMS = 6, FEW_TERMS = 4;  // of a sum; of one with more the terms that are 0 are counted only
const SHORT = 36;  // letters that fit into a line
let now = 0, mode = "watch", chosen = null, quiz = null;

const current = () => (now === 0 ? null : steps[now - 1].b);
const backwards = () => now > 0 && steps[now - 1].backwards;
const asked = () => quiz !== null && !quiz.open && now > 0;  // the number of this step is for the reader to find
const cellOf = (b) => boxes[b].cells[picked[b]];
const knows = (b) => now >= valued[b] && !(asked() && !backwards() && b === current());
const received = (b) => now >= paid[b] && !(asked() && backwards() && b === current());

function show() {
  now = playback.now;
  const b = current();
  document.body.dataset.mode = mode;
  boxes.forEach((box, k) => showBox(box, k, k === b));
  for (const { element, tail, head, edge, label } of lines) {
    if (label !== null) putText(label, knows(head) ? fmt(d[edge]) : "");
    const flows = b !== null && mode !== "descend" && (backwards() ? tail === b : head === b);
    putAttribute(element, "class", `edge${flows ? " flow" : ""}${backwards() ? " back" : ""}`);
  }
  said.textContent = sentence();
  said.dataset.pass = backwards() ? "backward" : "forward";
  playback.mark();
  for (const button of modes) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  ask.hidden = mode !== "predict";
  descent.hidden = mode !== "descend";
  controls.hidden = mode !== "watch";
  fit(chosen ?? b ?? 0);
  showInputs();
  describe();
  about.hidden = asked() && about.children.length < 2;
  if (mode === "descend") showDescent();
}

function showBox(box, b, isCurrent) {
  const { element, cells } = drawn[b], known = knows(b), arrived = received(b), digits = single(b) ? 4 : 3;
  cells.forEach((cell, k) => {
    if (cell === null) return;
    const i = box.cells[k], here = isCurrent && asked() && k === picked[b];
    putText(cell.value, i === null ? fmt(Number(box.fixed[k]), digits) : known ? fmt(v[i], digits) : here && !backwards() ? "?" : "");
    const slope = arrived && i !== null ? fmt(g[i], digits) : here && backwards() ? "?" : "";
    putText(cell.slope, slope && single(b) ? `grad ${slope}` : slope);
    if (cell.frame) putAttribute(cell.frame, "class", k === picked[b] && (chosen === b || here) ? "cell picked" : "cell");
  });
  const lit = { empty: !known, paid: arrived, now: isCurrent && mode !== "descend", back: backwards(), chosen: b === chosen };
  putAttribute(element, "class", ["node", box.kind, ...Object.keys(lit).filter((kind) => lit[kind])].join(" "));
  const list = (of) => box.cells.slice(0, MOST * MOST).map((i, k) => (i === null ? fmt(Number(box.fixed[k])) : fmt(of[i]))).join(", ");
  putAttribute(element, "aria-label", [
    box.op ? `${box.name} = ${boxText(b)}` : `${box.name}, ${box.kind}`,
    single(b) ? "" : `${box.rows} by ${box.columns}`,
    known ? `value ${list(v)}` : "not computed yet",
    arrived ? `gradient ${list(g)}` : "",
  ].filter(Boolean).join(", "));
  putAttribute(element, "aria-pressed", String(b === chosen));
}

function sentence() {
  if (mode === "descend") return downhill();
  if (now === 0) return "Start: the inputs are known.";
  const b = current(), i = cellOf(b), at = `Step ${now} of ${end}`;
  if (single(b)) {
    return backwards()
      ? `${at}, backward: ${gradient(i)} = ${asked() ? "?" : fmt(g[i])}`
      : `${at}, forward: ${name(i)} = ${boxText(b)} = ${asked() ? "?" : fmt(v[i])}`;
  }
  const size = `${boxes[b].rows} × ${boxes[b].columns}`;
  return backwards() ? `${at}, backward: the gradient of ${boxes[b].name}, ${size}` : `${at}, forward: ${boxes[b].name} = ${boxText(b)}, ${size}`;
}

// A chain of equations, one to a line unless it is short; what says the same as the part before is left out.
function equations(lead, parts, kind = "") {
  const line = add(about, "p", lead, `maths ${kind}`);
  parts.filter((part, k) => part && part !== parts[k - 1]).forEach((part, k) => add(line, "span", ` = ${part}`, k ? "next" : ""));
  line.classList.toggle("short", line.textContent.length <= SHORT);
}

function describe() {
  about.replaceChildren();
  const b = chosen ?? current();
  if (b === null) {
    add(about, "p", "Step forward, or choose a box. Change a number at any time: all others follow.");
    return;
  }
  const box = boxes[b], i = cellOf(b), n = numbers[i], question = asked() && b === current();
  add(about, "h2", box.op ? `${box.name} = ${boxText(b)}` : box.name);
  if (!single(b) && !question) pickCell(box, b);
  if (!box.op) equations(n.name, [fmt(v[i])]);
  else if (knows(b)) {
    if (!single(b)) equations(n.name, [inSymbols(n.text), inNumbers(n.text), fmt(v[i])]);
    else equations(n.name, [inNumbers(n.text), fmt(v[i])]);
    describeSlopes(n, i);
  } else if (question && !single(b)) equations(n.name, [inSymbols(n.text)]);
  else if (!question) add(about, "p", `Computed in step ${valued[b]}; its local derivatives are known from then on.`, "quiet");
  if (received(b)) describeGradient(i, b);
  else if (question && backwards() && i !== output) {
    const count = ways(i).length;
    add(about, "p", count > 1 ? `Used ${count} times: which ways lead to ${name(output)}?` : "Used once.", "quiet");
  } else if (Number.isFinite(paid[b]) && now > 0 && !question) add(about, "p", `Its gradient arrives in step ${paid[b]}.`, "quiet");
}


function describeSlopes(n, i) {
  const moves = n.moves ?? [];
  if (!moves.length) return;
  add(about, "p", moves.length > 1 ? "Local derivatives:" : "Local derivative:", "quiet");
  for (const { j, symbols, numerals, slope } of moves.slice(0, TERMS)) equations(partial(i, j), [inSymbols(symbols), inNumbers(numerals), fmt(slope())]);
  if (moves.length > TERMS) add(about, "p", `… and ${moves.length - TERMS} more`, "quiet");
}

// The uses through which a number moves the result.
const ways = (i) => uses[i].filter(({ c }) => Number.isFinite(paid[numbers[c].box]));

function describeGradient(i, b) {
  const terms = ways(i);
  add(about, "p", terms.length > 1 ? `Gradient, the sum over its ${terms.length} uses:` : "Gradient:", "quiet");
  if (i === output) { equations(gradient(i), ["1"], "gradient"); return; }
  const symbols = terms.map(({ c }) => `${gradient(c)} · ${partial(c, i)}`).join(" + ");
  const passing = terms.filter(({ c, slope }) => g[c] !== 0 && slope() !== 0);  // of many, those that pay
  const shown = terms.length > FEW_TERMS ? passing : terms, rest = terms.length - shown.length;
  const products = shown.slice(0, TERMS).map(({ c, slope }) => `${held(fmt(g[c]))} · ${held(fmt(slope()))}`);
  if (shown.length > TERMS) products.push(`… (${shown.length - TERMS} more)`);
  if (rest) products.push(`${rest} × 0`);
  const sum = `Σ ${partial(output, null)} · ${partial(null, i)} over its uses □`;
  equations(gradient(i), [terms.length > FEW_TERMS ? sum : symbols, products.join(" + "), fmt(g[i])], "gradient");
}

// Which number of a matrix is explained.
function pickCell(box, b) {
  const label = add(about, "label", "Cell "), list = add(label, "select");
  list.id = "cell";
  box.cells.forEach((i, k) => {
    if (i === null) return;
    const option = add(list, "option", numbers[i].name);
    option.value = k;
    option.selected = k === picked[b];
  });
  list.addEventListener("change", () => { choose(b, Number(list.value)); find("cell").focus(); });
}

function choose(b, k = null) {
  chosen = chosen === b && k === null ? null : b;
  if (k !== null && boxes[b].cells[k] !== null && !(asked() && b === current())) picked[b] = k;
  if (chosen !== null && boxes[b].cells.includes(controlled)) controlled = cellOf(b);
  else if (chosen !== null && story.controls.some(({ i }) => i === cellOf(b))) controlled = cellOf(b);
  show();
}

function keyInBox(event, b) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const i = cellOf(b), ahead = uses[i][0], behind = (numbers[i].moves ?? [])[0];
  const to = {
    ArrowRight: ahead ? numbers[ahead.c].box : null,
    ArrowLeft: behind ? numbers[behind.j].box : null,
    ArrowDown: Math.min(b + 1, boxes.length - 1),
    ArrowUp: Math.max(b - 1, 0),
  }[event.key];
  if (event.key === "Enter") choose(b);
  else if (event.key === "PageDown" && mode === "watch") playback.move(now + 1);
  else if (event.key === "PageUp" && mode === "watch") playback.move(now - 1);
  else if (to === undefined) return;
  else if (to !== null) drawn[to].element.focus();
  event.preventDefault();
  event.stopPropagation();
}

// -- inputs: a slider and a field for each, or, of many, for one at a time
const FEW = 8;
let controlled = story.controls.length ? story.controls[0].i : null, rows = [], list = null;

function makeInputs() {
  const many = story.controls.length > FEW;
  inputs.classList.toggle("many", many);
  for (const { i } of many ? story.controls.slice(0, 1) : story.controls) {
    const row = add(inputs, "div", "", `one ${boxes[numbers[i].box].kind}`);
    if (many) {
      list = add(row, "select");
      list.setAttribute("aria-label", "Which number to change");
      story.controls.forEach((c) => { add(list, "option", name(c.i)).value = c.i; });
      list.addEventListener("change", () => { controlled = Number(list.value); showInputs(); });
    } else add(row, "b", short(name(i), 16)).title = name(i);
    const slider = add(row, "input"), field = add(row, "input"), own = () => (many ? controlled : i);
    slider.type = "range";
    field.type = "number";
    field.step = "any";
    slider.addEventListener("input", () => {
      const place = Number(slider.value), { choices } = reachOf(own());
      set(own(), choices ? choices[place] : place);
    });
    field.addEventListener("input", () => { if (field.value !== "") set(own(), Number(field.value)); });
    field.addEventListener("blur", showInputs);
    rows.push({ i, slider, field });
  }
  inputs.hidden = !story.controls.length;
}

const reachOf = (i) => story.controls.find((control) => control.i === i);

// From where to where a slider goes now, and where it stands: a number beyond its ends takes it along, unless it
// has places of its own.
function placesOf({ low, high, step, choices }, x) {
  if (choices) {
    const away = choices.map((choice) => Math.abs(choice - x));
    return { min: 0, max: choices.length - 1, step: 1, value: away.indexOf(Math.min(...away)) };
  }
  if (step !== null) return { min: low, max: high, step, value: x };
  return { min: Math.min(low, x), max: Math.max(high, x), step: (high - low) / 600, value: x };
}

function showInputs() {
  if (list !== null) list.value = controlled;
  for (const { i: own, slider, field } of rows) {
    const i = list === null ? own : controlled;
    if (Number.isFinite(v[i])) Object.assign(slider, placesOf(reachOf(i), v[i]));
    slider.setAttribute("aria-valuetext", fmt(v[i]));
    slider.setAttribute("aria-label", `${name(i)}, slider`);
    field.setAttribute("aria-label", name(i));
    if (document.activeElement !== field) field.value = Number.isFinite(v[i]) ? Number(v[i].toPrecision(4)) : "";
  }
}

function set(i, x) {
  if (!Number.isFinite(x)) return;
  v[i] = x;
  compute();
  restart();
  if (mode === "predict") startQuiz(false);
  else show();
}
