// Stops movement and hides the consent layer, so that the same page is seen every time; says what was hidden.
// No element is added and nothing is clicked: a consent is neither given nor refused.
({ selectors, words }) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '*, *::before, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important;'
    + ' caret-color: transparent !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  for (const media of document.querySelectorAll('video, audio')) media.pause();

  const isShown = element => element.getClientRects().length > 0 || element.shadowRoot !== null;
  const known = selectors.flatMap(selector => [...document.querySelectorAll(selector)]);
  const isLayer = element => {
    const place = getComputedStyle(element).position;
    const role = element.getAttribute('role');
    if (place !== 'fixed' && place !== 'sticky' && role !== 'dialog' && role !== 'alertdialog' && element.localName !== 'dialog') return false;
    const text = (element.textContent || '').toLowerCase();
    return text.length < 8000 && words.some(word => text.includes(word))
      && element.querySelector('button, [role=button], input[type=submit], input[type=button]') !== null
      && element.querySelector('main, nav, [role=main], [role=navigation], [role=search]') === null;
  };
  const guessed = known.some(isShown) || !document.body ? [] : [...document.body.querySelectorAll('*')].filter(isLayer);
  const layers = [...new Set([...known, ...guessed])].filter(isShown);
  // Consent layers keep the page behind them from scrolling; a visitor who has answered can scroll again.
  const unlock = () => {
    for (const element of [document.documentElement, document.body]) {
      const style = getComputedStyle(element);
      // Sideways alone is a way of the site's own, and stays.
      if (/hidden|clip/.test(style.overflowY)) element.style.setProperty('overflow', 'auto', 'important');
      if (style.position === 'fixed') element.style.setProperty('position', 'static', 'important');
      if (style.touchAction === 'none') element.style.setProperty('touch-action', 'auto', 'important');
    }
  };
  const outermost = layers.filter(layer => !layers.some(other => other !== layer && other.contains(layer)));
  return outermost.map(layer => {
    const name = layer.localName + (layer.id ? `#${layer.id}` : '') + [...layer.classList].slice(0, 3).map(c => `.${c}`).join('');
    const text = (layer.innerText || layer.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 120);
    if (layer.localName === 'dialog' && layer.open) layer.close();
    layer.style.setProperty('display', 'none', 'important');
    unlock();
    // What the layer had closed to assistive technology is open again, as it is for a visitor who has answered.
    let restored = 0;
    for (let node = layer; node && node !== document.documentElement; node = node.parentElement) {
      for (const sibling of node.parentElement ? node.parentElement.children : []) {
        if (sibling === node || !sibling.querySelector('main, h1, [role=main], nav')) continue;
        if (sibling.getAttribute('aria-hidden') === 'true') { sibling.removeAttribute('aria-hidden'); restored += 1; }
        if (sibling.hasAttribute('inert')) { sibling.removeAttribute('inert'); restored += 1; }
      }
    }
    return { layer: name.slice(0, 120), text, is_known: known.includes(layer), restored };
  });
}
