"""From a picture to what a reader sees: DOT, SVG, text, pages and files."""
