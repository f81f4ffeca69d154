// The number of each step is typed; a slip is found by computing it, and named.
const MOST_SQUARES = 48;
const agrees = (a, b) => Math.abs(a - b) <= 0.006 + 0.006 * Math.abs(b);
const signs = { "+": (a, b) => a + b, "×": (a, b) => a * b, "−": (a, b) => a - b, "÷": (a, b) => a / b };

// The local derivatives as they would be if the value of one number stood where another belongs.
function mistaken(place, value) {
  const other = [...v], found = [];
  other[place] = value;
  slopes(other, found);
  return found.map(Number);
}

// What comes out by the usual slips, each with what there is to say.
function slipsInValue(i) {
  const n = numbers[i], b = n.box, moves = n.moves ?? [], op = boxes[b].op, x = moves.map(({ j }) => v[j]);
  const found = [[-v[i], "The sign is the wrong way round."]];
  if (moves.length === 1) {
    found.push([x[0], `That is ${name(moves[0].j)} itself: the function is still missing.`]);
    if (op === "x²") found.push([2 * x[0], "That is twice the number: the box squares it."]);
    found.push([moves[0].slope(), `That is the derivative ${partial(i, moves[0].j)}. Asked for is the value.`]);
  }
  if (moves.length === 2 && single(b)) {
    const names = moves.map(({ j }) => name(j));
    found.push([x[1] - x[0], "The two operands have changed places."], [x[1] / x[0], "The two operands have changed places."]);
    for (const [sign, made] of Object.entries(signs)) {
      if (sign !== op) found.push([made(...x), `That is ${names[0]} ${sign} ${names[1]}; the box says ${op}.`]);
    }
  }
  if (moves.length > 2) {
    for (const { j, slope } of moves) found.push([v[i] - slope() * v[j], `The term with ${name(j)} is missing.`]);
  }
  return found;
}

function slipsInGradient(i) {
  if (i === output) return [[v[i], "That is its value. How fast does it change with itself?"], [0, "It changes exactly as fast as itself."]];
  const terms = ways(i).map((use) => ({ ...use, arriving: g[use.c], slope: use.slope() }));
  const total = (of) => terms.reduce((sum, term) => sum + of(term), 0);
  const found = [[-g[i], "The sign is the wrong way round."]];
  if (!terms.length) return found;
  const term = terms[0], local = partial(term.c, i), formula = inSymbols(term.symbols);
  if (terms.length > 1) {
    for (const one of terms) {
      const others = [...new Set(terms.filter((t) => t !== one).map((t) => name(t.c)))].join(", ");
      found.push([one.arriving * one.slope, `That is the way through ${name(one.c)} alone. ${name(i)} is used ${terms.length} times: add the way through ${others}.`]);
      found.push([g[i] - one.arriving * one.slope, `The way through ${name(one.c)} is missing from the sum.`]);
    }
    found.push([terms.reduce((product, t) => product * t.arriving * t.slope, 1), "Along one way factors are multiplied; different ways are added."]);
  }
  const factor = Number((/^(\d+(?:\.\d+)?) · /.exec(formula) ?? [])[1]);
  if (factor) found.push([g[i] / factor, `The factor ${factor} of ${local} = ${formula} is forgotten.`]);
  found.push([total((t) => t.arriving), `That is what arrives from ${[...new Set(terms.map((t) => name(t.c)))].join(" and ")}. The local derivative is forgotten: multiply by ${terms.map((t) => partial(t.c, i)).join(", ")}.`]);
  found.push([total((t) => t.slope), `That is the local derivative only. Multiply by the gradient that arrives, ${gradient(term.c)}.`]);
  found.push([total((t) => t.arriving * v[i]), boxes[numbers[term.c].box].op.includes("×") ? "The derivative of a product by one factor is the other factor." : `That is multiplied by the value of ${name(i)}, not by the local derivative.`]);
  found.push([total((t) => t.arriving * v[t.c]), `That is multiplied by the value of ${name(term.c)}, not by its derivative ${formula || local}.`]);
  if (terms.every((t) => t.edge !== null)) {
    const byInput = total((t) => t.arriving * mistaken(t.c, v[i])[t.edge]), byOutput = total((t) => t.arriving * mistaken(i, v[t.c])[t.edge]);
    found.push([byInput, `In ${formula} the value of ${name(term.c)} is needed, not that of ${name(i)}.`]);
    found.push([byOutput, `In ${formula} the value of ${name(i)} is needed, not that of ${name(term.c)}.`]);
  }
  found.push([total((t) => t.arriving + t.slope), "The two factors have been added: multiply them."]);
  found.push([total((t) => t.arriving / t.slope), "That is divided by the local derivative: multiply."]);
  found.push([v[i], `That is the value of ${name(i)}. Asked for is its gradient.`]);
  return found;
}

function slipOf(answer, right, i) {
  for (const [x, words] of backwards() ? slipsInGradient(i) : slipsInValue(i)) {
    if (Number.isFinite(x) && agrees(answer, x) && !agrees(x, right)) return words;
  }
  if (Math.abs(answer - right) < 0.1 * Math.abs(right)) return "Close. Keep three digits on the way.";
  if (backwards()) return "Not yet. For each use: the gradient that arrives, times the local derivative beside the arrow.";
  return `Not yet. Put the numbers into ${isShort(i) ? inSymbols(numbers[i].text) : "the formula"}.`;
}

