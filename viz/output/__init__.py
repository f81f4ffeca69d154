"""From a picture to what can be looked at: DOT, SVG, text, pages and files."""
