// The page as a reader sees it, as HTML: shadow roots in place of what they stand for, and at the end of the middle what was
// shown for a while and gave way. Null where the document itself says as much.
() => {
  const MOST_NODES = 100000, DEEPEST = 1000;
  const watch = window.__kuntatutka;
  const rootOf = element => (watch ? watch.rootOf(element) : element.shadowRoot);
  const plain = text => (text || '').replace(/\s+/g, ' ').trim();
  const hasRoots = [...document.querySelectorAll('*')].some(rootOf);
  const kept = watch ? watch.kept() : [];
  if (!hasRoots && !kept.length) return null;
  const inert = document.implementation.createHTMLDocument('');
  let nodes = 0;
  const children = (node, isInside) => {
    if (node.nodeType === Node.ELEMENT_NODE && rootOf(node)) return [rootOf(node).childNodes, true];
    if (isInside && node.localName === 'slot') {
      const assigned = node.assignedNodes({ flatten: true });
      return [assigned.length ? assigned : node.childNodes, isInside];
    }
    return [node.childNodes, isInside];
  };
  const copyAll = (node, into, isInside, depth) => {
    const [from, inside] = children(node, isInside);
    for (const child of from) {
      if (nodes > MOST_NODES || depth > DEEPEST) return;
      nodes += 1;
      if (child.nodeType === Node.TEXT_NODE) into.append(child.data);
      if (child.nodeType !== Node.ELEMENT_NODE) continue;
      if (child.localName === 'template') { if (!inside) into.append(inert.importNode(child, true)); continue; }
      if (inside && child.localName === 'slot') { copyAll(child, into, inside, depth + 1); continue; }
      const copy = inert.importNode(child, false);
      into.append(copy);
      copyAll(child, copy, inside, depth + 1);
    }
  };
  const page = inert.importNode(document.documentElement, false);
  copyAll(document.documentElement, page, false, 0);
  const shown = page.cloneNode(true);
  shown.querySelectorAll('script, style, template').forEach(node => node.remove());
  const text = plain(shown.textContent);
  const middle = page.querySelector('main, [role=main], #content, article') || page.querySelector('body');
  const seen = new Set();
  for (const html of kept) {
    const part = inert.createElement('div');
    part.innerHTML = html;
    part.querySelectorAll('script, style, template').forEach(node => node.remove());
    const words = plain(part.textContent);
    if (!middle || words.length < 8 || seen.has(words) || text.includes(words)) continue;
    seen.add(words);
    middle.append(part);
  }
  return hasRoots || seen.size ? '<!DOCTYPE html>' + page.outerHTML : null;
}