const isShort = (i) => numbers[i].text.length > 0 && inSymbols(numbers[i].text).length <= 50;

function question(i) {
  if (backwards()) return `How large is ${gradient(i)}?`;
  return `How large is ${name(i)}${isShort(i) ? ` = ${inSymbols(numbers[i].text)}` : `, in ${boxText(current())}`}?`;
}

// Another round asks for other cells of the matrices.
let round = 0;

function startQuiz(focus = true) {
  quiz = { results: {}, tries: 0, open: false, slips: [], hint: "", typed: "" };
  boxes.forEach((box, b) => {
    const there = box.cells.flatMap((i, k) => (i === null ? [] : [k]));
    if (there.length > 1) picked[b] = there[round % there.length];
  });
  chosen = null;
  playback.move(Math.min(1, end));
  putQuestion(focus);
}

function putQuestion(focus = true) {
  const i = cellOf(current()), right = backwards() ? g[i] : v[i], result = quiz.results[now];
  ask.replaceChildren();
  add(ask, "h2", question(i)).id = "question";
  const bar = add(ask, "div", "", "bar"), field = add(bar, "input");
  const check = add(bar, "button", quiz.open ? (now === end ? "Finish" : "Next") : "Check"), reveal = add(bar, "button", "Show");
  field.type = "text";
  field.inputMode = "text";
  field.autocomplete = "off";
  field.id = "answer";
  field.setAttribute("aria-labelledby", "question");
  field.value = quiz.open ? fmt(right) : quiz.typed;
  field.readOnly = quiz.open;
  check.id = "check";
  reveal.id = "reveal";
  reveal.hidden = quiz.open;
  const words = add(ask, "p", "", quiz.open ? "right" : "wrong");
  words.setAttribute("role", "status");
  words.textContent = quiz.hint || (now === 1 ? "Two decimals will do. First the values, then the gradients." : "");
  if (!quiz.hint) words.className = "quiet";
  showTrack();
  check.addEventListener("click", () => answer(field.value, right, i, result));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    answer(field.value, right, i, result);
  });
  reveal.addEventListener("click", () => { quiz.results[now] = "shown"; open("Read below how it comes about, then go on."); });
  if (focus) (quiz.open ? check : field).focus({ preventScroll: true });
}

// A square for each step, or, of many, their number.
function showTrack() {
  const points = Object.values(quiz.results).filter((result) => result === "right").length;
  const score = `${points} of ${end} right at the first try`;
  if (end > MOST_SQUARES) { add(ask, "p", score, "quiet"); return; }
  const track = add(ask, "ol", "", "track");
  track.setAttribute("aria-label", score);
  for (let k = 1; k <= end; k++) {
    const result = quiz.results[k] ?? "";
    add(track, "li", { right: "✓", slip: "~", shown: "–" }[result] ?? "", `${result}${k === now ? " here" : ""}`);
  }
}

function open(hint) {
  Object.assign(quiz, { open: true, hint, tries: 0, typed: "" });
  show();
  putQuestion();
}

function answer(text, right, i, result) {
  if (quiz.open) {
    Object.assign(quiz, { open: false, tries: 0, hint: "", typed: "" });
    if (now === end) { finish(); return; }
    playback.go(now + 1);
    putQuestion();
    return;
  }
  const typed = text.trim() === "" ? NaN : Number(text.trim().replace(/[−–]/g, "-").replace(",", "."));
  quiz.typed = text;
  if (Number.isNaN(typed)) quiz.hint = "A number, please: −0.42 for example.";
  else if (agrees(typed, right) || typed === right) {
    quiz.results[now] = result ?? (quiz.tries ? "slip" : "right");
    open("Right.");
    return;
  } else {
    quiz.tries++;
    quiz.hint = slipOf(typed, right, i);
    quiz.slips.push(quiz.hint);
    quiz.results[now] ??= "slip";
  }
  putQuestion();
  find("answer").select();
}

// A number for the questions: one of the slider's places, or with one decimal.
function somewhere({ low, high, step, choices }) {
  if (choices) return choices[Math.floor(Math.random() * choices.length)];
  const x = low + Math.random() * (high - low);
  return step === null ? Math.round(x * 10) / 10 : low + Math.floor((x - low) / step) * step;
}

function finish() {
  const results = Object.values(quiz.results), count = (kind) => results.filter((r) => r === kind).length;
  quiz.open = true;
  show();
  ask.replaceChildren();
  const score = add(ask, "h2", `${count("right")} of ${end} at the first try`);
  score.setAttribute("role", "status");
  add(ask, "p", `${count("slip")} after a slip, ${count("shown")} shown.`);
  const kinds = new Map();
  for (const slip of quiz.slips) { const kind = slip.split(/[.:]/)[0]; kinds.set(kind, (kinds.get(kind) ?? 0) + 1); }
  if (kinds.size) {
    add(ask, "p", "Your slips:", "quiet");
    const all = add(ask, "ul");
    for (const [kind, times] of [...kinds].sort((a, b) => b[1] - a[1]).slice(0, 4)) add(all, "li", times > 1 ? `${kind} (${times} times)` : kind);
  }
  const again = add(ask, "button", "Again, with other numbers");
  again.id = "again";
  again.addEventListener("click", () => {
    for (const control of story.controls) v[control.i] = somewhere(control);
    round++;
    compute();
    restart();
    startQuiz();
  });
  again.focus({ preventScroll: true });
}
