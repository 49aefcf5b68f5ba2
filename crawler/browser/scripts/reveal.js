// Opens what a page keeps closed and empty until a reader asks: accordions, tabs, "show more". No link is followed, no form
// is filled or sent, nothing in menus and dialogs is touched. Says how often something was opened.
async ({ most, milliseconds, words }) => {
  const until = performance.now() + milliseconds, watch = window.__kuntatutka;
  const pause = time => new Promise(done => setTimeout(done, time));
  const middle = document.querySelector('main, [role=main], #content, article') || document.body;
  if (!middle) return 0;
  const within = (root, selector) => [...root.querySelectorAll('*')].flatMap(element => [
    ...(element.matches(selector) ? [element] : []),
    ...(watch && watch.rootOf(element) ? within(watch.rootOf(element), selector) : []),
  ]);
  const said = element => (element.textContent || element.value || '').trim().toLowerCase().replace(/\s+/g, ' ');
  const isEmpty = element => !element || !(element.textContent || '').trim();
  const root = element => element.getRootNode();
  const panelOf = element => {
    const name = element.getAttribute('aria-controls') || element.dataset.target || element.dataset.bsTarget || '';
    const named = name && root(element).getElementById ? root(element).getElementById(name.replace(/^#/, '')) : null;
    return named || element.nextElementSibling || (element.parentElement ? element.parentElement.nextElementSibling : null);
  };
  const isLeft = element => element.closest('nav, header, footer, aside, dialog, [role=dialog], [role=navigation], [role=menu]')
    || (element.closest('a[href]') && !(element.closest('a[href]').getAttribute('href') || '').startsWith('#'))
    || element.disabled || (element.closest('form') && (element.type || 'submit') === 'submit' && /^(button|input)$/i.test(element.tagName));
  const tabs = within(middle, '[role=tab]');
  const isShared = tab => tabs.some(other => other !== tab && panelOf(other) === panelOf(tab));
  const isMore = element => words.some(word => said(element).startsWith(word)) && said(element).length < 80;
  const wants = element => {
    if (element.localName === 'details') return !element.open && isEmpty(panelIn(element));
    if (element.getAttribute('role') === 'tab') return element.getAttribute('aria-selected') !== 'true' && (isEmpty(panelOf(element)) || isShared(element));
    if (isMore(element)) return true;
    return element.getAttribute('aria-expanded') !== 'true' && isEmpty(panelOf(element))
      && (element.hasAttribute('aria-expanded') || element.hasAttribute('aria-controls') || panelOf(element) !== null);
  };
  const panelIn = details => [...details.children].find(child => child.localName !== 'summary') || null;
  const stop = event => { const link = event.target.closest ? event.target.closest('a[href]') : null; if (link || event.type === 'submit') event.preventDefault(); };
  const forms = [HTMLFormElement.prototype.submit, HTMLFormElement.prototype.requestSubmit];
  HTMLFormElement.prototype.submit = HTMLFormElement.prototype.requestSubmit = function () {};
  document.addEventListener('click', stop, true);
  document.addEventListener('submit', stop, true);
  let opened = 0, changed = performance.now(), hasChanged = false;
  const observer = new MutationObserver(() => { changed = performance.now(); hasChanged = true; });
  const look = node => observer.observe(node, { subtree: true, childList: true, characterData: true });
  look(document);
  const quiet = async () => {
    const began = performance.now();
    hasChanged = false;
    while (performance.now() < until && performance.now() - began < 1500) {
      await pause(40);
      if (performance.now() - Math.max(changed, began) > (hasChanged ? 150 : 400)) break;
    }
  };
  const done = new Map();
  try {
    for (let round = 0; round < 3; round += 1) {
      const found = within(middle, "details, [role=tab], button, [role=button], a[href^='#'], input[type=button], [aria-expanded=false]")
        .filter(element => (done.get(element) || 0) < (isMore(element) ? 3 : 1) && !isLeft(element) && wants(element));
      if (!found.length) break;
      for (const element of found) {
        if (opened >= most || performance.now() > until) return opened;
        if (!element.isConnected) continue;
        done.set(element, (done.get(element) || 0) + 1);
        opened += 1;
        if (element.localName === 'details') element.open = true; else element.click();
        await quiet();
      }
    }
    return opened;
  } finally {
    observer.disconnect();
    document.removeEventListener('click', stop, true);
    document.removeEventListener('submit', stop, true);
    [HTMLFormElement.prototype.submit, HTMLFormElement.prototype.requestSubmit] = forms;
  }
}
