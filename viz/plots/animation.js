(() => {
  const { pictures, sentences } = JSON.parse(document.getElementById("frames").textContent);
  const [said, picture] = ["said", "picture"].map((id) => document.getElementById(id));
  const end = pictures.length - 1;

  function show() {
    const { now } = playback;
    picture.src = pictures[now];
    picture.alt = sentences[now];
    said.textContent = `Step ${now + 1} of ${end + 1}: ${sentences[now]}`;
    playback.mark();
  }

  // A button that has the focus is pressed by Space too.
  const playback = player({ end, show, yields: ({ key, target }) => key === " " && target.tagName === "BUTTON" });
  show();
})();
