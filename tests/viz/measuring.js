// What is wrong with the pictures of a page, as a reader would see it.
() => {
  const found = [], box = (e) => e.getBoundingClientRect();
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const shown = (text) => text.textContent.trim() && box(text).width;
  const pictures = all(document, "svg[role=img]");
  pictures.forEach((svg, n) => {
    const note = (...what) => found.push([`picture ${n}`, ...what].join(" · "));
    const texts = all(svg, "text").filter(shown).map((text) => [text.textContent.trim(), box(text), text]);

    const sheet = box(svg);
    for (const [name, t] of texts) {
      if (t.left < sheet.left - 1 || t.right > sheet.right + 1 || t.top < sheet.top - 1 || t.bottom > sheet.bottom + 1) note("leaves the picture", name);
    }
    for (const g of all(svg, ".node[data-key]")) {
      const around = box(g.querySelector(":is(path, polygon)"));
      for (const text of all(g, "text").filter(shown)) {
        const t = box(text), beyond = Math.max(around.left - t.left, t.right - around.right, around.top - t.top, t.bottom - around.bottom);
        if (beyond > 1) note("leaves its box", text.textContent, beyond.toFixed(1));
      }
    }
    for (const line of all(svg, ".edge path, .node polyline")) {
      const { a, b, c, d, e, f } = line.getScreenCTM(), own = line.closest(".node"), length = line.getTotalLength();
      const hit = new Set();
      for (let at = 0; at <= length; at += 3) {
        const point = line.getPointAtLength(at), x = a * point.x + c * point.y + e, y = b * point.x + d * point.y + f;
        for (const [name, t, text] of texts) {
          if (own && text.closest(".node") !== own) continue;
          if (x > t.left + 2 && x < t.right - 2 && y > t.top + 3 && y < t.bottom - 3) hit.add(name);
        }
      }
      for (const name of hit) note(own ? "a line of its box runs through" : "an arrow runs through", name, line.parentNode.querySelector("title")?.textContent);
    }
    texts.forEach(([one, a], i) => texts.slice(0, i).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1.5 && high > 3) note("on each other", one, other);
    }));
  });
  return [pictures.length, found];
}
