// Leaves blank what may show people, in the page and in all that it holds; a second call brings it back.
() => {
  const MARK = '--kuntatutka-blank';
  const STYLE = `img, picture, video, canvas, image, iframe, object, embed { visibility: hidden !important }
    *, *::before, *::after { background-image: none !important } ${MARK} { }`;
  const isOurs = sheet => [...sheet.cssRules].some(rule => rule.selectorText === MARK);
  const within = root => [root, ...[...root.querySelectorAll('*')].flatMap(e => e.shadowRoot ? within(e.shadowRoot) : [])];
  for (const root of within(document)) {
    const others = root.adoptedStyleSheets.filter(sheet => !isOurs(sheet));
    if (others.length === root.adoptedStyleSheets.length) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      others.push(sheet);
    }
    root.adoptedStyleSheets = others;
  }
}
