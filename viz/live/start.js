// Playing, keys, and the three things to do.
function go(to) {
  now = Math.max(0, Math.min(end, to));
  if (now === end) pause();
  show();
}

function pause() {
  clearInterval(timer);
  timer = null;
  playing("Play");
  said.setAttribute("aria-live", "polite");
}

function start() {
  clearInterval(timer);
  if (mode === "descend") timer = setInterval(() => descendBy(1), 160);
  else {
    if (now === end) go(0);
    timer = setInterval(() => go(now + 1), 1200 / Number(speed.value));
  }
  playing("Pause");
  said.setAttribute("aria-live", "off");
}

function playing(word) {
  play.textContent = word;
  if (find("roll")) find("roll").textContent = word;
}

const toggle = () => (mode === "predict" ? null : timer === null ? start() : pause());
const move = (to) => { pause(); go(to); };

first.addEventListener("click", () => move(0));
back.addEventListener("click", () => move(now - 1));
play.addEventListener("click", toggle);
step.addEventListener("click", () => move(now + 1));
last.addEventListener("click", () => move(end));
jump.max = end;
jump.addEventListener("input", () => move(Number(jump.value)));
speed.addEventListener("change", () => { if (timer !== null) start(); });
overview.addEventListener("click", () => { near = !near; overview.setAttribute("aria-pressed", String(!near)); show(); });
for (const button of modes) {
  button.addEventListener("click", () => {
    pause();
    mode = button.dataset.mode;
    quiz = null;
    chosen = null;
    if (mode === "predict") startQuiz();
    else { if (mode === "descend") now = end; show(); }
  });
}

const keys = {
  " ": toggle,
  ArrowRight: () => move(now + 1),
  ArrowLeft: () => move(now - 1),
  Home: () => move(0),
  End: () => move(end),
  Escape: () => { chosen = null; show(); },
};
// Space plays wherever the focus is; Enter presses what has it. A field and a slider keep their other keys.
document.addEventListener("keydown", (event) => {
  const own = event.target.tagName, key = event.key;
  if (event.ctrlKey || event.altKey || event.metaKey || !keys[key]) return;
  if (mode === "predict" && key !== "Escape" && (own === "INPUT" || key !== " ")) return;
  if (mode === "descend" && key !== " " && key !== "Escape") return;
  if ((own === "INPUT" || own === "SELECT") && key !== " " && key !== "Escape") return;
  if (mode === "predict" && key === " ") return;
  event.preventDefault();
  keys[key]();
});
document.addEventListener("keyup", (event) => {
  if (event.key === " " && event.target.tagName === "BUTTON" && mode !== "predict") event.preventDefault();
});

let wide = innerWidth > NARROW;
addEventListener("resize", () => {
  if (innerWidth > NARROW !== wide) { wide = !wide; draw(choose, keyInBox); }
  else raise();
  show();
});
paper.addEventListener("change", show);
compute();
makeInputs();
makeDescent();
draw(choose, keyInBox);
show();
