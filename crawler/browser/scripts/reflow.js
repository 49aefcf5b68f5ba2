// Does the page need sideways scrolling at this width (WCAG 1.4.10)? Names the elements that stick out, outermost first.
() => {
  const root = document.scrollingElement || document.documentElement;
  const width = document.documentElement.clientWidth;
  const overflow = Math.max(0, root.scrollWidth - width);
  const clipped = getComputedStyle(document.documentElement).overflowX === 'hidden'
    || (document.body && getComputedStyle(document.body).overflowX === 'hidden');
  if (overflow <= 1) return { width, overflow: 0, clipped, elements: [] };
  // Wide tables, pictures, maps and code may need two dimensions; the rule lets them.
  const exempt = 'table, img, svg, canvas, video, iframe, map, pre, code, [role=table], [role=grid]';
  // A table that holds the page itself is no data table.
  const isExempt = element => {
    const holder = element.closest(exempt);
    return holder !== null && holder.querySelector('h1, main, nav, form, table') === null;
  };
  const name = element => element.localName + (element.id ? `#${element.id}` : '')
    + [...element.classList].slice(0, 3).map(c => `.${c}`).join('');
  const scrolls = element => {
    for (let node = element.parentElement; node && node !== document.body; node = node.parentElement) {
      if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(node).overflowX)) return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > width + 1 && !scrolls(element);
  });
  const outer = out.filter(element => !out.includes(element.parentElement)).slice(0, 10);
  return {
    width,
    overflow: Math.round(overflow),
    clipped,
    elements: outer.map(element => ({ name: name(element).slice(0, 120), is_exempt: isExempt(element) })),
  };
}
