// Where the colours of a picture are too near to what lies behind them, by WCAG 2: texts and lines.
() => {
  const found = [], all = (root, selector) => [...root.querySelectorAll(selector)];
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const mixed = (over, share, under) => over.map((x, i) => share * x + (1 - share) * under[i]);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  for (const svg of all(document, "svg[role=img]")) {
    const order = all(svg, "rect, path, polygon, ellipse, circle, text, polyline");
    const shapes = order.map((e) => {
      const style = getComputedStyle(e), box = e.getBoundingClientRect(), m = e.getScreenCTM();
      return { e, style, box, inverse: m.inverse(), filled: style.fill !== "none" && e.tagName !== "text" && e.tagName !== "polyline" };
    });
    // The colour that is painted at a point of the screen before the i-th element.
    const behind = (x, y, i) => {
      let colour = [255, 255, 255];
      for (const { e, style, box, inverse, filled } of shapes.slice(0, i)) {
        if (!filled || x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
        const point = new DOMPoint(x, y).matrixTransform(inverse);
        if (e.isPointInFill(point)) colour = mixed(parts(style.fill), Number(style.fillOpacity) * Number(style.opacity), colour);
      }
      return colour;
    };
    const check = (what, colour, ground, least, name) => {
      const found_ = contrast(colour, ground);
      if (found_ < least - 0.005) found.push([what, name, `${colour} on ${ground}`, found_.toFixed(2)].join(" · "));
    };
    shapes.forEach(({ e, style, box }, i) => {
      const name = (e.textContent || e.closest("g[data-key]")?.querySelector("title")?.textContent || e.outerHTML).slice(0, 60);
      if (e.tagName === "text") {
        if (!box.width || !e.textContent.trim()) return;
        const ground = behind(box.left + box.width / 2, box.top + box.height / 2, i);
        check("text", parts(style.fill), ground, 4.5, name);
      } else if (e.closest(".edge") && !e.closest(".dim") && e.tagName === "path") {
        const m = e.getScreenCTM();
        for (const share of [0.2, 0.5, 0.8]) {
          const { x, y } = e.getPointAtLength(e.getTotalLength() * share).matrixTransform(m);
          if (!e.closest("svg").querySelector(".node")) break;
          check("arrow", parts(style.stroke), behind(x, y, order.indexOf(svg.querySelector(".node *"))), 3, name);
        }
      } else if (e.closest(".node, .cluster") && !e.closest(".dim") && style.stroke !== "none" && e.tagName !== "polyline") {
        // An outline stands out from what is around it.
        check("outline", parts(style.stroke), behind(box.left - 2, box.top + box.height / 2, i), 3, name);
      }
    });
  }
  return [...new Set(found)];
}
