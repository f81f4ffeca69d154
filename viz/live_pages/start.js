// The three things to do, and what they do with the player.
const playback = player({
  end,
  show,
  keys: { Escape: () => { chosen = null; show(); } },
  // The questions need the keys themselves; on the way down there is nothing to step through.
  yields: ({ key }) => key !== "Escape" && (mode === "predict" || (mode === "descend" && key !== " ")),
  rolling: () => (mode === "descend" ? { every: 160, act: () => descendBy(1) } : null),
  playing: (on) => { find("roll").textContent = on ? "Pause" : "Play"; },
});

overview.addEventListener("click", () => { near = !near; overview.setAttribute("aria-pressed", String(!near)); show(); });
for (const button of modes) {
  button.addEventListener("click", () => {
    playback.pause();
    mode = button.dataset.mode;
    quiz = null;
    chosen = null;
    if (mode === "predict") startQuiz();
    else playback.go(mode === "descend" ? end : now);
  });
}

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
